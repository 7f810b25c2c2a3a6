terraform {
  required_version = ">= 1.14"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "pulumiservice" {
  org_name = "acme"
}

# For the day on which a token leaks:
#
#   terraform apply -invoke=action.pulumiservice_api_tokens_revoke.leaked
action "pulumiservice_api_tokens_revoke" "leaked" {
  config {
    names = ["ci-deploy"]
  }
}

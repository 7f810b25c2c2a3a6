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

# A token has leaked:
# terraform apply -invoke=action.pulumiservice_api_tokens_revoke.leaked
action "pulumiservice_api_tokens_revoke" "leaked" {
  config {
    names = ["ci-deploy", "ci-preview"]
  }
}

terraform {
  required_version = ">= 1.0"

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

# By its name; token_id does as well.
data "pulumiservice_api_tokens_orgtoken" "ci" {
  name = "ci"
}

output "ci_token_expires_at" {
  value = data.pulumiservice_api_tokens_orgtoken.ci.expires_at
}

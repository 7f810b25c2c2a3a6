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

data "pulumiservice_api_tokens_orgtoken" "deploy" {
  name = "ci-deploy"
}

output "last_used" {
  value = data.pulumiservice_api_tokens_orgtoken.deploy.last_used
}

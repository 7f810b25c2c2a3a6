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

resource "pulumiservice_api_tokens_orgtoken" "ci" {
  name_prefix   = "ci-deploy-"
  expire_after  = "90d"
  rotate_before = "30d"

  lifecycle {
    create_before_destroy = true
  }
}

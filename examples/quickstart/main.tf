terraform {
  required_version = ">= 1.0"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

resource "pulumiservice_api_tokens_orgtoken" "ci" {
  org_name     = "acme"
  name_prefix  = "ci-"
  expire_after = "90d"
}

output "ci_token" {
  value     = pulumiservice_api_tokens_orgtoken.ci.token_value
  sensitive = true
}

terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

locals {
  id = provider::pulumiservice::parse_token_id("acme/5a3c7b1e-0000-4000-8000-0123456789ab")
}

# "acme"
output "organization" {
  value = local.id.org_name
}

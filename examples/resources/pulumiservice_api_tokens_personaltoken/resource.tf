terraform {
  required_version = ">= 1.0"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "pulumiservice" {}

# Belongs to the user whose access token the provider has, and may do all that this user may.
resource "pulumiservice_api_tokens_personaltoken" "laptop" {
  description   = "The laptop's own"
  expire_after  = "30d"
  rotate_before = "10d"

  lifecycle {
    create_before_destroy = true
  }
}

output "laptop_token" {
  value     = pulumiservice_api_tokens_personaltoken.laptop.token_value
  sensitive = true
}

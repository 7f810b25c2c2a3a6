terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# 8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10
output "token_id" {
  value = provider::pulumiservice::parse_token_id("acme/8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10").token_id
}

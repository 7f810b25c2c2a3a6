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

data "pulumiservice_api_tokens_personaltokens" "mine" {}

# Those that never expire.
output "everlasting_tokens" {
  value = [
    for token in data.pulumiservice_api_tokens_personaltokens.mine.tokens :
    token.description if token.expires == 0
  ]
}

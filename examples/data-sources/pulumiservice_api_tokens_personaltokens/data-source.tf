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

# Which tokens of this user never expire?
data "pulumiservice_api_tokens_personaltokens" "all" {
  status = "all"
}

output "everlasting_tokens" {
  value = [
    for token in data.pulumiservice_api_tokens_personaltokens.all.tokens : token.description
    if token.expires == 0
  ]
}

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

# Which tokens nobody has used for a quarter of a year?
data "pulumiservice_api_tokens_orgtokens" "unused" {
  unused_for = "90d"
}

output "unused_tokens" {
  value = [for token in data.pulumiservice_api_tokens_orgtokens.unused.tokens : token.name]
}

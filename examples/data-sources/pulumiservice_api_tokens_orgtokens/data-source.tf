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

# Active tokens that nobody has used for three months.
data "pulumiservice_api_tokens_orgtokens" "idle" {
  unused_for = "90d"
}

output "idle_tokens" {
  value = [for token in data.pulumiservice_api_tokens_orgtokens.idle.tokens : token.name]
}

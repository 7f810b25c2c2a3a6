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

# Which tokens of the team end within a month?
data "pulumiservice_api_tokens_teamtokens" "ending" {
  team_name      = "platform"
  expires_within = "30d"
}

output "ending_tokens" {
  value = {
    for token in data.pulumiservice_api_tokens_teamtokens.ending.tokens : token.name => token.expires_at
  }
}

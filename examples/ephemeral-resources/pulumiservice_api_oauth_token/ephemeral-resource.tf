terraform {
  required_version = ">= 1.10"

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

# In a pipeline whose CI system the organization trusts: its id token, exchanged for a token of the
# team. Nothing is stored, and no name is spent.
ephemeral "pulumiservice_api_oauth_token" "run" {
  requested_token_type = "team"
  scope                = "team:platform"
  expiration           = "30m"
}

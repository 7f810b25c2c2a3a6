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

# Lives for this run, may do what the team may, and is in no state and no plan. Give its token_value
# to another provider's configuration, or to a write-only argument.
ephemeral "pulumiservice_api_tokens_teamtoken" "run" {
  team_name    = "platform"
  name_prefix  = "run-"
  description  = "One run of Terraform"
  expire_after = "30m"
}

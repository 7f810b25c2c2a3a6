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

# Lives for this run, and is in no state and no plan.
ephemeral "pulumiservice_api_tokens_orgtoken" "run" {
  name_prefix  = "run-"
  description  = "One run of Terraform"
  expire_after = "30m"

  # The id of a role of yours that may do what the run needs: the data source pulumiservice_api_role
  # finds it by the role's name. This one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
}

# Whoever takes a token for the length of a run can have it: another provider's configuration, a
# write-only argument, or this provider under another name.
provider "pulumiservice" {
  alias        = "as_deployer"
  org_name     = "acme"
  access_token = ephemeral.pulumiservice_api_tokens_orgtoken.run.token_value
}

data "pulumiservice_api_teams_team" "platform" {
  provider = pulumiservice.as_deployer
  name     = "platform"
}

output "seen_as_deployer" {
  value = data.pulumiservice_api_teams_team.platform.members[*].user_login
}

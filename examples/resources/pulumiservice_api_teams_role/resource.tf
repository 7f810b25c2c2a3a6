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

resource "pulumiservice_api_teams_role" "platform" {
  team_name = "platform"

  # The id of a role of yours: the resource pulumiservice_api_role has it, or the data source of that
  # name finds it by the role's name. This one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
}

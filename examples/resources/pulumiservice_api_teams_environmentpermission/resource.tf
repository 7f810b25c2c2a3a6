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

resource "pulumiservice_api_teams_environmentpermission" "production" {
  team_name         = "platform"
  project_name      = "shop"
  env_name          = "production"
  permission        = "open"
  max_open_duration = "1h30m"
}

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

resource "pulumiservice_api_teams_stackpermission" "production" {
  team_name    = "platform"
  project_name = "shop"
  stack_name   = "production"
  permission   = "write"
}

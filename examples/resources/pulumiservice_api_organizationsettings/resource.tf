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

resource "pulumiservice_api_organizationsettings" "acme" {
  default_stack_permission = "read"
  members_can_create_teams = false
}

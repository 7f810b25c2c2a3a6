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

data "pulumiservice_api_teams_team" "platform" {
  name = "platform"
}

output "admins" {
  value = [for member in data.pulumiservice_api_teams_team.platform.members : member.user_login if member.role == "admin"]
}

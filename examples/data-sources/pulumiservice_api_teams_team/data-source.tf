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

data "pulumiservice_api_teams_team" "payments" {
  name = "payments"
}

output "admins" {
  value = [for member in data.pulumiservice_api_teams_team.payments.members : member.user_login if member.role == "admin"]
}

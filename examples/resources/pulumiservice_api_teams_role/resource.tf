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

resource "pulumiservice_api_teams_role" "payments" {
  team_name = "payments"
  role_id   = "8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10"
}

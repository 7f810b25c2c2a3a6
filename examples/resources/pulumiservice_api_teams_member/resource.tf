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

# Who is in a team is in the organization first; if she is already, she is taken over and becomes a plain
# `member`, also if she is an admin.
resource "pulumiservice_api_organizationmember" "alice" {
  user_login = "alice"
  role       = "member"
  adopt      = true
}

resource "pulumiservice_api_teams_member" "alice" {
  team_name  = "platform"
  user_login = pulumiservice_api_organizationmember.alice.user_login
  role       = "admin"
}

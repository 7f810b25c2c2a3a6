import {
  to = pulumiservice_api_teams_role.platform
  identity = {
    org_name  = "acme"
    team_name = "platform"
  }
}

import {
  to = pulumiservice_api_teams_member.alice
  identity = {
    org_name   = "acme"
    team_name  = "platform"
    user_login = "alice"
  }
}

import {
  to = pulumiservice_api_teams_environmentpermission.production
  identity = {
    org_name     = "acme"
    team_name    = "platform"
    project_name = "shop"
    env_name     = "production"
  }
}

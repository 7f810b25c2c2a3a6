import {
  to = pulumiservice_api_teams_stackpermission.production
  identity = {
    org_name     = "acme"
    team_name    = "platform"
    project_name = "shop"
    stack_name   = "production"
  }
}

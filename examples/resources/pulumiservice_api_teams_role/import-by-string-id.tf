import {
  to = pulumiservice_api_teams_role.platform
  id = "acme/platform"
}

import {
  to = pulumiservice_api_teams_environmentpermission.production
  id = "acme/platform/shop/production"
}

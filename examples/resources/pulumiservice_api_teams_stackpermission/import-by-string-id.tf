import {
  to = pulumiservice_api_teams_stackpermission.production
  id = "acme/platform/shop/production"
}

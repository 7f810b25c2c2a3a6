import {
  to = pulumiservice_api_teams_stackpermission.production
  id = "acme/payments/shop/production"
}

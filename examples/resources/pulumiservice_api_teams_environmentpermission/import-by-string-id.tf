import {
  to = pulumiservice_api_teams_environmentpermission.production
  id = "acme/payments/shop/production"
}

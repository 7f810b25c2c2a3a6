import {
  to = pulumiservice_api_teams_role.payments
  id = "acme/payments"
}

import {
  to = pulumiservice_api_teams_team.payments
  id = "acme/payments"
}

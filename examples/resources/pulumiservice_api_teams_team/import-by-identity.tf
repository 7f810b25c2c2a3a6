import {
  to = pulumiservice_api_teams_team.payments
  identity = {
    org_name = "acme"
    name     = "payments"
  }
}

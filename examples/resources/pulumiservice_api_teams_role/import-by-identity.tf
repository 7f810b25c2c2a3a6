import {
  to = pulumiservice_api_teams_role.payments
  identity = {
    org_name  = "acme"
    team_name = "payments"
  }
}

# ORGANIZATION/NAME
terraform import pulumiservice_api_teams_team.payments acme/payments

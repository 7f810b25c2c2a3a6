# ORGANIZATION/TEAM
terraform import pulumiservice_api_teams_role.platform acme/platform

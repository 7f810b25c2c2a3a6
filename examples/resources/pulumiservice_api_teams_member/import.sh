# ORGANIZATION/TEAM/LOGIN
terraform import pulumiservice_api_teams_member.alice acme/platform/alice

# ORGANIZATION/TEAM/PROJECT/STACK
terraform import pulumiservice_api_teams_stackpermission.production acme/platform/shop/production

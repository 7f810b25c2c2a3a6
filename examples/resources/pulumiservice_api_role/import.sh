# ORGANIZATION/ROLE_ID, which the data source pulumiservice_api_roles lists
terraform import pulumiservice_api_role.deployer acme/8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10

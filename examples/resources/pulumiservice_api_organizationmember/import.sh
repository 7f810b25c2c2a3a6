# ORGANIZATION/LOGIN
terraform import pulumiservice_api_organizationmember.ada acme/ada

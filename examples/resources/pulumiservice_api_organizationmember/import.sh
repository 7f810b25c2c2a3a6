# ORGANIZATION/LOGIN
terraform import pulumiservice_api_organizationmember.alice acme/alice

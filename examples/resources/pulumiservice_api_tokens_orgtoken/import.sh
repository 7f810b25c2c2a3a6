# ORGANIZATION/TOKEN_ID
terraform import pulumiservice_api_tokens_orgtoken.ci acme/8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10

# By its name, as no two tokens have the same: ORGANIZATION/NAME
terraform import pulumiservice_api_tokens_orgtoken.ci acme/ci-deploy

# Pulumi's older form is taken as well: ORGANIZATION/NAME/TOKEN_ID
terraform import pulumiservice_api_tokens_orgtoken.ci acme/ci-deploy/8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10

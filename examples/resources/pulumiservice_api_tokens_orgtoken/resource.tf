terraform {
  required_version = ">= 1.0"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "pulumiservice" {
  org_name = "acme"
}

# Lives for 90 days, and is replaced by the first run in the last 30 of them.
resource "pulumiservice_api_tokens_orgtoken" "ci" {
  name_prefix = "ci-deploy-"
  description = "Deployments from CI"

  # The id of a role of yours: the data source pulumiservice_api_role finds it by the role's name. This
  # one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"

  expire_after  = "90d"
  rotate_before = "30d"

  lifecycle {
    create_before_destroy = true
  }
}

output "ci_token" {
  value     = pulumiservice_api_tokens_orgtoken.ci.token_value
  sensitive = true
}

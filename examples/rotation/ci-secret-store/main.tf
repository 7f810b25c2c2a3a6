terraform {
  required_version = ">= 1.4"

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

resource "pulumiservice_api_tokens_orgtoken" "ci" {
  name_prefix = "ci-deploy-"
  description = "Deployments from CI; rotated by Terraform"

  # The id of a role of yours: the data source pulumiservice_api_role finds it by the role's name. This
  # one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"

  expire_after  = "90d"
  rotate_before = "30d"

  # The new token is made and stored before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

module "secret_store" {
  source = "./stand-in-secret-store"
  name   = "ci/pulumi-access-token"
  value  = pulumiservice_api_tokens_orgtoken.ci.token_value
}

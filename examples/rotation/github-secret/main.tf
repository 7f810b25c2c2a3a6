terraform {
  required_version = ">= 1.4"

  required_providers {
    github = {
      source  = "integrations/github"
      version = "~> 6.0"
    }
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "github" {
  owner = "acme"
}

provider "pulumiservice" {
  org_name = "acme"
}

data "github_actions_public_key" "deployments" {
  repository = "deployments"
}

# A role of yours, which may do what the token is for and no more.
data "pulumiservice_api_role" "deployer" {
  name = "Deployer"
}

# Neither the state nor a plan ever holds the token: it leaves the provider encrypted for GitHub.
resource "pulumiservice_api_tokens_orgtoken" "ci" {
  name_prefix = "ci-deploy-"
  description = "Deployments from GitHub Actions; rotated by Terraform"
  role_id     = data.pulumiservice_api_role.deployer.role_id
  encrypt_to  = [data.github_actions_public_key.deployments.key]

  expire_after  = "90d"
  rotate_before = "30d"

  # The new token is made and stored before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

resource "github_actions_secret" "pulumi_access_token" {
  repository      = "deployments"
  secret_name     = "PULUMI_ACCESS_TOKEN"
  encrypted_value = one(values(pulumiservice_api_tokens_orgtoken.ci.encrypted_token_values))
}

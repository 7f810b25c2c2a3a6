# What the two pipelines beside this file apply. Nothing is stored in the CI system: the provider
# exchanges the pipeline's id token for an access token.

terraform {
  required_version = ">= 1.2"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }

  # Keep the state where every runner finds it, locked and encrypted. Without that every run makes another
  # token, which nobody revokes:
  # backend "s3" {
  #   bucket       = "acme-terraform-state"
  #   key          = "pulumi-tokens.tfstate"
  #   region       = "eu-central-1"
  #   encrypt      = true
  #   use_lockfile = true
  # }
}

provider "pulumiservice" {
  org_name = "acme"

  # A user's token: an organization's can't manage organization tokens.
  oidc = {
    requested_token_type = "personal"
    scope                = "user:token-manager"
    expiration           = "30m"
  }
}

module "deploy_token" {
  source = "../modules/ci-token"

  name = "github-deploy"

  # The id of a role of yours: the data source pulumiservice_api_role finds it by the role's name. This
  # one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"

  reason = "Rotation by the token pipeline"
}

# Hand module.deploy_token.token_value to your secret store here.

output "deploy_token" {
  value = {
    name       = module.deploy_token.name
    expires_at = module.deploy_token.expires_at
  }
}

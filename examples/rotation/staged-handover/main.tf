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

resource "pulumiservice_api_tokens_orgtoken" "partner" {
  name_prefix = "partner-"
  description = "Handed to the partner by their own process"

  # The id of a role of yours: the data source pulumiservice_api_role finds it by the role's name. This
  # one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"

  expire_after  = "90d"
  rotate_before = "30d"

  # A replaced token is not revoked. It works until its own expiry, so the hand-over may take as
  # long as rotate_before.
  delete_on_destroy = false

  lifecycle {
    create_before_destroy = true
  }
}

module "secret_store" {
  source = "./stand-in-secret-store"
  name   = "partner/pulumi-access-token"
  value  = pulumiservice_api_tokens_orgtoken.partner.token_value
}

output "hand_over" {
  description = "What to tell the partner: which token to fetch, and how long it works."
  value = {
    name       = pulumiservice_api_tokens_orgtoken.partner.name
    expires_at = pulumiservice_api_tokens_orgtoken.partner.expires_at
  }
}

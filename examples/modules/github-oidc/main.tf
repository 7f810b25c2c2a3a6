locals {
  audience  = "urn:pulumi:org:${var.organization}"
  issuer_id = var.issuer_id != null ? var.issuer_id : one(pulumiservice_api_auth_oidcissuer.this[*].issuer_id)
}

# An organization has one issuer for an address.
resource "pulumiservice_api_auth_oidcissuer" "this" {
  count = var.issuer_id == null ? 1 : 0

  org_name       = var.organization
  name           = "GitHub Actions"
  url            = "https://token.actions.githubusercontent.com"
  max_expiration = var.max_expiration
}

# And an issuer has one policy, so all pipelines are in it.
resource "pulumiservice_api_auth_policy" "this" {
  org_name  = var.organization
  issuer_id = local.issuer_id

  policies = [for pipeline in var.pipelines : {
    decision   = "allow"
    token_type = pipeline.token_type
    role_id    = pipeline.role_id
    team_name  = pipeline.team_name
    user_login = pipeline.user_login

    rules = merge(
      {
        aud         = local.audience
        repository  = pipeline.repository
        environment = pipeline.environment
      },
      pipeline.repository_id == null ? {} : {
        repository_id = pipeline.repository_id
      },
    )
  }]
}

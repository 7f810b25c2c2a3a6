output "issuer_id" {
  description = "The id of GitHub's issuer in the organization."
  value       = local.issuer_id
}

output "audience" {
  description = "What an id token is asked for with, and exchanged with."
  value       = local.audience
}

output "oidc" {
  description = "By pipeline, what its provider \"pulumiservice\" has in its oidc block."

  value = { for name, pipeline in var.pipelines : name => {
    org_name             = var.organization
    requested_token_type = pipeline.token_type
    scope = (
      pipeline.token_type == "team" ? "team:${pipeline.team_name}" :
      pipeline.token_type == "personal" ? "user:${pipeline.user_login}" :
      null
    )
  } }
}

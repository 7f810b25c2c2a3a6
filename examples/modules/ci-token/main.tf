resource "pulumiservice_api_tokens_orgtoken" "this" {
  name_prefix         = "${var.name}-"
  org_name            = var.organization
  description         = var.description
  reason              = var.reason
  role_id             = var.role_id
  expire_after        = var.lifetime
  rotate_before       = var.rotate_before
  rotate_when_changed = var.rotate_when_changed
  delete_on_destroy   = var.revoke_replaced

  # Whoever uses token_value is given the new one before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

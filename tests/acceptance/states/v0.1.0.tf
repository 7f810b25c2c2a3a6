resource "pulumiservice_api_tokens_orgtoken" "fixed" {
  org_name    = "acme"
  name        = "ci-fixed"
  description = "written by an earlier build"
}
resource "pulumiservice_api_tokens_orgtoken" "rotating" {
  org_name            = "acme"
  name_prefix         = "ci-"
  expire_after        = "700d"
  rotate_before       = "14d"
  rotate_when_changed = { key = "1" }
  reason              = "why"
  delete_on_destroy   = false
}
resource "pulumiservice_api_tokens_orgtoken" "role" {
  org_name    = "acme"
  name_prefix = "role-"
  role_id     = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
}
resource "pulumiservice_api_tokens_orgtoken" "admin" {
  org_name    = "acme"
  name_prefix = "admin-"
  admin       = true
}

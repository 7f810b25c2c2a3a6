# Active admin tokens that nobody has used for three months.
list "pulumiservice_api_tokens_orgtoken" "idle_admins" {
  provider         = pulumiservice
  include_resource = true

  config {
    org_name   = "acme"
    admin      = true
    unused_for = "90d"
  }
}

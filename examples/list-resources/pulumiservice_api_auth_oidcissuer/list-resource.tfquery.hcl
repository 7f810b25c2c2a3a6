# terraform query, beside a configuration with the provider block.
list "pulumiservice_api_auth_oidcissuer" "all" {
  provider = pulumiservice

  config {
    org_name = "acme"
  }
}

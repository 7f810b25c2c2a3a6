# terraform query, beside a configuration with the provider block.
list "pulumiservice_api_tokens_orgtoken" "deploy" {
  provider = pulumiservice

  config {
    org_name    = "acme"
    name_prefix = "ci-"
  }
}

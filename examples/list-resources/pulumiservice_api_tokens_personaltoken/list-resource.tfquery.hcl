# terraform query, beside a configuration with the provider block.
list "pulumiservice_api_tokens_personaltoken" "unused" {
  provider = pulumiservice

  config {
    unused_for = "90d"
  }
}

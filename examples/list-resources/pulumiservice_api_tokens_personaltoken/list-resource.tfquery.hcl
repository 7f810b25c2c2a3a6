# What a user's access tokens have left behind.
list "pulumiservice_api_tokens_personaltoken" "expired" {
  provider = pulumiservice

  config {
    status = "expired"
  }
}

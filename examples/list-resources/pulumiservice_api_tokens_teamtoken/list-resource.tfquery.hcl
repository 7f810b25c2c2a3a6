# Tokens of a team that end within a month.
list "pulumiservice_api_tokens_teamtoken" "ending" {
  provider = pulumiservice

  config {
    org_name       = "acme"
    team_name      = "platform"
    expires_within = "30d"
  }
}

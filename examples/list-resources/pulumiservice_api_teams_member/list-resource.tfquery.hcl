# terraform query, beside a configuration with the provider block.
list "pulumiservice_api_teams_member" "all" {
  provider = pulumiservice

  config {
    org_name  = "acme"
    team_name = "platform"
  }
}

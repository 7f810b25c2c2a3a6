import {
  to = pulumiservice_api_teams_member.alice
  id = "acme/platform/alice"
}

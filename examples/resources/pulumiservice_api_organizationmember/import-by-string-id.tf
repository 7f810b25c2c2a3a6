import {
  to = pulumiservice_api_organizationmember.alice
  id = "acme/alice"
}

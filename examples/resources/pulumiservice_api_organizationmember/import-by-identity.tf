import {
  to = pulumiservice_api_organizationmember.alice
  identity = {
    org_name   = "acme"
    user_login = "alice"
  }
}

import {
  to = pulumiservice_api_organizationmember.ada
  identity = {
    org_name   = "acme"
    user_login = "ada"
  }
}

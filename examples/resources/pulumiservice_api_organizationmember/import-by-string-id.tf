import {
  to = pulumiservice_api_organizationmember.ada
  id = "acme/ada"
}

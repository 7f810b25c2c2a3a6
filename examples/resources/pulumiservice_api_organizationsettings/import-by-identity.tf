import {
  to = pulumiservice_api_organizationsettings.acme
  identity = {
    org_name = "acme"
  }
}

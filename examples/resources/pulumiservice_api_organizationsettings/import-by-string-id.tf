import {
  to = pulumiservice_api_organizationsettings.acme
  id = "acme"
}

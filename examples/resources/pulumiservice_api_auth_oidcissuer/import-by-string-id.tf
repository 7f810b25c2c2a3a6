import {
  to = pulumiservice_api_auth_oidcissuer.github
  id = "acme/8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10"
}

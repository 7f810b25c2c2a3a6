terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# An import needs the organization beside the id that the service shows.
import {
  to = pulumiservice_api_tokens_orgtoken.ci
  id = provider::pulumiservice::token_id("acme", "5a3c7b1e-0000-4000-8000-0123456789ab")
}

resource "pulumiservice_api_tokens_orgtoken" "ci" {
  org_name = "acme"
  name     = "ci"
}

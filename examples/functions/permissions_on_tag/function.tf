terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "pulumiservice" {
  org_name = "acme"
}

resource "pulumiservice_api_role" "example" {
  name    = "Example"
  details = provider::pulumiservice::permissions_on_tag("stack", "env", "staging", ["stack:write"])
}

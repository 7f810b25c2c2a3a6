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
  details = provider::pulumiservice::permissions_on_environment("8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10", ["environment:open"])
}

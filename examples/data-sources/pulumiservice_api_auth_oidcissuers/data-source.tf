terraform {
  required_version = ">= 1.0"

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

data "pulumiservice_api_auth_oidcissuers" "all" {}

output "issuers" {
  value = [for issuer in data.pulumiservice_api_auth_oidcissuers.all.issuers : issuer.url]
}

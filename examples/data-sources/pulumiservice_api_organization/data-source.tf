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

data "pulumiservice_api_organization" "acme" {}

output "has_custom_roles" {
  value = data.pulumiservice_api_organization.acme.features.customRolesEnabled
}

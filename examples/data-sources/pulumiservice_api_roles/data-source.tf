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

data "pulumiservice_api_roles" "all" {}

output "custom_roles" {
  value = [for role in data.pulumiservice_api_roles.all.roles : role.name if role.default_identifier == ""]
}

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

data "pulumiservice_organization_member" "ada" {
  user_login = "ada"
}

output "role" {
  value = data.pulumiservice_organization_member.ada.role
}

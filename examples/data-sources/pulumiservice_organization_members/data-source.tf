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

data "pulumiservice_organization_members" "all" {}

output "admins" {
  value = [for member in data.pulumiservice_organization_members.all.members : member.user_login if member.role == "admin"]
}

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

data "pulumiservice_current_user" "me" {}

data "pulumiservice_organization_member" "me" {
  user_login = data.pulumiservice_current_user.me.username
}

output "role" {
  value = data.pulumiservice_organization_member.me.role
}

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

resource "pulumiservice_api_role" "deployer" {
  name        = "Stack deployer"
  description = "Updates stacks, and opens environments"

  details = {
    __type = "PermissionDescriptorAllow"
    permissions = [
      "stack:read", "stack:export", "stack:decrypt", "stack:encrypt",
      "stack:write", "stack:import", "stack:cancel_update",
      "environment:read", "environment:open",
    ]
  }
}

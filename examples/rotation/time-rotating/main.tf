terraform {
  required_version = ">= 1.5"

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

variable "incident" {
  description = "Raise it to rotate now, such as after a leak."
  type        = number
  default     = 0
}

variable "now" {
  description = "For the stand-in alone: the present instant in RFC 3339. Default: the clock."
  type        = string
  default     = null
}

# The same schedule for everything that rotates together.
module "rotation" {
  source = "./stand-in-time-rotating"
  now    = var.now
}

resource "pulumiservice_api_tokens_orgtoken" "ci" {
  name_prefix = "ci-deploy-"
  description = "Deployments from CI; rotated with everything else"

  # The id of a role of yours: the data source pulumiservice_api_role finds it by the role's name. This
  # one is the demo's "Deployer".
  role_id = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"

  # Only a safety net, for when nobody runs Terraform: longer than the schedule's period.
  expire_after = "90d"

  rotate_when_changed = {
    schedule = module.rotation.id
    incident = var.incident
  }

  lifecycle {
    create_before_destroy = true
  }
}

output "ci_token" {
  value     = pulumiservice_api_tokens_orgtoken.ci.token_value
  sensitive = true
}

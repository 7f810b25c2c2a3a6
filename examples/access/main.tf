# Who may do what in an organization, from a role to the pipeline that has it.

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

locals {
  # The team, by login: `member`, or `admin` of the team.
  payments = {
    alice = "admin"
    bob   = "member"
  }

  # What `pulumi up` takes on a stack.
  deploying = [
    "stack:read", "stack:export", "stack:decrypt", "stack:encrypt",
    "stack:write", "stack:import", "stack:cancel_update",
  ]
}

# What deploying takes, on the stacks and environments that have the tag team = payments. It makes no stack.
resource "pulumiservice_api_role" "deployer" {
  name        = "Payments deployer"
  description = "Updates the payment services' stacks, and opens their environments"
  details = provider::pulumiservice::permissions_union(
    provider::pulumiservice::permissions_on_tag("stack", "team", "payments", local.deploying),
    provider::pulumiservice::permissions_on_tag("environment", "team", "payments", ["environment:read", "environment:open"]),
  )
}

resource "pulumiservice_api_teams_team" "payments" {
  name         = "payments"
  display_name = "Payments"
  description  = "Runs the payment services"
}

# Who is in the organization already is taken over and gets this role: an admin would become a member. On
# destroy they stay, with the organization's default role. Don't list whoever applies this.
resource "pulumiservice_api_organizationmember" "payments" {
  for_each = local.payments

  user_login = each.key
  role       = "member"
  adopt      = true
}

resource "pulumiservice_api_teams_member" "payments" {
  for_each = local.payments

  team_name  = pulumiservice_api_teams_team.payments.name
  user_login = pulumiservice_api_organizationmember.payments[each.key].user_login
  role       = each.value
}

# All members of the team have the role.
resource "pulumiservice_api_teams_role" "payments" {
  team_name = pulumiservice_api_teams_team.payments.name
  role_id   = pulumiservice_api_role.deployer.role_id
}

# For what can't prove who it is, such as a build server of your own: a token with the role, renewed
# by the first run in the last 30 of its 90 days.
resource "pulumiservice_api_tokens_orgtoken" "build_server" {
  name_prefix   = "payments-build-"
  description   = "The build server of the payments team"
  role_id       = pulumiservice_api_role.deployer.role_id
  expire_after  = "90d"
  rotate_before = "30d"

  lifecycle {
    create_before_destroy = true
  }
}

# For what can: nothing that has to be stored.
module "github" {
  source = "../modules/github-oidc"

  organization = "acme"

  pipelines = {
    # Deploys, with the role.
    deploy = {
      repository  = "acme/payments"
      environment = "production"
      role_id     = pulumiservice_api_role.deployer.role_id
    }

    # Manages tokens: that takes a user's token, of an account that nothing here makes. This is the
    # pipeline of ../ci.
    tokens = {
      repository  = "acme/tokens"
      environment = "production"
      token_type  = "personal"
      user_login  = "token-manager"
    }
  }
}

# Hand this one to the build server, through a secret store.
output "build_server_token" {
  value     = pulumiservice_api_tokens_orgtoken.build_server.token_value
  sensitive = true
}

# What the workflows ask for. It is no secret.
output "oidc" {
  value = module.github.oidc
}

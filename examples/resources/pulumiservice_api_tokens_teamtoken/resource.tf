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

# May do what the team's roles and grants allow, and ends with the team.
resource "pulumiservice_api_tokens_teamtoken" "deploy" {
  team_name     = "platform"
  name_prefix   = "platform-deploy-"
  description   = "Deployments of the platform team"
  expire_after  = "90d"
  rotate_before = "30d"

  lifecycle {
    create_before_destroy = true
  }
}

output "deploy_token" {
  value     = pulumiservice_api_tokens_teamtoken.deploy.token_value
  sensitive = true
}

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

resource "pulumiservice_api_auth_oidcissuer" "github" {
  name = "github"
  url  = "https://token.actions.githubusercontent.com"
}

# The pipeline of one repository's environment gets tokens of one team.
resource "pulumiservice_api_auth_policy" "github" {
  issuer_id = pulumiservice_api_auth_oidcissuer.github.issuer_id

  policies = [
    {
      decision   = "allow"
      token_type = "team"
      team_name  = "platform"
      rules = {
        aud         = "urn:pulumi:org:acme"
        repository  = "acme/infrastructure"
        environment = "production"
      }
    },
  ]
}

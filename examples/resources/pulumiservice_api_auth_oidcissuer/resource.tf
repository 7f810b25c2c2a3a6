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
  name           = "github"
  url            = "https://token.actions.githubusercontent.com"
  max_expiration = 3600
}

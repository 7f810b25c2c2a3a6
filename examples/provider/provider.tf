terraform {
  required_version = ">= 1.0"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# The access token comes from PULUMI_ACCESS_TOKEN, or from `pulumi login`.
provider "pulumiservice" {
  org_name = "acme"
}

terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# A token that ends with the year.
resource "pulumiservice_api_tokens_orgtoken" "year" {
  org_name = "acme"
  name     = "until-2027"
  expires  = provider::pulumiservice::epoch("2027-01-01T00:00:00Z")
}

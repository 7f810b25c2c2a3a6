terraform {
  required_version = ">= 1.10"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

provider "pulumiservice" {}

# Lives for this run, may do what its user may, and is in no state and no plan. Give its token_value
# to another provider's configuration, or to a write-only argument.
ephemeral "pulumiservice_api_tokens_personaltoken" "run" {
  description  = "One run of Terraform"
  expire_after = "30m"
}

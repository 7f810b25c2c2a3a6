terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# 7776000
output "quarter" {
  value = provider::pulumiservice::duration_seconds("90d")
}

terraform {
  required_version = ">= 1.8"

  required_providers {
    pulumiservice = {
      source  = "pulumiservice/pulumiservice"
      version = "~> 0.1.0"
    }
  }
}

# 2027-01-01T00:00:00Z
output "new_year" {
  value = provider::pulumiservice::rfc3339(1798761600)
}

# Stands in for time_rotating of hashicorp/time, so that this example runs with no other provider.
# Like that one it is replaced, and gets another id, when its time has come: here, in a new month.

terraform {
  required_version = ">= 1.5"
}

variable "now" {
  description = "The present instant in RFC 3339. Default: the clock."
  type        = string
  default     = null
}

resource "terraform_data" "rotation" {
  triggers_replace = formatdate("YYYY-MM", coalesce(var.now, plantimestamp()))
}

output "id" {
  value = terraform_data.rotation.id
}

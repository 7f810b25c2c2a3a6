# Stands in for a secret store, so that this example runs with no other provider. It keeps the
# secret in the state, which a real store's write-only argument does not.

terraform {
  required_version = ">= 1.4"
}

variable "name" {
  description = "The secret's name in the store."
  type        = string
}

variable "value" {
  description = "The secret."
  type        = string
  sensitive   = true
}

resource "terraform_data" "secret" {
  input = {
    name  = var.name
    value = var.value
  }
}

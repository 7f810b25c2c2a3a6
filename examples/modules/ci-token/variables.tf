variable "name" {
  description = "What the token is for, such as \"github-deploy\". Its name is this, a dash and 8 random characters."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,30}$", var.name))
    error_message = "The name must have 1 to 31 lower-case letters, digits and dashes, and begin with no dash."
  }
}

variable "role_id" {
  description = "The id of the role that the token gets: one that may do what the pipeline does, and no more. The data source pulumiservice_api_role finds it by the role's name."
  type        = string
  nullable    = false

  validation {
    condition     = trimspace(var.role_id) != ""
    error_message = "Give the id of a role. Without one the token would get the organization's default role."
  }
}

variable "organization" {
  description = "The organization. Default: the provider's org_name."
  type        = string
  default     = null
}

variable "description" {
  description = "Shown beside the token in Pulumi Cloud."
  type        = string
  default     = "CI, managed by Terraform"
}

variable "reason" {
  description = "Written to the organization's audit log whenever a token is made."
  type        = string
  default     = null
}

variable "lifetime" {
  description = "How long each token lives, such as \"90d\" or \"12h\"."
  type        = string
  default     = "90d"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.lifetime)) && var.lifetime != ""
    error_message = "The lifetime must be whole numbers with the units w, d, h, m and s, such as \"90d\" or \"1d12h\". A token of this module always expires."
  }
}

variable "rotate_before" {
  description = "How long before its expiry a token is replaced. Longer than the longest time between two runs, shorter than the lifetime."
  type        = string
  default     = "30d"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.rotate_before)) && var.rotate_before != ""
    error_message = "rotate_before must be whole numbers with the units w, d, h, m and s, such as \"30d\"."
  }
}

variable "rotate_when_changed" {
  description = "Any values; the token is replaced when one of them changes."
  type        = map(string)
  default     = {}
}

variable "revoke_replaced" {
  description = "Whether a replaced token is revoked at once. With false it lives on until its own expiry."
  type        = bool
  default     = true
  nullable    = false
}

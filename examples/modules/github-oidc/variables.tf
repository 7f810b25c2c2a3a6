variable "organization" {
  description = "The organization of Pulumi Cloud."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.organization))
    error_message = "The organization's name, as the address of its page has it."
  }
}

variable "pipelines" {
  description = <<-EOT
    Who is let in, and what they get. The keys are names of your own.

    - `repository`: "OWNER/NAME", as GitHub writes it.
    - `repository_id`: its number, which stays with it if another one ever gets its name
      (`gh api repos/OWNER/NAME --jq .id`). A name with a point takes it: in a policy a point fits any
      character.
    - `environment`: the one that its jobs name. Let only a protected branch deploy to it, in the
      repository's settings.
    - `token_type`: `organization`, which takes a `role_id`; `team`, which takes a `team_name`; or
      `personal`, which takes a `user_login`. Environments, teams and users have no *, ? and point.
  EOT

  type = map(object({
    repository    = string
    repository_id = optional(string)
    environment   = string
    token_type    = optional(string, "organization")
    role_id       = optional(string)
    team_name     = optional(string)
    user_login    = optional(string)
  }))

  nullable = false

  validation {
    condition     = length(var.pipelines) > 0 && length(var.pipelines) <= 40
    error_message = "A policy has 1 to 40 entries: give that many pipelines."
  }

  validation {
    condition     = alltrue([for p in var.pipelines : can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", p.repository))])
    error_message = "A repository is \"OWNER/NAME\", without wildcards."
  }

  validation {
    condition     = alltrue([for p in var.pipelines : p.repository_id == null ? true : can(regex("^[0-9]+$", p.repository_id))])
    error_message = "A repository_id is a number: `gh api repos/OWNER/NAME --jq .id`."
  }

  validation {
    condition     = alltrue([for p in var.pipelines : p.repository_id != null || can(regex("^[^.]*$", p.repository))])
    error_message = "In a policy a point fits any character: a repository with a point in its name takes its repository_id too."
  }

  validation {
    condition     = alltrue([for p in var.pipelines : can(regex("^[^*?.]+$", p.environment))])
    error_message = "Name one environment, without *, ? and a point, which fit others too: any job can name one that has no rules."
  }

  validation {
    condition     = alltrue([for p in var.pipelines : contains(["organization", "team", "personal"], p.token_type)])
    error_message = "A token_type is organization, team or personal."
  }

  validation {
    condition = alltrue([for p in var.pipelines :
      (p.role_id != null) == (p.token_type == "organization") &&
      (p.team_name != null) == (p.token_type == "team") &&
      (p.user_login != null) == (p.token_type == "personal")
    ])
    error_message = "An organization token takes a role_id alone, a team token a team_name, and a personal token a user_login."
  }

  validation {
    condition = alltrue(flatten([for p in var.pipelines : [
      for name in [p.team_name, p.user_login] : name == null ? true : can(regex("^[^*?.]+$", name))
    ]]))
    error_message = "Name one team or user, without *, ? and a point, which fit others too."
  }
}

variable "max_expiration" {
  description = "The longest life of the tokens, in seconds. It has no part in an issuer that issuer_id names."
  type        = number
  default     = 3600
  nullable    = false
}

variable "issuer_id" {
  description = "The id of GitHub's issuer, if the organization has it already. It has to be known while planning. Default: the module makes the issuer."
  type        = string
  default     = null
}

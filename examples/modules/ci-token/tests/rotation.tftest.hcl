# Runs against a local service: PULUMI_BACKEND_URL and PULUMI_ACCESS_TOKEN say where it is. Against
# a real organization it makes and revokes real tokens, whose names stay taken.

variables {
  organization = "acme"
  name         = "module-test"
  role_id      = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
}

run "first" {
  assert {
    condition     = can(regex("^module-test-[a-z2-7]{8}$", output.name))
    error_message = "The name must be the given one, a dash and eight characters of base32."
  }

  assert {
    condition     = length(output.token_value) > 0
    error_message = "The token must come with its value."
  }

  assert {
    condition     = output.expires_at != null && output.expires > 0
    error_message = "The token must expire."
  }

  assert {
    condition     = pulumiservice_api_tokens_orgtoken.this.role_id == var.role_id && !pulumiservice_api_tokens_orgtoken.this.admin
    error_message = "The token must have the given role and not be an admin's."
  }

  assert {
    condition     = output.ready_for_rotation == false
    error_message = "A new token must not be due for rotation."
  }
}

# The earlier token's id travels in the reason, a change of which must leave the token alone:
# OpenTofu knows only the run before, and only where variables are given.
run "leaves_the_token_alone" {
  variables {
    reason = run.first.token_id
  }

  assert {
    condition     = output.token_id == var.reason
    error_message = "A second run must leave the token alone."
  }
}

# A first value on a token that had none changes nothing.
run "adopts_a_trigger" {
  variables {
    reason              = run.leaves_the_token_alone.token_id
    rotate_when_changed = { incident = "1" }
  }

  assert {
    condition     = output.token_id == var.reason
    error_message = "The first trigger must not replace the token."
  }
}

run "rotates_on_a_trigger" {
  variables {
    reason              = run.adopts_a_trigger.token_id
    rotate_when_changed = { incident = "2" }
  }

  assert {
    condition     = output.token_id != var.reason
    error_message = "A changed trigger must replace the token."
  }
}

# The last run names no earlier one: OpenTofu would not clean up after it.
run "forgets_a_trigger" {
  variables {
    rotate_when_changed = {}
  }

  assert {
    condition     = output.ready_for_rotation == false
    error_message = "Nothing must be due."
  }
}

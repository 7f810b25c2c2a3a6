# What the module lets in and what it refuses. Nothing is made.

variables {
  organization = "acme"

  pipelines = {
    deploy = {
      repository  = "acme/payments"
      environment = "production"
      role_id     = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
    }
  }
}

run "binds_each_kind_of_token" {
  command = plan

  variables {
    pipelines = {
      deploy = {
        repository    = "acme/payments"
        repository_id = "4711"
        environment   = "production"
        role_id       = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
      }
      docs = {
        repository    = "acme/docs.example"
        repository_id = "4712"
        environment   = "github-pages"
        token_type    = "team"
        team_name     = "platform"
      }
      tokens = {
        repository  = "acme/tokens"
        environment = "production"
        token_type  = "personal"
        user_login  = "token-manager"
      }
    }
  }

  assert {
    condition = toset([for entry in pulumiservice_api_auth_policy.this.policies : entry.rules]) == toset([
      { aud = "urn:pulumi:org:acme", repository = "acme/payments", repository_id = "4711", environment = "production" },
      { aud = "urn:pulumi:org:acme", repository = "acme/docs.example", repository_id = "4712", environment = "github-pages" },
      { aud = "urn:pulumi:org:acme", repository = "acme/tokens", environment = "production" },
    ])
    error_message = "Each entry must name the audience, the repository, and the environment."
  }

  assert {
    condition     = output.oidc.deploy.scope == null && output.oidc.docs.scope == "team:platform" && output.oidc.tokens.scope == "user:token-manager"
    error_message = "A workflow must be told the scope of its token."
  }
}

run "takes_an_issuer_that_is_there" {
  command = plan

  variables {
    issuer_id = "8d2f1c44-6c1e-4a3b-9d51-2f0c7b5e9a10"
  }

  assert {
    condition     = length(pulumiservice_api_auth_oidcissuer.this) == 0 && output.issuer_id == var.issuer_id
    error_message = "No second issuer may be made."
  }
}

run "refuses_nobody" {
  command = plan

  variables {
    pipelines = {}
  }

  expect_failures = [var.pipelines]
}

run "refuses_every_environment" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", environment = "*", role_id = "r" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_every_repository" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/*", environment = "production", role_id = "r" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_token_without_a_role" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", environment = "production" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_point_in_a_repository_without_its_id" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/docs.example", environment = "production", role_id = "r" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_an_empty_repository_id" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", repository_id = "", environment = "production", role_id = "r" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_an_environment_with_a_point" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", environment = "prod.eu", role_id = "r" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_team_with_a_point" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", environment = "production", token_type = "team", team_name = "ops.eu" }
    }
  }

  expect_failures = [var.pipelines]
}

run "refuses_a_user_without_a_name" {
  command = plan

  variables {
    pipelines = {
      deploy = { repository = "acme/payments", environment = "production", token_type = "personal", user_login = "" }
    }
  }

  expect_failures = [var.pipelines]
}

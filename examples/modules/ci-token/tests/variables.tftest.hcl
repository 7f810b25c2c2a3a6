# What the module refuses. Nothing is made.

variables {
  organization = "acme"
  name         = "module-test"
  role_id      = "5b3c6a52-0d5f-4c5b-9d3e-6f0f5a7c1a04"
}

run "takes_what_is_right" {
  command = plan

  variables {
    lifetime      = "1w2d3h"
    rotate_before = "12h"
  }
}

run "refuses_a_long_name" {
  command = plan

  variables {
    name = "a-name-that-leaves-no-room-at-all-for-the-rest"
  }

  expect_failures = [var.name]
}

run "refuses_no_role" {
  command = plan

  variables {
    role_id = " "
  }

  expect_failures = [var.role_id]
}

run "refuses_a_lifetime_without_end" {
  command = plan

  variables {
    lifetime = ""
  }

  expect_failures = [var.lifetime]
}

run "refuses_a_window_in_no_unit" {
  command = plan

  variables {
    rotate_before = "30"
  }

  expect_failures = [var.rotate_before]
}

# terraform query, beside a configuration with the provider block. Built-in roles are left out, since
# nobody can manage them; the data source pulumiservice_api_roles has them.
list "pulumiservice_api_role" "all" {
  provider = pulumiservice

  config {
    org_name = "acme"
  }
}

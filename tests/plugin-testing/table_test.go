package plugintesting

import (
	"strconv"
	"strings"
	"time"
)

// Resources of one organization, made together. ORG stands for its name and IN_A_YEAR for an
// instant.
type group struct {
	org  string
	rows []row
	// What else the configuration has.
	needs string
}

// A resource, and what is known about it.
type row struct {
	// Its type, without the provider's prefix.
	kind string
	// Its name in the configuration.
	name      string
	arguments string
	// The attributes of its identity.
	identity string
	// What an import can't give. It plans no change all the same.
	notImported []string
	// What only the configuration has a say in. An import is planned to add it to the state.
	onlyConfigured []string
	// Whether there is a list of these, and what that takes.
	listed bool
	filter string
}

var groups = []group{
	{
		org: "with-tokens",
		rows: []row{
			{
				kind: "api_tokens_orgtoken", name: "plain",
				arguments: `
					org_name = "ORG"
					name     = "plain"`,
				identity:    "org_name token_id",
				notImported: shownOnce,
				listed:      true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_tokens_orgtoken", name: "full",
				arguments: `
					org_name            = "ORG"
					name_prefix         = "ci-"
					description         = "what for"
					role_id             = pulumiservice_api_role.needed.role_id
					expire_after        = "30d"
					rotate_before       = "2d"
					reason              = "audit"
					rotate_when_changed = { by = "a" }
					delete_on_destroy   = true`,
				identity:    "org_name token_id",
				notImported: shownOnce,
				// Why there is a token, how it is renewed and what of its name was generated is nowhere
				// in the service.
				onlyConfigured: []string{
					"name_prefix", "expire_after", "rotate_before", "reason", "rotate_when_changed",
					"delete_on_destroy",
				},
				listed: true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_tokens_orgtoken", name: "admin",
				arguments: `
					org_name = "ORG"
					name     = "admin"
					admin    = true
					expires  = IN_A_YEAR`,
				identity: "org_name token_id",
				// The service doesn't tell an admin token from one that asked for the Admin role.
				notImported: append(shownOnce, "role_id"),
				listed:      true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_tokens_teamtoken", name: "plain",
				arguments: `
					org_name  = "ORG"
					team_name = "data science"
					name      = "of-team"`,
				identity:    "org_name team_name token_id",
				notImported: shownOnce,
				listed:      true,
				filter: `
					org_name  = "ORG"
					team_name = "data science"`,
			},
			{
				kind: "api_tokens_personaltoken", name: "plain",
				arguments:   `description = "mine"`,
				identity:    "token_id",
				notImported: shownOnce,
				listed:      true,
			},
		},
		needs: role,
	},
	{
		org: "with-teams",
		rows: []row{
			{
				kind: "api_teams_team", name: "x",
				arguments: `
					org_name     = "ORG"
					name         = "ops"
					display_name = "Operations"
					description  = "They operate."`,
				identity: "org_name name",
				listed:   true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_teams_member", name: "x",
				arguments: `
					org_name   = "ORG"
					team_name  = "data science"
					user_login = pulumiservice_api_organizationmember.needed.user_login
					role       = "admin"`,
				identity: "org_name team_name user_login",
				listed:   true,
				filter: `
					org_name  = "ORG"
					team_name = "data science"`,
			},
			{
				kind: "api_teams_role", name: "x",
				arguments: `
					org_name  = "ORG"
					team_name = "data science"
					role_id   = pulumiservice_api_role.needed.role_id`,
				identity: "org_name team_name",
			},
			{
				kind: "api_teams_stackpermission", name: "x",
				arguments: `
					org_name     = "ORG"
					team_name    = "data science"
					project_name = "web/shop"
					stack_name   = "50%"
					permission   = "write"`,
				identity: "org_name team_name project_name stack_name",
			},
			{
				kind: "api_teams_environmentpermission", name: "x",
				arguments: `
					org_name          = "ORG"
					team_name         = "data science"
					project_name      = "web/shop"
					env_name          = "prod"
					permission        = "open"
					max_open_duration = "1h30m"`,
				identity: "org_name team_name project_name env_name",
				// The service writes it in its own way, as "1h30m0s".
				notImported: []string{"max_open_duration"},
			},
		},
		needs: role + `
			resource "pulumiservice_api_organizationmember" "needed" {
				org_name   = "ORG"
				user_login = "alice"
				role       = "member"
			}`,
	},
	{
		org: "with-members",
		rows: []row{
			{
				kind: "api_role", name: "x",
				arguments: `
					org_name    = "ORG"
					name        = "ops"
					description = "They operate."
					details     = ` + details,
				identity: "org_name role_id",
				listed:   true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_organizationsettings", name: "x",
				arguments: `
					org_name                     = "ORG"
					members_can_create_teams     = false
					default_stack_permission     = "write"
					max_access_token_expiry_days = 700`,
				identity: "org_name",
			},
			{
				kind: "api_auth_oidcissuer", name: "x",
				arguments: `
					org_name       = "ORG"
					name           = "ci"
					url            = "https://ci.example.com"
					max_expiration = 600
					jwks           = { keys = [{ kty = "RSA", kid = "a", n = "AQAB", e = "AQAB" }] }`,
				identity: "org_name issuer_id",
				listed:   true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_auth_policy", name: "x",
				arguments: `
					org_name  = "ORG"
					issuer_id = pulumiservice_api_auth_oidcissuer.x.issuer_id
					policies = [
						{ decision = "allow", token_type = "team", team_name = "platform", rules = { sub = "a" } },
					]`,
				identity: "org_name issuer_id",
			},
			{
				kind: "api_organizationmember", name: "x",
				arguments: `
					org_name   = "ORG"
					user_login = "alice"
					role       = "admin"`,
				identity: "org_name user_login",
				listed:   true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_organizationmember", name: "with_role",
				arguments: `
					org_name   = "ORG"
					user_login = "bob"
					role_id    = pulumiservice_api_role.needed.role_id
					adopt      = true`,
				identity: "org_name user_login",
				// It says what to do about somebody who is a member already.
				onlyConfigured: []string{"adopt"},
				listed:         true, filter: `org_name = "ORG"`,
			},
			{
				kind: "api_tokens_orgtoken", name: "default_role",
				arguments: `
					org_name = "ORG"
					name     = "default-role"
					expires  = IN_A_YEAR
					role_id  = data.pulumiservice_api_organization.needed.default_role_id`,
				identity:    "org_name token_id",
				notImported: shownOnce,
				// The service doesn't tell the default role from none.
				onlyConfigured: []string{"role_id"},
				listed:         true, filter: `org_name = "ORG"`,
			},
		},
		needs: role + `
			data "pulumiservice_api_organization" "needed" {
				org_name = "ORG"
			}`,
	},
}

var (
	shownOnce = []string{"token_value"}
	inAYear   = strconv.FormatInt(time.Now().AddDate(1, 0, 0).Unix(), 10)
)

const (
	details = `{ __type = "PermissionDescriptorAllow", permissions = ["stack:read"] }`
	role    = `
		resource "pulumiservice_api_role" "needed" {
			org_name = "ORG"
			name     = "needed"
			details  = ` + details + `
		}`
)

// The configuration that makes its resources.
func (g group) resources() string {
	text := g.needs
	for _, row := range g.rows {
		text += "\nresource " + row.labels() + " {\n" + row.arguments + "\n}\n"
	}
	return g.fill(text)
}

// The configuration that finds those that can be listed, with all of their attributes.
func (g group) lists() string {
	text := ""
	for _, row := range g.rows {
		if row.listed {
			text += "\nlist " + row.labels() + " {\nprovider = pulumiservice\n" +
				"include_resource = true\nconfig {\n" + row.filter + "\n}\n}\n"
		}
	}
	return g.fill(text)
}

func (g group) fill(text string) string {
	return strings.NewReplacer("ORG", g.org, "IN_A_YEAR", inAYear).Replace(text)
}

func (r row) labels() string {
	return strconv.Quote("pulumiservice_"+r.kind) + " " + strconv.Quote(r.name)
}

// Where it is in the state.
func (r row) address() string {
	return "pulumiservice_" + r.kind + "." + r.name
}

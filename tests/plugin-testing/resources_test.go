package plugintesting

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// Resources are made and then planned empty, have their identity, are imported by command and by
// block without a loss, and are found by a query as they are.
func TestResources(t *testing.T) {
	for _, group := range groups {
		t.Run(group.org, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ExternalProviders: map[string]resource.ExternalProvider{"pulumiservice": {Source: source}},
				Steps:             group.steps(),
			})
		})
	}
}

func (g group) steps() []resource.TestStep {
	create := resource.TestStep{Config: g.resources()}
	query := resource.TestStep{Query: true, Config: g.lists()}
	var imports []resource.TestStep
	for _, row := range g.rows {
		made := &state{address: row.address()}
		create.ConfigStateChecks = append(create.ConfigStateChecks, made)
		if hasIdentity() {
			create.ConfigStateChecks = append(create.ConfigStateChecks, row.identified()...)
		}
		imports = append(imports, row.byCommand(), row.byBlock())
		if row.listed {
			query.QueryResultChecks = append(query.QueryResultChecks, row.found(made)...)
		}
	}
	steps := append([]resource.TestStep{create}, imports...)
	if !hasQuery() {
		return steps
	}
	return append(steps, query)
}

func hasIdentity() bool { return !terraform.LessThan(tfversion.Version1_12_0) }

func hasQuery() bool { return !terraform.LessThan(tfversion.Version1_14_0) }

// Expects of the state that it holds the identity.
func (r row) identified() []statecheck.StateCheck {
	identity := map[string]knownvalue.Check{}
	var checks []statecheck.StateCheck
	for _, attribute := range strings.Fields(r.identity) {
		identity[attribute] = knownvalue.NotNull()
		checks = append(checks, statecheck.ExpectIdentityValueMatchesState(
			r.address(), tfjsonpath.New(attribute)))
	}
	return append(checks, statecheck.ExpectIdentity(r.address(), identity))
}

func (r row) byCommand() resource.TestStep {
	return resource.TestStep{
		ResourceName: r.address(), ImportState: true,
		ImportStateVerify: true, ImportStateVerifyIgnore: r.lost(),
	}
}

func (r row) byBlock() resource.TestStep {
	step := resource.TestStep{
		ResourceName: r.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithID,
	}
	if hasIdentity() {
		step.ImportStateKind = resource.ImportBlockWithResourceIdentity
	}
	if r.onlyConfigured != nil {
		step.ExpectNonEmptyPlan = true
		step.ImportPlanChecks.PreApply = []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(r.address(), plancheck.ResourceActionUpdate),
		}
	}
	return step
}

// Expects of a query that it finds the resource as it is.
func (r row) found(made *state) []querycheck.QueryResultCheck {
	identity := map[string]knownvalue.Check{}
	for _, attribute := range strings.Fields(r.identity) {
		identity[attribute] = value{made, attribute}
	}
	filter := queryfilter.ByResourceIdentity(identity)
	return []querycheck.QueryResultCheck{
		querycheck.ExpectIdentity(r.address(), identity),
		whole{filter, made, r.lost()},
	}
}

func (r row) lost() []string { return slices.Concat(r.notImported, r.onlyConfigured) }

// A check that holds if there is the resource, and remembers what the state says of it.
type state struct {
	address string
	values  map[string]any
}

func (s *state) CheckState(
	_ context.Context, asked statecheck.CheckStateRequest, answer *statecheck.CheckStateResponse,
) {
	for _, found := range asked.State.Values.RootModule.Resources {
		if found.Address == s.address {
			s.values = found.AttributeValues
			return
		}
	}
	answer.Error = fmt.Errorf("%s is not in the state", s.address)
}

// The value of an attribute in the state.
type value struct {
	state     *state
	attribute string
}

func (v value) CheckValue(found any) error {
	if made := v.state.values[v.attribute]; !reflect.DeepEqual(found, made) {
		return fmt.Errorf("%s is %v in the state and %v here", v.attribute, made, found)
	}
	return nil
}

func (v value) String() string { return fmt.Sprint(v.state.values[v.attribute]) }

// A query's resource that is as in the state, but for what a list can't give.
type whole struct {
	filter queryfilter.QueryFilter
	state  *state
	lost   []string
}

func (w whole) QueryFilters(context.Context) []queryfilter.QueryFilter {
	return []queryfilter.QueryFilter{w.filter}
}

func (w whole) CheckQuery(
	ctx context.Context, asked querycheck.CheckQueryRequest, answer *querycheck.CheckQueryResponse,
) {
	var values []querycheck.KnownValueCheck
	for attribute := range w.state.values {
		if !slices.Contains(w.lost, attribute) {
			values = append(values, querycheck.KnownValueCheck{
				Path: tfjsonpath.New(attribute), KnownValue: value{w.state, attribute},
			})
		}
	}
	querycheck.ExpectResourceKnownValues(w.state.address, w.filter, values).
		CheckQuery(ctx, asked, answer)
}

package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
)

func (c *cli) schemaScope() *cobra.Command {
	var everybody bool
	cmd := c.verb("scope JOB [FILTER-JSON]", "Show or set the scoping filter, which of the assigned people are taken", `
		hospes sync schema scope Borealis '{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Research"]}}'
		hospes sync schema scope Borealis --none`,
		func(ctx context.Context, args []string) error {
			filter := &scope.Filter{}
			if everybody && len(args) > 1 {
				return usagef("--none goes with no filter")
			}
			if len(args) > 1 {
				var err error
				if filter, err = parseFilter(args[1]); err != nil {
					return err
				}
			}
			return c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, rest []string) error {
				return c.scopeOf(ctx, client, f, filter, everybody || len(rest) > 0)
			})(ctx, args)
		})
	cmd.Long = cmd.Short + ".\n\nThe filter is written as for 'hospes filter eval', where it can be tried. After a change the next cycle looks at everybody, and\n" +
		"who no longer passes is taken away from the target: 'hospes sync plan' tells how many that would be."
	cmd.Flags().BoolVar(&everybody, "none", false, "take the filter away")
	return cmd
}

// scopeOf shows the filter of the mapping of people, or puts another in its place.
func (c *cli) scopeOf(ctx context.Context, client *graphclient.Client, f *configuration, filter *scope.Filter, change bool) error {
	var schema provision.Schema
	if err := client.Get(ctx, f.jobPath()+"/schema", nil, &schema); err != nil {
		return err
	}
	for i := range schema.Rules {
		for j := range schema.Rules[i].ObjectMappings {
			people := &schema.Rules[i].ObjectMappings[j]
			if people.SourceObjectName != "User" {
				continue
			}
			if change {
				people.Scope = filter
				return client.Put(ctx, f.jobPath()+"/schema", schema)
			}
			if people.Scope == nil || len(people.Scope.Groups)+len(people.Scope.InputFilterGroups) == 0 {
				c.hint("there is no scoping filter: everybody who is assigned is taken")
				return nil
			}
			raw, err := json.Marshal(people.Scope)
			if err != nil {
				return err
			}
			return c.show(raw)
		}
	}
	return notFoundf("the schema of '%s' maps no people", f.DisplayName)
}

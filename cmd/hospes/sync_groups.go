package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
)

func (c *cli) syncGroups() *cobra.Command {
	cmd := c.verb("groups JOB on|off", "Synchronize the assigned groups as well, or people alone", "hospes sync groups Borealis on --tenant aurora.example",
		func(ctx context.Context, args []string) error {
			if args[1] != "on" && args[1] != "off" {
				return usagef("write on or off")
			}
			return c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
				return c.switchGroups(ctx, client, f, args[1] == "on")
			})(ctx, args)
		})
	cmd.Long = cmd.Short + ".\n\nThe target has to let them in too: 'hospes policy partner sync SOURCE --groups'. Groups come with those of their members who are\n" +
		"in scope. The next cycle looks at everybody."
	return cmd
}

// switchGroups saves the schema with the mapping of groups switched.
func (c *cli) switchGroups(ctx context.Context, client *graphclient.Client, f *configuration, on bool) error {
	var schema provision.Schema
	if err := client.Get(ctx, f.jobPath()+"/schema", nil, &schema); err != nil {
		return err
	}
	found := false
	for i := range schema.Rules {
		for j := range schema.Rules[i].ObjectMappings {
			m := &schema.Rules[i].ObjectMappings[j]
			if strings.EqualFold(m.SourceObjectName, "Group") {
				m.Enabled, found = on, true
			}
		}
	}
	if !found {
		return notFoundf("the schema of '%s' has no mapping of groups; 'hospes sync schema reset' brings it back", f.DisplayName)
	}
	body, err := json.Marshal(schema)
	if err != nil {
		return err
	}
	return client.Put(ctx, f.jobPath()+"/schema", json.RawMessage(body))
}

package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) syncPlan() *cobra.Command {
	cmd := c.verb("plan JOB", "Tell how many people and groups a pass over everybody would change now", "hospes sync plan Borealis --tenant aurora.example",
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			var raw json.RawMessage
			path := "/hospes/v1" + strings.TrimPrefix(f.jobPath(), graphclient.Path(v1)) + "/forecast"
			if err := client.Get(ctx, path, nil, &raw); err != nil {
				return err
			}
			return c.show(raw, "create", "update", "restore", "delete", "disable", "fail", "skip", "looked", "held", "refused.code as refused", "refused.message as because")
		}))
	cmd.Long = cmd.Short + ".\n\nNothing is done. What only the target finds out while writing, such as an address that somebody else has, is not foreseen.\n" +
		"refused tells why a pass would not even begin; held tells that the guard of deletions would hold those who are to be deleted or disabled."
	return cmd
}

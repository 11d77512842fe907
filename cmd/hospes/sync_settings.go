package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
)

func (c *cli) syncSettings() *cobra.Command {
	var recipient string
	var most int64
	var cmd *cobra.Command
	cmd = c.verb("settings JOB", "Set who is told when a synchronization fails, and how many deletions it may make",
		"hospes sync settings Borealis --notify it@aurora.example --hold-deletions 500 --tenant aurora.example",
		func(ctx context.Context, args []string) error {
			switch changed := cmd.Flags().Changed; {
			case !changed("notify") && !changed("hold-deletions"):
				return usagef("--notify or --hold-deletions is needed")
			case most < 0:
				return usagef("--hold-deletions is %d; it has to be positive, or 0 for no limit", most)
			}
			return c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
				return c.notify(ctx, client, f, provision.Notification{
					Enabled: recipient != "", Recipients: recipient, DeleteThresholdEnabled: most > 0, DeleteThresholdValue: most,
				})
			})(ctx, args)
		})
	cmd.Long = cmd.Short + fmt.Sprintf(".\n\nBoth are set at once: without --notify nobody is told, and without --hold-deletions the limit is %d. What goes beyond it is\n"+
		"held until 'hospes sync restart --reset ForceDeletes'.", provision.DefaultDeleteThreshold)
	cmd.Flags().StringVar(&recipient, "notify", "", "`ADDRESS` that is told of failures")
	cmd.Flags().Int64Var(&most, "hold-deletions", provision.DefaultDeleteThreshold, "hold deletions when there are more than `N` in one cycle; 0 for no limit")
	return cmd
}

// notify writes the settings, which cannot be read back, and so says what they are now.
func (c *cli) notify(ctx context.Context, client *graphclient.Client, f *configuration, n provision.Notification) error {
	value, err := json.Marshal(n)
	if err != nil {
		return err
	}
	secrets := map[string]any{"value": []map[string]string{{"key": provision.KeyNotification, "value": string(value)}}}
	if err := client.Put(ctx, f.principalPath()+"/synchronization/secrets", secrets); err != nil {
		return err
	}
	told, limit := "nobody is told of failures", "deletions have no limit"
	if n.Enabled {
		told = n.Recipients + " is told of failures"
	}
	if n.DeleteThresholdEnabled {
		limit = fmt.Sprintf("more than %d deletions in one cycle are held", n.DeleteThresholdValue)
	}
	c.hint("%s; %s", told, limit)
	return nil
}

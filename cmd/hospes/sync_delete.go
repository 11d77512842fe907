package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// What becomes of the people whom a synchronization has brought into the target when it is deleted.
const (
	peopleKept    = "keep"
	peopleRemoved = "remove"
)

func (c *cli) syncDelete() *cobra.Command {
	var jobOnly bool
	var people string
	cmd := c.verb("delete JOB", "Delete a synchronization with all it knows", `
		hospes sync delete Borealis --tenant aurora.example
		hospes sync delete Borealis --people remove`, func(ctx context.Context, args []string) error {
		if people != peopleKept && people != peopleRemoved {
			return usagef("--people is %s or %s", peopleKept, peopleRemoved)
		}
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		f, err := findConfiguration(ctx, client, args[0])
		if err != nil {
			return err
		}
		return c.deleteSync(ctx, client, f, jobOnly, people == peopleRemoved)
	})
	cmd.Long = cmd.Short + ".\n\nThe people it has brought into the target stay there as they are, unless --people remove is given: then they go into the\n" +
		"bin of the target first, where they can be restored for 30 days, and the job is deleted once they are gone. As long as it\n" +
		"is not, 'hospes sync restart' takes that back."
	cmd.Flags().BoolVar(&jobOnly, "job-only", false, "keep the application and its assignments")
	cmd.Flags().StringVar(&people, "people", peopleKept, "what becomes of the people in the target: `keep` or remove")
	complete(cmd, "people", peopleKept, peopleRemoved)
	return cmd
}

func (c *cli) deleteSync(ctx context.Context, client *graphclient.Client, f *configuration, jobOnly, removePeople bool) error {
	switch count := text(lookup(f.job, "status.synchronizedEntryCountByType.0.value")); {
	case f.jobID == "":
	case removePeople:
		if err := client.Post(ctx, "/hospes/v1"+strings.TrimPrefix(f.jobPath(), graphclient.Path(v1))+"/deprovision", nil, nil); err != nil {
			return err
		}
		c.hint("people brought into the target: %s; they go into its bin, and the job is deleted once they are gone: see 'hospes sync status %s'", count, f.DisplayName)
		c.hint("the configuration '%s' stays until then: delete it with the same command afterwards", f.DisplayName)
		return nil
	default:
		if err := client.Delete(ctx, f.jobPath()); err != nil {
			return err
		}
		c.hint("people brought into the target: %s; they stay there as they are", count)
	}
	if jobOnly {
		return nil
	}
	return f.remove(ctx, client)
}

// remove deletes the service principal of a configuration, and the application where that was made for it.
func (f *configuration) remove(ctx context.Context, client *graphclient.Client) error {
	if err := client.Delete(ctx, f.principalPath()); err != nil || f.TemplateID == "" {
		return err
	}
	err := client.Delete(ctx, "/"+v1+"/applications(appId='"+url.PathEscape(f.AppID)+"')")
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil
	}
	return err
}

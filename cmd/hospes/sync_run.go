package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// runColumns are what a table shows of the cycle that has just ended.
var runColumns = []string{
	"@hospes.cycle.imported as looked", "@hospes.cycle.created as created", "@hospes.cycle.updated as updated", "@hospes.cycle.restored as restored",
	"@hospes.cycle.disabled as disabled", "@hospes.cycle.deleted as deleted", "@hospes.cycle.skipped as skipped", "@hospes.cycle.outScope as outOfScope",
	"@hospes.cycle.failed as failed",
}

func (c *cli) syncRun() *cobra.Command {
	cmd := c.verb("run JOB", "Start a job and run its next cycle to the end, in this process", "hospes sync run Borealis --tenant aurora.example --data ./data",
		func(ctx context.Context, args []string) error {
			if c.flags.data == "" {
				return usagef("a server runs started jobs by itself, within a second of a change: 'hospes sync run' is for --data")
			}
			return c.onJob(c.runCycle)(ctx, args)
		})
	cmd.Long = cmd.Short + ".\n\nA server does so by itself: see 'hospes sync start'. A job that was paused or in quarantine is started by it."
	return cmd
}

// runCycle starts the job as anybody would, and then does the work of the server that this directory does not have now.
func (c *cli) runCycle(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
	operator, err := c.operator(ctx)
	if err != nil {
		return err
	}
	tenant, err := c.ownTenant(ctx, operator)
	if err != nil {
		return err
	}
	if err := client.Post(ctx, f.jobPath()+"/start", nil, nil); err != nil {
		return err
	}
	worked, err := c.instance.Engine.RunCycle(ctx, tenant, f.jobID)
	if err != nil {
		return err
	}
	if !worked {
		c.hint("nothing has changed since the last cycle")
		return nil
	}
	err = client.Get(ctx, f.jobPath(), nil, &f.job)
	if hospes.KindOf(err) == hospes.KindNotFound {
		c.hint("the job has done its last and is deleted")
		return nil
	}
	if err != nil {
		return err
	}
	return c.showJob(f, runColumns)
}

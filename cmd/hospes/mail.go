package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (c *cli) mailCommand() *cobra.Command {
	return noun("mail", "The messages that hospes writes to administrators", c.mailList())
}

func (c *cli) mailList() *cobra.Command {
	l := &listing{
		path: "/hospes/v1/mails", empty: "there are no such messages",
		columns: []string{"createdDateTime as written", "kind", "to", "state", "attempts", "nextAttemptDateTime as nextAttempt", "sentDateTime as sent"},
	}
	cmd := c.verb("list", "Show the messages of a tenant, the newest first, and what became of them", `
		hospes mail list --tenant aurora.example
		hospes mail list --filter "state eq 'waiting'" --all`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return l.run(ctx, c, client)
		})
	cmd.Flags().StringVar(&l.filter, "filter", "", "only those that this OData `FILTER` lets through")
	cmd.Long = cmd.Short + ".\n\nWithout a relay ('hospes serve --mail-relay') they are files in DIR/mail. What is said in them is not shown."
	return l.addPaging(cmd)
}

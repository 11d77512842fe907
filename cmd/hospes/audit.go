package main

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) auditCommand() *cobra.Command {
	return noun("audit", "The audit log of a tenant, and who signed in", c.auditList(), c.auditSignIns(), c.auditVerify())
}

func (c *cli) auditList() *cobra.Command {
	l := &listing{
		path: graphclient.Path(v1, "auditLogs", "directoryAudits"), empty: "there are no such records",
		columns: []string{
			"activityDateTime as time", "category", "activityDisplayName as activity", "result", "initiatedBy.user.displayName|initiatedBy.app.displayName as by",
			"targetResources.0.displayName as target",
		},
	}
	cmd := c.verb("list", "Show what was done in a tenant, the newest first", `
		hospes audit list --tenant aurora.example
		hospes audit list --filter "category eq 'UserManagement'" --all`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			l.query = url.Values{"$orderby": {"activityDateTime desc"}}
			return l.run(ctx, c, client)
		})
	cmd.Flags().StringVar(&l.filter, "filter", "", "only those that this OData `FILTER` lets through")
	return l.addPaging(cmd)
}

func (c *cli) auditSignIns() *cobra.Command {
	l := &listing{
		path: graphclient.Path(v1, "auditLogs", "signIns"), empty: "nobody has signed in",
		columns: []string{
			"createdDateTime as time", "userPrincipalName as name", "appDisplayName as application", "ipAddress as address", "status.errorCode as error", "status.failureReason as reason",
		},
	}
	cmd := c.verb("signins", "Show who signed in to a tenant or tried to, the latest first", `
		hospes audit signins --tenant aurora.example
		hospes audit signins --filter "status/errorCode ne 0" --all`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			l.query = url.Values{"$orderby": {"createdDateTime desc"}}
			return l.run(ctx, c, client)
		})
	cmd.Flags().StringVar(&l.filter, "filter", "", "only those that this OData `FILTER` lets through")
	return l.addPaging(cmd)
}

func (c *cli) auditVerify() *cobra.Command {
	cmd := c.verb("verify", "Check that nobody has changed, removed or slipped in a record", "hospes audit verify --tenant aurora.example --data ./data",
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := client.Get(ctx, "/hospes/v1/audit/verification", nil, &raw); err != nil {
				return err
			}
			var answer struct {
				Sound bool `json:"isSound"`
			}
			if err := json.Unmarshal(raw, &answer); err != nil {
				return err
			}
			if err := c.show(raw); err != nil || answer.Sound {
				return err
			}
			return &helpful{
				&hospes.Error{Kind: hospes.KindInvalid, Message: "the audit log was changed"},
				"compare it with a backup, from the record that is named",
			}
		})
	cmd.Long = cmd.Short + ".\n\nEach record is chained to the one before by a digest. The command fails where the chain is broken."
	cmd.Args = cobra.NoArgs
	return cmd
}

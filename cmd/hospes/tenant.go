package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) tenantCommand() *cobra.Command {
	return noun("tenant", "The organisations of this instance (operator)", c.tenantList(), c.tenantShow(), c.tenantCreate())
}

var tenantColumns = []string{"id", "displayName", "initialDomain", "createdDateTime"}

func (c *cli) tenantList() *cobra.Command {
	return c.verb("list", "List the tenants", "hospes tenant list --data ./data", func(ctx context.Context, _ []string) error {
		operator, err := c.operator(ctx)
		if err != nil {
			return err
		}
		l := &listing{path: tenantsPath, all: true, empty: "there are no tenants", columns: tenantColumns}
		return l.run(ctx, c, operator)
	})
}

func (c *cli) tenantShow() *cobra.Command {
	return c.verb("show TENANT", "Show a tenant", "hospes tenant show aurora.example --data ./data", func(ctx context.Context, args []string) error {
		operator, err := c.operator(ctx)
		if err != nil {
			return err
		}
		id, err := c.findTenant(ctx, operator, args[0])
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := operator.Get(ctx, tenantsPath+graphclient.Path(id.String()), nil, &raw); err != nil {
			return err
		}
		return c.show(raw)
	})
}

func (c *cli) tenantCreate() *cobra.Command {
	var domain string
	cmd := c.verb("create NAME", "Make a tenant", "hospes tenant create Aurora --domain aurora.example --data ./data", func(ctx context.Context, args []string) error {
		if !hospes.ValidDomainName(domain) {
			return usagef("--domain: '%s' is not a domain name", domain)
		}
		if c.flags.data != "" { // the first tenant of a new data directory
			if _, err := c.open(ctx); err != nil {
				return err
			}
		}
		operator, err := c.operator(ctx)
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := operator.Post(ctx, tenantsPath, map[string]string{"displayName": args[0], "initialDomain": domain}, &raw); err != nil {
			return err
		}
		return c.show(raw, tenantColumns...)
	})
	cmd.Flags().StringVar(&domain, "domain", "", "its first `DOMAIN`")
	return cmd
}

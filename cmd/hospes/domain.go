package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) domainCommand() *cobra.Command {
	return noun("domain", "The domains of a tenant", c.domainList(), c.domainAdd(), c.domainRecords(), c.domainVerify(), c.domainDefault(), c.domainDelete())
}

var domainColumns = []string{"id", "isVerified", "isDefault", "isInitial"}

func (c *cli) domainList() *cobra.Command {
	return c.verb("list", "List the domains", "hospes domain list --tenant aurora.example",
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			l := &listing{path: graphclient.Path(v1, "domains"), all: true, empty: "there are no domains", columns: domainColumns}
			return l.run(ctx, c, client)
		})
}

func (c *cli) domainAdd() *cobra.Command {
	var vouch bool
	cmd := c.verb("add DOMAIN", "Name a domain that is to be verified", `
		hospes domain add contoso.example --tenant aurora.example
		hospes domain add contoso.example --tenant aurora.example --vouch --data ./data`,
		func(ctx context.Context, args []string) error {
			raw, err := c.addDomain(ctx, args[0], vouch)
			if err != nil {
				return err
			}
			if !vouch {
				c.hint("'hospes domain records %s' says what has to stand in DNS; then 'hospes domain verify %s'", args[0], args[0])
			}
			return c.show(raw, domainColumns...)
		})
	cmd.Flags().BoolVar(&vouch, "vouch", false, "take it as verified, on the word of the operator")
	return cmd
}

// addDomain names a domain, or vouches for it as the operator.
func (c *cli) addDomain(ctx context.Context, name string, vouch bool) (raw json.RawMessage, err error) {
	body := map[string]string{"id": name}
	if !vouch {
		client, err := c.graph(ctx)
		if err != nil {
			return nil, err
		}
		err = client.Post(ctx, graphclient.Path(v1, "domains"), body, &raw)
		return raw, err
	}
	operator, err := c.operator(ctx)
	if err != nil {
		return nil, err
	}
	tenant, err := c.ownTenant(ctx, operator)
	if err != nil {
		return nil, err
	}
	err = operator.Post(ctx, tenantsPath+graphclient.Path(tenant.String(), "domains"), body, &raw)
	return raw, err
}

func (c *cli) domainRecords() *cobra.Command {
	return c.verb("records DOMAIN", "Show what has to stand in DNS so that a domain can be verified", "hospes domain records contoso.example",
		c.onDomain(func(ctx context.Context, client *graphclient.Client, path string) error {
			l := &listing{path: path + "/verificationDnsRecords", all: true, empty: "there are no records", columns: []string{"recordType", "label", "text", "ttl"}}
			return l.run(ctx, c, client)
		}))
}

func (c *cli) domainVerify() *cobra.Command {
	return c.verb("verify DOMAIN", "Verify a domain by its record in DNS", "hospes domain verify contoso.example",
		c.onDomain(func(ctx context.Context, client *graphclient.Client, path string) error {
			var raw json.RawMessage
			if err := client.Post(ctx, path+"/verify", nil, &raw); err != nil {
				return err
			}
			return c.show(raw, domainColumns...)
		}))
}

func (c *cli) domainDefault() *cobra.Command {
	return c.verb("default DOMAIN", "Make a verified domain the one that new addresses get", "hospes domain default contoso.example",
		c.onDomain(func(ctx context.Context, client *graphclient.Client, path string) error {
			return client.Patch(ctx, path, map[string]bool{"isDefault": true})
		}))
}

func (c *cli) domainDelete() *cobra.Command {
	return c.verb("delete DOMAIN", "Give a domain up that nobody uses", "hospes domain delete contoso.example",
		c.onDomain(func(ctx context.Context, client *graphclient.Client, path string) error {
			return client.Delete(ctx, path)
		}))
}

// onDomain does something with the domain that the argument names.
func (c *cli) onDomain(do func(ctx context.Context, client *graphclient.Client, path string) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		return do(ctx, client, graphclient.Path(v1, "domains", args[0]))
	}
}

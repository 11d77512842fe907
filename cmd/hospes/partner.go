package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// expandSync asks for what a partner says about synchronization along with the rest.
var expandSync = url.Values{"$expand": {"identitySynchronization"}}

func (c *cli) partnerCommand() *cobra.Command {
	return noun(partnerKind, "Other organisations, as the policy of this tenant sees them",
		c.partnerList(), c.partnerAdd(), c.partnerSet(), c.partnerRemove(), c.partnerSync())
}

// findPartner gives the path of the entry for a tenant, which need not be there yet.
func (c *cli) findPartner(ctx context.Context, name string) (*graphclient.Client, string, error) {
	client, err := c.graph(ctx)
	if err != nil {
		return nil, "", err
	}
	id, err := c.findTenant(ctx, client, name)
	return client, partnersPath + graphclient.Path(id.String()), err
}

func (c *cli) partnerList() *cobra.Command {
	return c.verb("list", "List the partners", "hospes policy partner list --tenant aurora.example", func(ctx context.Context, _ []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		l := &listing{
			path: partnersPath, query: expandSync, all: true, empty: "there are no partners; the default holds for everybody",
			columns: []string{
				"tenantId", "automaticUserConsentSettings.inboundAllowed as inboundConsent",
				"automaticUserConsentSettings.outboundAllowed as outboundConsent",
				"identitySynchronization.userSyncInbound.isSyncAllowed as userSync",
			},
		}
		return l.run(ctx, c, client)
	})
}

// consent are the two switches that most partners are added for.
type consent struct{ inbound, outbound bool }

func (s *consent) addFlags(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&s.inbound, "consent-inbound", false, "let people of the partner in without a prompt")
	cmd.Flags().BoolVar(&s.outbound, "consent-outbound", false, "let our people go there without a prompt")
	return cmd
}

// values gives the switches that were set, as arguments are written.
func (s *consent) values(changed func(string) bool) []string {
	var list []string
	if changed("consent-inbound") {
		list = append(list, "automaticUserConsentSettings.inboundAllowed="+strconv.FormatBool(s.inbound))
	}
	if changed("consent-outbound") {
		list = append(list, "automaticUserConsentSettings.outboundAllowed="+strconv.FormatBool(s.outbound))
	}
	return list
}

func (c *cli) partnerAdd() *cobra.Command {
	var s consent
	var cmd *cobra.Command
	cmd = c.verb("add TENANT [NAME=VALUE...]", "Add a partner", "hospes policy partner add borealis.example --tenant aurora.example --consent-outbound",
		func(ctx context.Context, args []string) error {
			b, err := parseValues(hospes.PartnerSchema, append(args[1:], s.values(cmd.Flags().Changed)...))
			if err != nil {
				return err
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			id, err := c.findTenant(ctx, client, args[0])
			if err != nil {
				return err
			}
			b.set("tenantId", id.String())
			var raw json.RawMessage
			if err := client.Post(ctx, partnersPath, b, &raw); err != nil {
				return err
			}
			return c.show(raw)
		})
	cmd.Long = cmd.Short + ". What is not said about it stays as the default has it.\n" + valuesHelp
	return s.addFlags(cmd)
}

func (c *cli) partnerSet() *cobra.Command {
	var s consent
	var cmd *cobra.Command
	cmd = c.verb("set TENANT [NAME=VALUE...]", "Change a partner", "hospes policy partner set aurora.example --consent-inbound inboundTrust.isMfaAccepted=true",
		func(ctx context.Context, args []string) error {
			values := append(args[1:], s.values(cmd.Flags().Changed)...)
			client, path, err := c.findPartner(ctx, args[0])
			if err != nil {
				return err
			}
			return setPolicy(ctx, client, policyKind{partnerKind, path, hospes.PartnerSchema}, values)
		})
	cmd.Long = cmd.Short + ".\n" + valuesHelp
	return s.addFlags(cmd)
}

func (c *cli) partnerRemove() *cobra.Command {
	return c.verb("remove TENANT", "Remove a partner; the default then holds for it", "hospes policy partner remove borealis.example",
		func(ctx context.Context, args []string) error {
			client, path, err := c.findPartner(ctx, args[0])
			if err != nil {
				return err
			}
			return client.Delete(ctx, path)
		})
}

func (c *cli) partnerSync() *cobra.Command {
	var name string
	var users, groups, remove bool
	var cmd *cobra.Command
	cmd = c.verb("sync TENANT", "Show or set what a partner may synchronize into this tenant", `
		hospes policy partner sync aurora.example --users
		hospes policy partner sync aurora.example --users=false`,
		func(ctx context.Context, args []string) error {
			client, path, err := c.findPartner(ctx, args[0])
			if err != nil {
				return err
			}
			path += "/identitySynchronization"
			changed := cmd.Flags().Changed
			b := body{}
			if changed("name") {
				b["displayName"] = name
			}
			if changed("users") {
				b["userSyncInbound"] = map[string]bool{"isSyncAllowed": users}
			}
			if changed("groups") {
				b["groupSyncInbound"] = map[string]bool{"isSyncAllowed": groups}
			}
			switch {
			case remove && len(b) > 0:
				return usagef("--remove goes with none of the others")
			case remove:
				return client.Delete(ctx, path)
			case len(b) == 0:
				var raw json.RawMessage
				if err := client.Get(ctx, path, nil, &raw); err != nil {
					return err
				}
				return c.show(raw)
			}
			return putSync(ctx, client, path, b)
		})
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "`NAME` of the configuration")
	f.BoolVar(&users, "users", false, "let it synchronize users into this tenant")
	f.BoolVar(&groups, "groups", false, "let it synchronize groups into this tenant")
	f.BoolVar(&remove, "remove", false, "remove the configuration")
	return cmd
}

// putSync makes the configuration, or changes the one that is there: a PUT is for new ones only.
func putSync(ctx context.Context, client *graphclient.Client, path string, b body) error {
	err := client.Put(ctx, path, b)
	if hospes.KindOf(err) == hospes.KindConflict {
		return client.Patch(ctx, path, b)
	}
	return err
}

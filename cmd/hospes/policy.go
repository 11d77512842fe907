package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) policyCommand() *cobra.Command {
	return noun("policy", "What a tenant allows its guests and its partners", c.policyShow(), c.policySet(), c.partnerCommand())
}

const (
	policiesPath = "/" + v1 + "/policies"
	partnersPath = policiesPath + "/crossTenantAccessPolicy/partners"
)

// policyKind is a policy by the name that it has on the command line.
type policyKind struct {
	name, path string
	schema     *hospes.Schema
}

var policies = []policyKind{
	{"authorization", policiesPath + "/authorizationPolicy", hospes.AuthorizationPolicySchema},
	{"external", policiesPath + "/externalIdentitiesPolicy", hospes.ExternalIdentitiesPolicySchema},
	{"access", policiesPath + "/crossTenantAccessPolicy", hospes.CrossTenantAccessPolicySchema},
	{"default", policiesPath + "/crossTenantAccessPolicy/default", hospes.CrossTenantAccessDefaultSchema},
	{"signin", "/hospes/v1/signInPolicy", hospes.SignInPolicySchema},
}

const partnerKind = "partner"

func policyNames() []string {
	var names []string
	for _, p := range policies {
		names = append(names, p.name)
	}
	return append(names, partnerKind)
}

// findPolicy reads the name of a policy off the arguments, with that of the tenant for a partner.
func (c *cli) findPolicy(ctx context.Context, args []string) (client *graphclient.Client, p policyKind, rest []string, err error) {
	for _, p := range policies {
		if p.name == args[0] {
			client, err = c.graph(ctx)
			return client, p, args[1:], err
		}
	}
	if args[0] != partnerKind {
		return nil, p, nil, usagef("there is no policy '%s'; there are %s", args[0], strings.Join(policyNames(), ", "))
	}
	if len(args) < 2 {
		return nil, p, nil, usagef("TENANT is missing after 'partner'")
	}
	client, path, err := c.findPartner(ctx, args[1])
	return client, policyKind{partnerKind, path, hospes.PartnerSchema}, args[2:], err
}

func (c *cli) policyShow() *cobra.Command {
	cmd := c.verb("show [POLICY] [TENANT]", "Show a policy: "+strings.Join(policyNames(), ", "), `
		hospes policy show authorization
		hospes policy show partner borealis.example`,
		func(ctx context.Context, args []string) error {
			if len(args) == 0 {
				return c.showPolicies(ctx)
			}
			client, p, rest, err := c.findPolicy(ctx, args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usagef("'%s' is one argument too many", rest[0])
			}
			path := p.path
			var raw json.RawMessage
			if p.name == partnerKind {
				err = client.Get(ctx, path, expandSync, &raw)
			} else {
				err = client.Get(ctx, path, nil, &raw)
			}
			if err != nil {
				return err
			}
			return c.show(raw)
		})
	cmd.Long = cmd.Short + ". Without a name, all but the partners are shown.\n\nA partner's settings that are not there are those of the default."
	cmd.ValidArgsFunction = cobra.FixedCompletions(policyNames(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

// showPolicies shows what there is once in a tenant, as one object.
func (c *cli) showPolicies(ctx context.Context) error {
	client, err := c.graph(ctx)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i, p := range policies {
		var raw json.RawMessage
		if err := client.Get(ctx, p.path, nil, &raw); err != nil {
			return err
		}
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		b.WriteString(quoteJSON(p.name) + ":" + string(raw))
	}
	return c.show(json.RawMessage(b.String() + "}"))
}

func (c *cli) policySet() *cobra.Command {
	cmd := c.verb("set POLICY [TENANT] NAME=VALUE...", "Change a policy: "+strings.Join(policyNames(), ", "), `
		hospes policy set authorization allowInvitesFrom=adminsAndGuestInviters
		hospes policy set partner borealis.example inboundTrust.isMfaAccepted=true`,
		func(ctx context.Context, args []string) error {
			client, p, rest, err := c.findPolicy(ctx, args)
			if err != nil {
				return err
			}
			return setPolicy(ctx, client, p, rest)
		})
	cmd.Args = func(_ *cobra.Command, args []string) error { // TENANT is there for partners only
		return checkArguments([]string{"POLICY", "NAME=VALUE..."}, args)
	}
	cmd.Long = cmd.Short + ".\n" + valuesHelp
	cmd.ValidArgsFunction = cobra.FixedCompletions(policyNames(), cobra.ShellCompDirectiveNoFileComp)
	return cmd
}

func setPolicy(ctx context.Context, client *graphclient.Client, p policyKind, values []string) error {
	if len(values) == 0 {
		return usagef("NAME=VALUE is missing")
	}
	b, err := parseValues(p.schema, values)
	if err != nil {
		return err
	}
	return client.Patch(ctx, p.path, b)
}

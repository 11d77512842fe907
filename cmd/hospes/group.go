package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) groupCommand() *cobra.Command {
	return noun("group", "The groups of a tenant", c.groupList(), c.groupShow(), c.groupCreate(), c.groupSet(), c.groupDelete(), c.groupRestore(),
		c.groupMembers(), c.groupAdd(), c.groupRemove(), c.groupEvaluate())
}

var groupColumns = []string{"id", "displayName", "mailNickname", "securityEnabled", "groupTypes"}

func (c *cli) groupList() *cobra.Command {
	l := &listing{
		path: graphclient.Path(v1, "groups"), empty: "there are no such groups", columns: groupColumns,
		query: url.Values{"$select": {strings.Join(groupColumns, ",")}},
	}
	cmd := c.verb("list", "List groups", `hospes group list --tenant aurora.example --filter "startswith(displayName,'Project')"`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return l.run(ctx, c, client)
		})
	return l.addDeleted(l.addFlags(cmd), "group")
}

func (c *cli) groupShow() *cobra.Command {
	var properties string
	cmd := c.verb("show GROUP", "Show a group, by id or display name", `hospes group show "Project Borealis"`,
		func(ctx context.Context, args []string) error {
			return c.showObject(ctx, "groups", args[0], properties)
		})
	cmd.Flags().StringVar(&properties, "select", "", "show these `PROPERTIES`, separated by commas")
	return cmd
}

func (c *cli) groupCreate() *cobra.Command {
	var alias, description, rule string
	var unified bool
	cmd := c.verb("create NAME [NAME=VALUE...]", "Make a group; a security group unless it is said otherwise", `hospes group create "Project Borealis" --description "Who may see the plans"`,
		func(ctx context.Context, args []string) error {
			b, err := parseValues(hospes.GroupSchema, args[1:])
			if err != nil {
				return err
			}
			if alias == "" {
				alias = nickname(args[0])
			}
			if alias == "" {
				return usagef("'%s' gives no alias; give one with --mail-nickname", args[0])
			}
			b.set("displayName", args[0])
			b.set("mailNickname", alias)
			b.set("mailEnabled", unified)
			b.set("securityEnabled", !unified)
			var types []string
			if unified {
				types = []string{hospes.GroupTypeUnified}
				b.set("groupTypes", types)
			}
			if rule != "" {
				b.setRule(rule, types)
			}
			if description != "" {
				b.set("description", description)
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := client.Post(ctx, graphclient.Path(v1, "groups"), b, &raw); err != nil {
				return err
			}
			return c.show(raw, "id", "displayName", "mailNickname")
		})
	cmd.Long = cmd.Short + ".\n" + valuesHelp
	f := cmd.Flags()
	f.StringVar(&alias, "mail-nickname", "", "its `ALIAS`; without it, the name without blanks")
	f.StringVar(&description, "description", "", "what it is for, as a `TEXT`")
	f.StringVar(&rule, "rule", "", ruleUsage)
	f.BoolVar(&unified, "unified", false, "make a Microsoft 365 group")
	return cmd
}

func (c *cli) groupSet() *cobra.Command {
	var change ruleChange
	cmd := c.verb("set GROUP [NAME=VALUE...]", "Change a group", `hospes group set "Project Borealis" description="Closed in May"`,
		func(ctx context.Context, args []string) error {
			b, err := parseValues(hospes.GroupSchema, args[1:])
			if err != nil {
				return err
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			id, err := findGroup(ctx, client, args[0])
			if err != nil {
				return err
			}
			if err := change.apply(ctx, client, id, b); err != nil {
				return err
			}
			if len(b) == 0 {
				return usagef("nothing is to be changed: give NAME=VALUE, --rule or --no-rule")
			}
			return client.Patch(ctx, graphclient.Path(v1, "groups", id), b)
		})
	cmd.Long = cmd.Short + ".\n" + valuesHelp
	change.addFlags(cmd)
	return cmd
}

func (c *cli) groupDelete() *cobra.Command {
	return c.verb("delete GROUP", "Delete a group, by id or display name", `hospes group delete "Project Borealis"`,
		c.onGroup(func(ctx context.Context, client *graphclient.Client, path string, _ []string) error {
			return client.Delete(ctx, path)
		}))
}

// onGroup finds the group that the first argument names.
func (c *cli) onGroup(do func(ctx context.Context, client *graphclient.Client, path string, rest []string) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		id, err := findGroup(ctx, client, args[0])
		if err != nil {
			return err
		}
		return do(ctx, client, graphclient.Path(v1, "groups", id), args[1:])
	}
}

func (c *cli) groupMembers() *cobra.Command {
	l := &listing{empty: "the group has no members", columns: []string{"id", "displayName", "userPrincipalName", "@odata.type as type"}}
	cmd := c.verb("members GROUP", "List the members of a group", `hospes group members "Project Borealis" --all`,
		c.onGroup(func(ctx context.Context, client *graphclient.Client, path string, _ []string) error {
			l.path = path + "/members"
			return l.run(ctx, c, client)
		}))
	return l.addPaging(cmd)
}

func (c *cli) groupAdd() *cobra.Command {
	return c.verb("add GROUP MEMBER...", "Add members: users by id or user principal name, groups by id or display name", `hospes group add "Project Borealis" anna@aurora.example ben@aurora.example`,
		c.onGroup(func(ctx context.Context, client *graphclient.Client, path string, members []string) error {
			return eachMember(ctx, client, members, func(id string) error {
				return client.Post(ctx, path+"/members/$ref", map[string]string{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/" + id}, nil)
			})
		}))
}

func (c *cli) groupRemove() *cobra.Command {
	return c.verb("remove GROUP MEMBER...", "Take members out of a group", `hospes group remove "Project Borealis" anna@aurora.example`,
		c.onGroup(func(ctx context.Context, client *graphclient.Client, path string, members []string) error {
			return eachMember(ctx, client, members, func(id string) error {
				return client.Delete(ctx, path+"/members"+graphclient.Path(id)+"/$ref")
			})
		}))
}

// eachMember finds all members before it does anything, so that a misspelt name changes nothing.
func eachMember(ctx context.Context, client *graphclient.Client, names []string, do func(id string) error) error {
	ids := make([]string, len(names))
	for i, name := range names {
		var err error
		if ids[i], err = findPrincipal(ctx, client, name); err != nil {
			return fmt.Errorf("'%s': %w", name, err)
		}
	}
	for i, id := range ids {
		if err := do(id); err != nil {
			return fmt.Errorf("'%s': %w", names[i], err)
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

const ruleUsage = "let its members be those whom this `RULE` takes, such as 'user.department -eq \"Sales\"'"

// setRule makes a group dynamic: it follows the rule, on top of the types that it has.
func (b body) setRule(rule string, types []string) {
	if !slices.Contains(types, hospes.GroupTypeDynamic) {
		types = append(types, hospes.GroupTypeDynamic)
	}
	b.set("groupTypes", types)
	b.set("membershipRule", rule)
	b.set("membershipRuleProcessingState", hospes.RuleOn)
}

// ruleChange is what the flags of "group set" say about the rule of a group.
type ruleChange struct {
	rule string
	none bool
}

func (r *ruleChange) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.rule, "rule", "", ruleUsage)
	f.BoolVar(&r.none, "no-rule", false, "let its members be who they are now, and whoever is added")
	cmd.MarkFlagsMutuallyExclusive("rule", "no-rule")
}

// apply adds the change to the body of a PATCH. Types that the group has besides stay.
func (r *ruleChange) apply(ctx context.Context, client *graphclient.Client, id string, b body) error {
	if r.rule == "" && !r.none {
		return nil
	}
	var group struct {
		Types []string `json:"groupTypes"`
	}
	if err := client.Get(ctx, graphclient.Path(v1, "groups", id), url.Values{"$select": {"groupTypes"}}, &group); err != nil {
		return err
	}
	if r.none {
		b.set("groupTypes", slices.DeleteFunc(group.Types, func(t string) bool { return t == hospes.GroupTypeDynamic }))
		return nil
	}
	b.setRule(r.rule, group.Types)
	return nil
}

// groupEvaluate asks the rule of a group, or another one, about somebody.
func (c *cli) groupEvaluate() *cobra.Command {
	var rule string
	cmd := c.verb("evaluate GROUP USER", "Ask the rule of a group whether it takes somebody, and why", `hospes group evaluate Sales anna@aurora.example --rule 'user.city -eq "Rome"'`,
		c.onGroup(func(ctx context.Context, client *graphclient.Client, path string, rest []string) error {
			id, err := findUser(ctx, client, rest[0])
			if err != nil {
				return err
			}
			ask := map[string]string{"memberId": id}
			if rule != "" {
				ask["membershipRule"] = rule
			}
			var raw json.RawMessage
			if err := client.Post(ctx, path+"/evaluateDynamicMembership", ask, &raw); err != nil {
				return err
			}
			return c.show(raw, "membershipRule", "membershipRuleEvaluationResult", "membershipRuleEvaluationDetails")
		}))
	cmd.Flags().StringVar(&rule, "rule", "", "ask this `RULE` instead of that of the group")
	return cmd
}

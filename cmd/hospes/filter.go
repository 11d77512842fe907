package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/scope"
)

func (c *cli) filterCommand() *cobra.Command {
	return noun("filter", "The language of scoping filters", c.filterEval(), c.filterOperators())
}

func (c *cli) filterEval() *cobra.Command {
	var given string
	var explain bool
	cmd := c.verb("eval FILTER-JSON", "Ask a scoping filter about given attributes and print true or false",
		`hospes filter eval --attributes '{"department":"Sales"}' '{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Sales"]}}'`,
		func(_ context.Context, args []string) error {
			row, err := parseAttributes(given)
			if err != nil {
				return err
			}
			filter, err := parseFilter(args[0])
			if err != nil {
				return err
			}
			program, err := scope.Compile(filter, func(name string) (scope.Attribute, bool) {
				slot, _ := row.Slot(name)
				return scope.Attribute{Name: name, Slot: slot, Many: row.At(slot).IsList()}, true
			})
			if err != nil {
				return err
			}
			result, err := program.Run(func(slot int) string { return row.At(slot).Text() })
			if err != nil {
				return err
			}
			if explain {
				for _, v := range result.Verdicts {
					c.hint("%-5v %s", v.Holds, v.Label)
				}
			}
			_, err = fmt.Fprintln(c.out, result.Passes && result.Imported)
			return err
		})
	cmd.Long = cmd.Short + `.

FILTER-JSON is a filter, one group of it or one clause, in the form of Microsoft Graph. On an attribute that is absent or
empty every clause is false, except IS NULL. With --explain the answer of each clause goes to the error output.`
	cmd.Args = cobra.ExactArgs(1)
	cmd.Flags().StringVar(&given, "attributes", "{}", "the attributes as a `JSON` object")
	cmd.Flags().BoolVar(&explain, "explain", false, "tell the answer of each clause")
	return cmd
}

// parseFilter reads a filter, a group or a clause; which of them is told by the members.
func parseFilter(text string) (*scope.Filter, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return nil, usagef("the filter is not a JSON object: %v", err)
	}
	has := func(name string) bool {
		for m := range members {
			if strings.EqualFold(m, name) {
				return true
			}
		}
		return false
	}
	var filter scope.Filter
	var err error
	switch {
	case has("operatorName"):
		var clause scope.Clause
		err = json.Unmarshal([]byte(text), &clause)
		filter.Groups = []scope.Group{{Name: "filter", Clauses: []scope.Clause{clause}}}
	case has("clauses"):
		var group scope.Group
		err = json.Unmarshal([]byte(text), &group)
		filter.Groups = []scope.Group{group}
	case len(members) == 0, has("groups"), has("inputFilterGroups"), has("categoryFilterGroups"):
		err = json.Unmarshal([]byte(text), &filter)
	default:
		return nil, usagef("this is no filter (groups), no group (clauses) and no clause (operatorName)")
	}
	if err != nil {
		return nil, usagef("the filter cannot be read: %v", err)
	}
	return &filter, nil
}

func (c *cli) filterOperators() *cobra.Command {
	return c.verb("operators", "List the operators of scoping filters", "hospes filter operators -o json", func(context.Context, []string) error {
		out := c.list("there are no operators", "name", "arity", "supportedAttributeTypes")
		out.begin()
		var rows []json.RawMessage
		for _, o := range scope.Operators() {
			line, err := json.Marshal(o)
			if err != nil {
				return err
			}
			rows = append(rows, line)
		}
		if err := out.page(rows); err != nil {
			return err
		}
		return out.end()
	})
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/mapping"
)

func (c *cli) exprCommand() *cobra.Command {
	return noun("expr", "The language of attribute mappings", c.exprEval(), c.exprFunctions())
}

func (c *cli) exprEval() *cobra.Command {
	var attributes string
	cmd := c.verb("eval EXPRESSION", "Evaluate an expression on given attributes and print the result as JSON",
		`hospes expr eval --attributes '{"givenName":"Åsa","surname":"Berg"}' 'Join(".", ToLower([givenName]), ToLower([surname]))'`,
		func(_ context.Context, args []string) error {
			row, err := parseAttributes(attributes)
			if err != nil {
				return err
			}
			value, err := c.evaluate(args[0], row)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.out, jsonOf(value))
			return err
		})
	cmd.Long = cmd.Short + `.

An attribute that is not given is one that the object lacks. A list of texts is an attribute with several values; other
JSON values are taken as texts. An error is told with the line and the column where it is.`
	cmd.Args = func(_ *cobra.Command, args []string) error { // an empty expression is one with an error in it
		if len(args) != 1 {
			return usagef("exactly one EXPRESSION is expected; put it in quotes")
		}
		return nil
	}
	cmd.Flags().StringVar(&attributes, "attributes", "{}", "the attributes as a `JSON` object")
	return cmd
}

// parseAttributes reads a JSON object.
func parseAttributes(text string) (*mapping.Bag, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil || object == nil {
		return nil, usagef("--attributes: '%s' is not a JSON object", text)
	}
	values := make(map[string]mapping.Value, len(object))
	for name, raw := range object {
		values[name] = mapping.FromJSON(raw)
	}
	return mapping.NewBag(values), nil
}

func (c *cli) evaluate(source string, row *mapping.Bag) (mapping.Value, error) {
	expr, err := mapping.Parse(source)
	if err != nil {
		return mapping.Null(), err
	}
	program, err := mapping.Compile(expr, row)
	if err != nil {
		return mapping.Null(), err
	}
	return program.Eval(&mapping.Env{
		Row: row, Clock: c.clock, Random: c.random,
		Warn: func(e *mapping.Error) { c.hint("warning: %s", e) },
	})
}

// jsonOf writes a value as JSON that people can read: without the escapes that only browsers need.
func jsonOf(v mapping.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case !v.IsList():
		return quoteJSON(v.Text())
	}
	parts := make([]string, 0, len(v.Texts()))
	for _, s := range v.Texts() {
		parts = append(parts, quoteJSON(s))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (c *cli) exprFunctions() *cobra.Command {
	return c.verb("functions", "List the functions of the language", "hospes expr functions -o json", func(context.Context, []string) error {
		out := c.list("there are no functions", "signature", "doc")
		out.begin()
		var rows []json.RawMessage
		for _, f := range mapping.Functions() {
			row := any(f) // what Graph lists
			if c.flags.output == formatTable || c.flags.output == formatCSV {
				row = map[string]string{"signature": signature(f), "doc": f.Doc}
			}
			line, err := json.Marshal(row)
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

// signature writes a function with its parameters: Mid(source, start, length), Append(source, [suffix...]).
func signature(f mapping.Func) string {
	var parts []string
	for _, p := range f.Params {
		label := p.Label()
		if p.Multiple {
			label += "..."
		}
		if !p.Required {
			label = "[" + label + "]"
		}
		parts = append(parts, label)
	}
	return f.Name + "(" + strings.Join(parts, ", ") + ")"
}

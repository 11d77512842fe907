package main

import (
	"context"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
)

func (c *cli) syncSchema() *cobra.Command {
	return noun("schema", "What a synchronization makes of whom", c.schemaShow(), c.schemaSet(), c.schemaScope(), c.schemaReset())
}

func (c *cli) schemaShow() *cobra.Command {
	return c.verb("show JOB", "Show the attribute mappings; with -o json, the whole schema", `
		hospes sync schema show Borealis --tenant aurora.example
		hospes sync schema show Borealis -o json > schema.json`,
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			var raw json.RawMessage
			if err := client.Get(ctx, f.jobPath()+"/schema", nil, &raw); err != nil {
				return err
			}
			if c.flags.output == formatJSON || c.flags.output == formatYAML {
				return c.show(raw)
			}
			return c.showMappings(raw)
		}))
}

// showMappings lists the mappings of all rules as one table.
func (c *cli) showMappings(raw json.RawMessage) error {
	var schema provision.Schema
	if err := json.Unmarshal(raw, &schema); err != nil {
		return err
	}
	out := c.list("there are no attribute mappings", "object", "enabled", "target", "source", "flow", "matching")
	out.begin()
	for _, rule := range schema.Rules {
		for _, object := range rule.ObjectMappings {
			var rows []json.RawMessage
			for _, m := range object.AttributeMappings {
				row := map[string]any{
					"object": object.SourceObjectName, "enabled": object.Enabled, "target": m.TargetAttributeName, "flow": m.FlowType, "source": "",
				}
				if m.Source != nil {
					row["source"] = m.Source.Expression
				}
				if m.MatchingPriority > 0 {
					row["matching"] = m.MatchingPriority
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
		}
	}
	return out.end()
}

// maxSchema bounds the file of a schema; the server takes no larger one.
const maxSchema = 512 << 10

func (c *cli) schemaSet() *cobra.Command {
	cmd := c.verb("set JOB FILE", "Replace the schema with the one in a JSON file, or in - for standard input", "hospes sync schema set Borealis schema.json --tenant aurora.example",
		func(ctx context.Context, args []string) error {
			schema, err := c.readJSON(args[1])
			if err != nil {
				return err
			}
			return c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
				return client.Put(ctx, f.jobPath()+"/schema", schema)
			})(ctx, args)
		})
	cmd.Long = cmd.Short + ".\n\nThe next cycle then looks at everybody."
	cmd.ValidArgsFunction = nil // a file
	return cmd
}

// readJSON reads a file that holds a JSON object.
func (c *cli) readJSON(name string) (json.RawMessage, error) {
	in := c.in
	if name != "-" {
		file, err := os.Open(name) //nolint:gosec // the file that the user names
		if err != nil {
			return nil, usagef("%v", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSchema+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxSchema:
		return nil, usagef("%s is larger than %d bytes", name, maxSchema)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, usagef("%s does not hold a JSON object: %v", name, err)
	}
	return text, nil
}

func (c *cli) schemaReset() *cobra.Command {
	return c.verb("reset JOB", "Go back to the schema that a new synchronization has", "hospes sync schema reset Borealis --tenant aurora.example",
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			return client.Delete(ctx, f.jobPath()+"/schema")
		}))
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/internal/progress"
)

// The formats of an export.
const (
	exportCSV   = "csv"
	exportJSONL = "jsonl"
)

// exported are the kinds of objects that JSON lines can hold, each with what it is read by. Members have no schema.
var exported = []struct {
	name   string
	schema *hospes.Schema
}{
	{"users", hospes.UserSchema}, {"groups", hospes.GroupSchema}, {"members", nil},
	{"applications", hospes.ApplicationSchema}, {"servicePrincipals", hospes.ServicePrincipalSchema}, {"partners", hospes.PartnerSchema},
}

func exportedNames() (names []string) {
	for _, e := range exported {
		names = append(names, e.name)
	}
	return names
}

// export is one run.
type export struct {
	cli    *cli
	client *graphclient.Client
	format string
	what   []string
	bar    *progress.Bar
	out    *bufio.Writer
}

func (c *cli) exportCommand() *cobra.Command {
	var format, what string
	cmd := c.verb("export FILE", "Write a tenant into a file; - is standard output", `
		hospes export people.csv --tenant aurora.example --data ./data
		hospes export aurora.jsonl --what users,groups,members --tenant aurora.example`,
		func(ctx context.Context, args []string) error {
			e := &export{cli: c, format: format, what: splitList(what)}
			if err := e.check(args[0]); err != nil {
				return err
			}
			var err error
			if e.client, err = c.graph(ctx); err != nil {
				return err
			}
			return c.writeFile(args[0], func(w io.Writer) error { return e.run(ctx, w) })
		})
	cmd.Long = cmd.Short + `.

A CSV file holds the tenant's own people with their managers and groups, and 'hospes import' reads it again. JSON lines hold one
object a line with all its properties, those of guests too, and are for people and programs to read. Passwords, secrets and
what a person holds in the bin are in neither.`
	cmd.ValidArgsFunction = nil // a file
	f := cmd.Flags()
	f.StringVar(&format, "format", "", "`FORMAT` of the file, csv or jsonl; without it, what its name ends in")
	f.StringVar(&what, "what", "", "`KINDS` of objects for JSON lines, separated by commas: "+strings.Join(exportedNames(), ", ")+" (default users,groups,members)")
	complete(cmd, "format", exportCSV, exportJSONL)
	return cmd
}

// check completes the settings.
func (e *export) check(name string) error {
	if e.format == "" {
		e.format = strings.TrimPrefix(filepath.Ext(name), ".")
	}
	switch {
	case e.format != exportCSV && e.format != exportJSONL:
		return usagef("say with --format whether it is to be csv or jsonl")
	case e.format == exportCSV && len(e.what) > 0:
		return usagef("--what is for JSON lines; a CSV file holds people with their managers and groups")
	case len(e.what) == 0:
		e.what = []string{"users", "groups", "members"}
	}
	for _, kind := range e.what {
		if !slices.Contains(exportedNames(), kind) {
			return usagef("--what: there is no '%s'; there are %s", kind, strings.Join(exportedNames(), ", "))
		}
	}
	return nil
}

func (e *export) run(ctx context.Context, w io.Writer) error {
	e.out = bufio.NewWriter(w)
	e.bar = e.cli.bar("export", progress.Items, 0)
	write := e.writeLines
	if e.format == exportCSV {
		write = e.writePeople
	}
	if err := write(ctx); err != nil {
		e.bar.Abort()
		return err
	}
	e.bar.Done()
	return e.out.Flush()
}

// items reads a collection; its length goes to the progress. What a page holds is all that is held at a time.
func (e *export) items(ctx context.Context, path string, query url.Values, visit func(json.RawMessage) error) error {
	query.Set("$top", "999")
	header := http.Header{}
	if query.Has("$count") {
		header.Set("ConsistencyLevel", "eventual")
	}
	for page, err := range e.client.Pages(ctx, path, query, header) {
		if err != nil {
			return err
		}
		if page.Count != nil {
			e.bar.SetTotal(*page.Count)
		}
		for _, item := range page.Value {
			if err := visit(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeLines writes JSON lines, kind by kind.
func (e *export) writeLines(ctx context.Context) error {
	for _, kind := range exported {
		if !slices.Contains(e.what, kind.name) {
			continue
		}
		e.bar.SetLabel(kind.name)
		e.bar.Start(0)
		if err := e.writeKind(ctx, kind.name, kind.schema); err != nil {
			return err
		}
	}
	return nil
}

func (e *export) writeKind(ctx context.Context, name string, schema *hospes.Schema) error {
	switch name {
	case "members":
		return e.items(ctx, graphclient.Path(v1, "groups"), url.Values{"$select": {"id"}, "$count": {"true"}}, func(raw json.RawMessage) error {
			var group struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(raw, &group); err != nil {
				return err
			}
			e.bar.Add(1)
			return e.writeMembers(ctx, group.ID)
		})
	case "partners":
		return e.items(ctx, partnersPath, url.Values{}, func(raw json.RawMessage) error { return e.line("crossTenantAccessPolicyConfigurationPartner", raw) })
	}
	query := url.Values{"$select": {strings.Join(readable(schema), ",")}}
	if schema == hospes.UserSchema || schema == hospes.GroupSchema {
		query.Set("$count", "true")
	}
	return e.items(ctx, graphclient.Path(v1, name), query, func(raw json.RawMessage) error {
		e.bar.Add(1)
		return e.line(schema.Name, raw)
	})
}

// writeMembers writes a line for each member of a group.
func (e *export) writeMembers(ctx context.Context, group string) error {
	return e.items(ctx, graphclient.Path(v1, "groups", group, "members"), url.Values{"$select": {"id"}}, func(raw json.RawMessage) error {
		var member struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &member); err != nil {
			return err
		}
		_, err := fmt.Fprintf(e.out, `{"@hospes.relation":"members","groupId":%s,"memberId":%s}`+"\n", quoteJSON(group), quoteJSON(member.ID))
		return err
	})
}

// line writes an object, of which the answer may not say what it is.
func (e *export) line(typeName string, raw json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return err
	}
	if !bytes.Contains(b.Bytes(), []byte(`"@odata.type":`)) {
		rest := bytes.TrimPrefix(bytes.Clone(b.Bytes()), []byte("{"))
		b.Reset()
		b.WriteString(`{"@odata.type":"#microsoft.graph.` + typeName + `",`)
		b.Write(rest)
	}
	b.WriteByte('\n')
	_, err := e.out.Write(b.Bytes())
	return err
}

// readable are the properties that an answer can show.
func readable(schema *hospes.Schema) []string {
	names := []string{"id"}
	for _, p := range schema.Properties {
		if p.Access != hospes.Hidden && p.Access != hospes.WriteOnly && p.Name != "id" {
			names = append(names, p.Name)
		}
	}
	return names
}

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) doctorCommand() *cobra.Command {
	var fix bool
	cmd := c.verb("doctor WHO", "Say why somebody is not where a synchronization should have brought them", `
		hospes doctor anna@aurora.example --tenant aurora.example --data ./data
		hospes doctor anna@aurora.example --tenant aurora.example --data ./data --fix`,
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			findings, err := examine(ctx, client, args[0])
			if err != nil {
				return err
			}
			if fix && c.mend(ctx, client, findings) {
				if findings, err = examine(ctx, client, args[0]); err != nil {
					return err
				}
			}
			return c.showFindings(findings)
		})
	cmd.Long = cmd.Short + `.

Each finding is a cause with its evidence, the tenant in which somebody has to act, and where one call mends it, that call.
With --fix the calls are made, as far as they are in reach, and it looks again: with --data both tenants are, with --server
only the one of --tenant. The command fails while something is wrong.`
	cmd.Args = cobra.ExactArgs(1)
	cmd.Flags().BoolVar(&fix, "fix", false, "make the calls that mend what was found, and look again")
	return cmd
}

// finding is a finding as the server answers it.
type finding struct {
	Code     string `json:"code"`
	Sound    bool   `json:"isSound"`
	Text     string `json:"text"`
	Acts     string `json:"actingSide"`
	TenantID string `json:"actingTenantId"`
	Evidence []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"evidence"`
	Fix *struct {
		Method string          `json:"method"`
		Path   string          `json:"path"`
		Body   json.RawMessage `json:"body"`
	} `json:"fix"`

	raw json.RawMessage
}

func examine(ctx context.Context, client *graphclient.Client, who string) ([]finding, error) {
	var list []finding
	for item, err := range client.Items(ctx, "/hospes/v1/doctor/"+url.PathEscape(who), nil) {
		if err != nil {
			return nil, err
		}
		f := finding{raw: item}
		if err := json.Unmarshal(item, &f); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// mend makes the calls of the findings, and answers whether any was made. What fails is said, and the next look shows
// that it is still there.
func (c *cli) mend(ctx context.Context, own *graphclient.Client, findings []finding) (made bool) {
	for _, f := range findings {
		if f.Fix == nil {
			continue
		}
		client := own
		if f.Acts == "target" {
			if c.flags.data == "" {
				c.hint("not in reach from here: %s %s in the tenant %s", f.Fix.Method, f.Fix.Path, f.TenantID)
				continue
			}
			id, _ := hospes.ParseTenantID(f.TenantID)
			other, err := c.local(id)
			if err != nil {
				c.hint("%s: %s", f.Code, textOf(err))
				continue
			}
			client = other
		}
		var body any
		if len(f.Fix.Body) > 0 && string(f.Fix.Body) != "null" {
			body = f.Fix.Body
		}
		if err := client.Do(ctx, graphclient.Request{Method: f.Fix.Method, Path: f.Fix.Path, Body: body}, nil); err != nil {
			c.hint("%s %s failed: %s", f.Fix.Method, f.Fix.Path, textOf(err))
			continue
		}
		c.hint("done: %s %s", f.Fix.Method, f.Fix.Path)
		made = true
	}
	return made
}

// showFindings shows causes, evidence, who acts and what to do; it fails while something is wrong.
func (c *cli) showFindings(findings []finding) error {
	wrong := 0
	var rows []json.RawMessage
	for _, f := range findings {
		if !f.Sound {
			wrong++
		}
		row := f.raw
		if c.flags.output == formatTable || c.flags.output == formatCSV {
			row = f.row()
		}
		rows = append(rows, row)
	}
	out := c.list("no synchronization concerns them", "cause", "evidence", "acts", "fix")
	out.begin()
	if err := out.page(rows); err != nil {
		return err
	}
	if err := out.end(); err != nil || wrong == 0 {
		return err
	}
	return &helpful{
		&hospes.Error{Kind: hospes.KindInvalid, Message: "something is wrong"},
		"whoever acts makes the call in the last column; --fix makes those that are in reach",
	}
}

func (f finding) row() json.RawMessage {
	evidence := ""
	for i, e := range f.Evidence {
		if i > 0 {
			evidence += ", "
		}
		evidence += e.Name + " = " + e.Value
	}
	fix := ""
	if f.Fix != nil {
		fix = f.Fix.Method + " " + f.Fix.Path
		if f.Fix.Method != http.MethodPost && string(f.Fix.Body) != "null" {
			fix += " " + string(f.Fix.Body)
		}
	}
	line, err := json.Marshal(map[string]string{"cause": f.Text, "evidence": evidence, "acts": f.Acts, "fix": fix})
	if err != nil {
		panic(err) // texts always can
	}
	return line
}

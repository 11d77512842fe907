package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

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
			tried := map[string]bool{}
			for fix && c.mend(ctx, client, findings, tried) {
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
	Code     string            `json:"code"`
	Sound    bool              `json:"isSound"`
	Text     string            `json:"text"`
	Acts     string            `json:"actingSide"`
	TenantID string            `json:"actingTenantId"`
	Args     map[string]string `json:"arguments"`
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

// mend makes the calls of the findings, each once, and answers whether any was made: what was behind a cause comes to
// light when that is gone. What fails is said, and the next look shows that it is still there.
func (c *cli) mend(ctx context.Context, own *graphclient.Client, findings []finding, tried map[string]bool) (made bool) {
	for _, f := range findings {
		call := f.TenantID + " " + f.call()
		if f.Fix == nil || tried[call] {
			continue
		}
		tried[call] = true
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
	wrong, remedy := 0, "no call mends it: change what the evidence names"
	for _, f := range findings {
		if !f.Sound {
			wrong++
		}
		if f.Fix != nil {
			remedy = "whoever acts makes the call that mends it; --fix makes those that are in reach"
		}
	}
	show := c.listFindings
	if c.flags.output == formatTable {
		show = c.tellFindings
	}
	if err := show(findings); err != nil || wrong == 0 {
		return err
	}
	return &helpful{
		&hospes.Error{Kind: hospes.KindInvalid, Message: "something is wrong"},
		remedy,
	}
}

// tellFindings is for people: a paragraph each.
func (c *cli) tellFindings(findings []finding) error {
	if len(findings) == 0 {
		c.hint("no synchronization concerns them")
	}
	for _, f := range findings {
		mark := "✗"
		if f.Sound {
			mark = "✓"
		}
		text := mark + " " + clean(f.Text) + "\n"
		if len(f.Evidence) > 0 {
			text += "  evidence  " + clean(f.evidence()) + "\n"
		}
		if f.Acts != "" {
			text += "  who acts  " + clean(f.Args[f.Acts]+", the "+f.Acts) + "\n"
		}
		if f.Fix != nil {
			text += "  the fix   " + clean(f.call()) + "\n"
		}
		if _, err := c.out.Write([]byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// listFindings is for programs: what the server answered, or a row each.
func (c *cli) listFindings(findings []finding) error {
	var rows []json.RawMessage
	for _, f := range findings {
		row := f.raw
		if c.flags.output == formatCSV {
			line, err := json.Marshal(map[string]string{"code": f.Code, "cause": f.Text, "evidence": f.evidence(), "acts": f.Acts, "fix": f.call()})
			if err != nil {
				return err
			}
			row = line
		}
		rows = append(rows, row)
	}
	out := c.list("no synchronization concerns them", "code", "cause", "evidence", "acts", "fix")
	out.begin()
	if err := out.page(rows); err != nil {
		return err
	}
	return out.end()
}

func (f finding) evidence() string {
	var parts []string
	for _, e := range f.Evidence {
		parts = append(parts, e.Name+" = "+e.Value)
	}
	return strings.Join(parts, ", ")
}

// call writes the fix as one line.
func (f finding) call() string {
	if f.Fix == nil {
		return ""
	}
	line := f.Fix.Method + " " + f.Fix.Path
	if len(f.Fix.Body) > 0 && string(f.Fix.Body) != "null" {
		line += " " + string(f.Fix.Body)
	}
	return line
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/internal/progress"
	"github.com/hospes-dev/hospes/store"
)

// remedies say what to do about the damage that a check has found. None of it is repaired by itself: what is right, only
// people can tell.
var remedies = map[store.Check]string{
	store.CheckEngine:    "the disk or the file is damaged: stop, copy the directory away, and restore the last backup",
	store.CheckAudits:    "somebody has changed the log: keep the directory as evidence, and compare it with a backup",
	store.CheckDocuments: "change the objects that are named by any property, which writes them anew; compare them with a backup",
	store.CheckKeys:      "restore the last backup; until then, people may be found under names that are not theirs",
	store.CheckLinks:     "restart the job with --reset Full, which matches everybody anew",
}

const generalRemedy = "restore the last backup, and report it: nothing but a program that writes to the database by itself should cause this"

func (c *cli) checkCommand() *cobra.Command {
	cmd := c.verb("check", "Look for damage in what is kept (operator)", `
		hospes check --data ./data
		hospes check --server https://localhost:8443 --tenant TENANT --client-id ID -o json`,
		func(ctx context.Context, _ []string) error {
			operator, err := c.operator(ctx)
			if err != nil {
				return err
			}
			return c.check(ctx, operator)
		})
	cmd.Long = cmd.Short + `.

Everything is read, and nothing is changed: the database's own files, that documents, unique values, relations, links and
counters agree with each other, that the change log has no gap, and that the chain of every audit log holds. A server goes on
working meanwhile. The command fails where there is damage, and says what to do about it.`
	return cmd
}

// checked is one line of the server's answer.
type checked struct {
	Check   store.Check     `json:"check"`
	Rows    int64           `json:"rows"`
	Damages int64           `json:"damages"`
	Damage  json.RawMessage `json:"damage"`
	Seconds float64         `json:"seconds"`
	Remedy  string          `json:"remedy,omitempty"`

	Done  *bool `json:"done,omitempty"`
	Error *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

func (c *cli) check(ctx context.Context, operator *graphclient.Client) error {
	began := c.clock.Now()
	answer, err := operator.Stream(ctx, graphclient.Request{Method: http.MethodGet, Path: "/hospes/v1/integrity"}, "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }() // it has been read to its end
	out := c.list("nothing was checked", "check", "rows", "damages", "seconds")
	out.begin()
	var damaged []checked
	var rows []json.RawMessage
	bar := c.bar("check", progress.Items, int64(len(store.Checks)))
	for lines := json.NewDecoder(answer); ; {
		var line checked
		if err := lines.Decode(&line); err != nil {
			bar.Abort()
			return errors.Join(&hospes.Error{Kind: hospes.KindUnavailable, Message: "the check broke off", Err: err}, out.page(rows), out.end())
		}
		if line.Error != nil {
			bar.Abort()
			return errors.Join(&helpful{errors.New(line.Error.Message), remedies[store.CheckEngine]}, out.page(rows), out.end())
		}
		if line.Done != nil {
			break
		}
		now := c.clock.Now()
		line.Seconds, began = now.Sub(began).Round(time.Millisecond).Seconds(), now
		if line.Damages > 0 {
			if line.Remedy = remedies[line.Check]; line.Remedy == "" {
				line.Remedy = generalRemedy
			}
			damaged = append(damaged, line)
		}
		raw, err := json.Marshal(line)
		if err != nil {
			return err
		}
		rows = append(rows, raw)
		bar.Add(1)
	}
	bar.Done()
	if err := out.page(rows); err != nil {
		return err
	}
	if err := out.end(); err != nil || len(damaged) == 0 {
		return err
	}
	return c.tellDamage(damaged)
}

// tellDamage names what was found, and what to do.
func (c *cli) tellDamage(damaged []checked) error {
	var total int64
	for _, line := range damaged {
		total += line.Damages
		if c.flags.output != formatTable {
			continue // it stands in the result
		}
		var list []struct {
			TenantID string `json:"tenantId"`
			Text     string `json:"text"`
		}
		if err := json.Unmarshal(line.Damage, &list); err != nil {
			return err
		}
		for _, d := range list {
			where := ""
			if d.TenantID != "" {
				where = " (tenant " + d.TenantID + ")"
			}
			if _, err := fmt.Fprintf(c.out, "✗ %s: %s%s\n", line.Check, clean(d.Text), where); err != nil {
				return err
			}
		}
		if more := line.Damages - int64(len(list)); more > 0 {
			if _, err := fmt.Fprintf(c.out, "  and %d more\n", more); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(c.out, "  remedy  %s\n", line.Remedy); err != nil {
			return err
		}
	}
	return &helpful{
		&hospes.Error{Kind: hospes.KindInvalid, Message: fmt.Sprintf("there are %d damages", total)},
		"nothing was repaired; see the remedies",
	}
}

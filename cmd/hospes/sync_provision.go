package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
)

func (c *cli) syncProvision() *cobra.Command {
	cmd := c.verb("provision JOB USER", "Synchronize one person now, and show step by step what came of it", "hospes sync provision Borealis anna@aurora.example --tenant aurora.example",
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, rest []string) error {
			user, err := findUser(ctx, client, rest[0])
			if err != nil {
				return err
			}
			var schema provision.Schema
			if err := client.Get(ctx, f.jobPath()+"/schema", nil, &schema); err != nil {
				return err
			}
			if len(schema.Rules) == 0 {
				return notFoundf("the schema of '%s' has no rule", f.DisplayName)
			}
			request := map[string]any{"parameters": []any{map[string]any{
				"ruleId": schema.Rules[0].ID, "subjects": []any{map[string]string{"objectId": user, "objectTypeName": "User"}},
			}}}
			var raw json.RawMessage
			err = client.Do(ctx, graphclient.Request{Method: http.MethodPost, Path: f.jobPath() + "/provisionOnDemand", Body: request}, &raw)
			if err != nil {
				return err
			}
			return c.showOnDemand(raw)
		}))
	cmd.Long = cmd.Short + ".\n\nThe command fails if the person could not be synchronized, and not if there was nothing to do."
	return cmd
}

// onDemand is what the answer to a provisioning on demand holds: two texts, each with JSON in it.
type onDemand struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// showOnDemand shows the outcome, and fails if the person was not synchronized.
func (c *cli) showOnDemand(raw json.RawMessage) error {
	var answer onDemand
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	var outcome struct {
		Result  string `json:"result"`
		Details struct {
			Code    string `json:"errorCode"`
			Message string `json:"errorMessage"`
		} `json:"details"`
	}
	if err := json.Unmarshal([]byte(answer.Key), &outcome); err != nil {
		return err
	}
	if c.flags.output == formatJSON || c.flags.output == formatYAML {
		if err := c.show(raw); err != nil {
			return err
		}
	} else if err := c.showSteps(json.RawMessage(answer.Value)); err != nil {
		return err
	}
	switch {
	case outcome.Result == "Failure":
		return &helpful{
			&hospes.Error{Kind: hospes.KindInvalid, Code: outcome.Details.Code, Message: outcome.Details.Code + ": " + outcome.Details.Message},
			"mend what the failed step names, and try again",
		}
	case outcome.Details.Message != "":
		c.hint("%s: %s", outcome.Result, outcome.Details.Message)
	}
	return nil
}

func (c *cli) showSteps(raw json.RawMessage) error {
	var record struct {
		Steps    []json.RawMessage `json:"provisioningSteps"`
		Modified []json.RawMessage `json:"modifiedProperties"`
	}
	if err := json.Unmarshal(raw, &record); err != nil {
		return err
	}
	steps := c.list("there were no steps", "type", "status", "name", "description")
	steps.begin()
	if err := steps.page(record.Steps); err != nil {
		return err
	}
	if err := steps.end(); err != nil || c.flags.output == formatCSV {
		return err
	}
	unmet, err := unmetConditions(record.Steps)
	if err != nil {
		return err
	}
	if err := c.showBelow(unmet, "condition", "holds"); err != nil {
		return err
	}
	return c.showBelow(record.Modified, "displayName as attribute", "oldValue", "newValue")
}

// showBelow writes a further table, where it has rows.
func (c *cli) showBelow(rows []json.RawMessage, columns ...string) error {
	if len(rows) == 0 {
		return nil
	}
	_, _ = c.out.Write([]byte("\n")) // the next write fails where this one does
	out := c.list("", columns...)
	out.begin()
	if err := out.page(rows); err != nil {
		return err
	}
	return out.end()
}

// unmetConditions gives what the scoping step found wanting: its own conditions, and the clauses of the filter, which
// stand in it as a text with JSON in it.
func unmetConditions(steps []json.RawMessage) (rows []json.RawMessage, err error) {
	for _, step := range steps {
		if text(lookup(step, "type")) != "Scoping" || text(lookup(step, "status")) == "Success" {
			continue
		}
		details, err := membersOf(lookup(step, "details"))
		if err != nil {
			return nil, err
		}
		for _, d := range details {
			list := []member{d}
			if d.name == "ScopeEvaluationResult" {
				if list, err = membersOf(json.RawMessage(text(d.raw))); err != nil {
					return nil, err
				}
			}
			for _, condition := range list {
				if strings.EqualFold(text(condition.raw), "false") {
					rows = append(rows, json.RawMessage(`{"condition":`+quoteJSON(condition.name)+`,"holds":"False"}`))
				}
			}
		}
	}
	return rows, nil
}

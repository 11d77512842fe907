package main

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) syncCommand() *cobra.Command {
	return noun("sync", "Keeping people of this tenant present in others",
		c.syncList(), c.syncCreate(), c.syncAssign(), c.syncTest(), c.syncPlan(),
		c.jobAction("start", "Let a job run: it goes on from where it stopped"),
		c.jobAction("pause", "Stop a job with everything it knows; a cycle that is under way still finishes"),
		c.syncRun(), c.syncRestart(), c.syncDelete(), c.syncStatus(), c.syncSchema(), c.syncGroups(), c.syncSettings(), c.syncProvision(), c.syncLogs())
}

// configuration is a service principal with its synchronization job.
type configuration struct {
	ID          string `json:"id"`
	AppID       string `json:"appId"`
	DisplayName string `json:"displayName"`
	TemplateID  string `json:"applicationTemplateId"`
	AppRoles    []struct {
		ID      string `json:"id"`
		Value   string `json:"value"`
		Enabled bool   `json:"isEnabled"`
	} `json:"appRoles"`

	jobID string
	job   json.RawMessage
}

func (f *configuration) principalPath() string {
	return graphclient.Path(v1, "servicePrincipals", f.ID)
}
func (f *configuration) jobsPath() string { return f.principalPath() + "/synchronization/jobs" }
func (f *configuration) jobPath() string  { return f.jobsPath() + graphclient.Path(f.jobID) }

// readJob finds the job of a service principal; a principal has one at most. Nothing is no error.
func (f *configuration) readJob(ctx context.Context, client *graphclient.Client) error {
	for raw, err := range client.Items(ctx, f.jobsPath(), nil) {
		if err != nil {
			return err
		}
		var job struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &job); err != nil {
			return err
		}
		f.jobID, f.job = job.ID, raw
		return nil
	}
	return nil
}

// configurations reads the service principals that a filter lets through, without their jobs.
func configurations(ctx context.Context, client *graphclient.Client, filter string) ([]*configuration, error) {
	var list []*configuration
	for raw, err := range client.Items(ctx, graphclient.Path(v1, "servicePrincipals"), url.Values{"$filter": {filter}}) {
		if err != nil {
			return nil, err
		}
		f := &configuration{}
		if err := json.Unmarshal(raw, f); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

const ofTemplate = "applicationTemplateId eq '" + directory.CrossTenantSyncTemplate + "'"

// findJob finds a job by its id, or by the name or the id of its configuration.
func findJob(ctx context.Context, client *graphclient.Client, name string) (*configuration, error) {
	f, err := findConfiguration(ctx, client, name)
	if err == nil && f.jobID == "" {
		err = noJob(name)
	}
	return f, err
}

// findConfiguration is findJob that also finds a configuration whose job is gone, where no other has the name.
func findConfiguration(ctx context.Context, client *graphclient.Client, name string) (*configuration, error) {
	filter := "displayName eq " + quote(name)
	if _, isID := hospes.ParseObjectID(name); isID {
		f := &configuration{}
		if err := client.Get(ctx, graphclient.Path(v1, "servicePrincipals", name), nil, f); err != nil {
			return nil, err
		}
		return f, f.readJob(ctx, client)
	}
	isJob := strings.Count(name, ".") == 2 // Azure2Azure.{tenant}.{id}
	if isJob {
		filter = ofTemplate
	}
	list, err := configurations(ctx, client, filter)
	if err != nil {
		return nil, err
	}
	var found []*configuration
	for _, f := range list {
		if err := f.readJob(ctx, client); err != nil {
			return nil, err
		}
		if f.jobID != "" && (!isJob || strings.EqualFold(f.jobID, name)) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, ambiguous("configurations", name)
	case len(list) == 1 && !isJob && list[0].TemplateID == directory.CrossTenantSyncTemplate:
		return list[0], nil
	}
	return nil, noJob(name)
}

func noJob(name string) error {
	return &helpful{notFoundf("there is no synchronization '%s'", name), "'hospes sync list' shows those there are"}
}

// onJob finds the job that the first argument names.
func (c *cli) onJob(do func(ctx context.Context, client *graphclient.Client, f *configuration, rest []string) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		f, err := findJob(ctx, client, args[0])
		if err != nil {
			return err
		}
		return do(ctx, client, f, args[1:])
	}
}

// named adds to a job what it is called, which its own body does not say.
func (f *configuration) named() json.RawMessage {
	return json.RawMessage(`{"@hospes.servicePrincipal":{"id":` + quoteJSON(f.ID) + `,"displayName":` + quoteJSON(f.DisplayName) + "}," + strings.TrimPrefix(string(f.job), "{"))
}

func (c *cli) syncList() *cobra.Command {
	return c.verb("list", "List the synchronizations that start in this tenant", "hospes sync list --tenant aurora.example", func(ctx context.Context, _ []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		list, err := configurations(ctx, client, ofTemplate)
		if err != nil {
			return err
		}
		out := c.list("there are no synchronizations",
			"@hospes.servicePrincipal.displayName as name", "id", "schedule.state as state", "status.code as status", "status.lastExecution.timeEnded as lastCycle")
		out.begin()
		var jobs []json.RawMessage
		for _, f := range list {
			if err := f.readJob(ctx, client); err != nil {
				return err
			}
			if f.jobID != "" {
				jobs = append(jobs, f.named())
			}
		}
		if err := out.page(jobs); err != nil {
			return err
		}
		return out.end()
	})
}

// Columns of what a table shows of a job: what it is, how it is, and how its last cycle ended.
var (
	jobColumns = []string{
		"@hospes.servicePrincipal.displayName as name", "@hospes.servicePrincipal.id as servicePrincipalId", "id", "schedule.state as state",
		"status.code as status", "schedule.interval as interval",
	}
	statusColumns = []string{
		"status.progress.0.completedUnits as done", "status.progress.0.totalUnits as total", "status.synchronizedEntryCountByType.0.value as synchronized",
		"status.quarantine.reason as quarantine", "status.quarantine.error.message as because", "status.quarantine.nextAttempt as nextAttempt",
	}
	cycleColumns = []string{
		"status.lastExecution.state as lastCycle", "status.lastExecution.timeBegan as began", "status.lastExecution.timeEnded as ended",
		"status.lastExecution.countImported as read", "status.lastExecution.countEntitled as inScope", "status.lastExecution.countExported as written",
		"status.lastExecution.countEscrowed as failed", "status.lastExecution.error.code as error", "status.lastExecution.error.message as message",
	}
)

func (c *cli) syncStatus() *cobra.Command {
	return c.verb("status JOB", "Show how a synchronization is doing, by the name of its configuration or the id of its job", "hospes sync status Borealis --tenant aurora.example",
		c.onJob(func(_ context.Context, _ *graphclient.Client, f *configuration, _ []string) error {
			columns := slices.Concat(jobColumns, statusColumns)
			// A job that has not run yet shows a failed execution without an error, which only confuses people.
			if text(lookup(f.job, "status.lastExecution.error.code")) != "None" {
				columns = append(columns, cycleColumns...)
			}
			return c.showJob(f, columns)
		}))
}

// showJob shows a job: its own body, or what a table has of it.
func (c *cli) showJob(f *configuration, columns []string) error {
	if c.flags.output == formatTable || c.flags.output == formatCSV {
		return c.show(f.named(), columns...)
	}
	return c.show(f.job)
}

func (c *cli) syncTest() *cobra.Command {
	return c.verb("test JOB", "Test whether both tenants allow the synchronization", "hospes sync test Borealis --tenant aurora.example",
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			err := client.Post(ctx, f.jobPath()+"/validateCredentials", map[string]bool{"useSavedCredentials": true}, nil)
			if err == nil {
				c.hint("both tenants allow it")
			}
			return err
		}))
}

// jobAction makes a command of an action that needs nothing said about it.
func (c *cli) jobAction(name, short string) *cobra.Command {
	return c.verb(name+" JOB", short, "hospes sync "+name+" Borealis --tenant aurora.example",
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			return client.Post(ctx, f.jobPath()+"/"+name, nil, nil)
		}))
}

// resetScopes are the parts of a job's memory that a restart can clear.
var resetScopes = []string{"Watermark", "Escrows", "QuarantineState", "ConnectorDataStore", "ForceDeletes", "Full"}

func (c *cli) syncRestart() *cobra.Command {
	var scope string
	cmd := c.verb("restart JOB", "Let a job look at everybody again", `
		hospes sync restart Borealis --tenant aurora.example
		hospes sync restart Borealis --reset ForceDeletes`,
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, _ []string) error {
			criteria := map[string]any{"criteria": map[string]string{"resetScope": scope}}
			return client.Post(ctx, f.jobPath()+"/restart", criteria, nil)
		}))
	cmd.Long = cmd.Short + ".\n\nConnectorDataStore and Full forget who belongs to whom: everybody is matched anew. ForceDeletes runs the deletions that are held."
	cmd.Flags().StringVar(&scope, "reset", "", "what to clear, separated by commas, as a `SCOPE` of "+strings.Join(resetScopes, ", ")+" (default Watermark, Escrows, QuarantineState)")
	complete(cmd, "reset", resetScopes...)
	return cmd
}

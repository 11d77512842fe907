package main

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

const logPath = "/" + v1 + "/auditLogs/provisioning"

var logColumns = []string{
	"activityDateTime as time", "provisioningAction as action", "provisioningStatusInfo.status as status",
	"sourceIdentity.details.UserPrincipalName|sourceIdentity.displayName as source", "targetIdentity.id as targetId", "provisioningStatusInfo.errorInformation.errorCode as error",
}

func (c *cli) syncLogs() *cobra.Command {
	l := &listing{path: logPath, empty: "there are no such records", columns: logColumns}
	var user string
	var follow bool
	cmd := c.verb("logs [JOB]", "Show what synchronizations did, the newest first", `
		hospes sync logs Borealis --user anna@aurora.example
		hospes sync logs --follow --tenant aurora.example`,
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			filter, err := logFilter(ctx, client, args, user)
			if err != nil {
				return err
			}
			if follow {
				if l.all {
					return usagef("--all and --follow exclude each other")
				}
				return c.follow(ctx, client, filter)
			}
			l.filter = strings.Join(filter, " and ")
			l.query = url.Values{"$orderby": {"activityDateTime desc"}}
			return l.run(ctx, c, client)
		})
	cmd.Flags().StringVar(&user, "user", "", "only about this `USER` of the source, by id or user principal name")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on and show what is done from now on, the newest last")
	return l.addPaging(cmd)
}

// logFilter says which records are wanted, as terms that all have to hold.
func logFilter(ctx context.Context, client *graphclient.Client, args []string, user string) ([]string, error) {
	var terms []string
	if len(args) > 0 {
		f, err := findJob(ctx, client, args[0])
		if err != nil {
			return nil, err
		}
		terms = append(terms, "jobId eq "+quote(f.jobID))
	}
	if user != "" {
		id, err := findUser(ctx, client, user)
		if err != nil {
			return nil, err
		}
		terms = append(terms, "sourceIdentity/id eq "+quote(id))
	}
	return terms, nil
}

const (
	followEvery = 2 * time.Second
	maxFollowed = 5000 // records that are shown of one look at the log
)

// follow shows records as they come, until the user has enough.
func (c *cli) follow(ctx context.Context, client *graphclient.Client, filter []string) error {
	out := c.list("", logColumns...)
	t := tail{since: c.clock.Now(), seen: map[string]bool{}}
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		records, more, err := t.read(ctx, client, filter)
		if ctx.Err() != nil {
			return nil // the way to end this
		}
		if err != nil {
			return err
		}
		if more {
			c.hint("too much at once: the older part of it is left out; 'hospes sync logs --all' has it")
		}
		if err := c.followed(out, records); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// followed writes records that have no end: as JSON, one in a line.
func (c *cli) followed(out *lister, records []json.RawMessage) error {
	if c.flags.output == formatJSON {
		for _, r := range records {
			out.print(string(r) + "\n")
		}
		return out.out.Flush()
	}
	if !out.begun {
		out.begin()
	}
	return out.page(records)
}

// tail remembers how far a log has been read.
type tail struct {
	since time.Time
	seen  map[string]bool // the records at or after since: others of the same moment may still come
}

// read gives what is new, the oldest first; more tells that there was too much of it.
func (t *tail) read(ctx context.Context, client *graphclient.Client, filter []string) (records []json.RawMessage, more bool, err error) {
	terms := append(slices.Clone(filter), "activityDateTime ge "+t.since.UTC().Format(time.RFC3339Nano))
	query := url.Values{"$filter": {strings.Join(terms, " and ")}, "$orderby": {"activityDateTime desc"}, "$top": {"500"}}
	seen := map[string]bool{}
	latest := t.since
	for raw, err := range client.Items(ctx, logPath, query) {
		if err != nil {
			return nil, false, err
		}
		var r struct {
			ID string    `json:"id"`
			At time.Time `json:"activityDateTime"`
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, false, err
		}
		if r.At.After(latest) {
			latest = r.At
		}
		seen[r.ID] = true
		if t.seen[r.ID] {
			continue
		}
		if len(records) == maxFollowed {
			more = true
			break
		}
		records = append(records, raw)
	}
	slices.Reverse(records)
	// Records are stamped when their cycle began to write them and seen when it committed, so the next look goes back
	// a little and leaves out what it has shown.
	if back := latest.Add(-overlap); back.After(t.since) {
		t.since = back
	}
	t.seen = seen
	return records, more, nil
}

// overlap is how far behind the newest record others may still appear.
const overlap = 10 * time.Second

package sqlstore

import (
	"database/sql"
	"encoding/json"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// jobDoc is the part of a job that is neither searched by nor written with each group of a cycle.
type jobDoc struct {
	Template string          `json:"template"`
	State    hospes.JobState `json:"state"`
	Interval time.Duration   `json:"interval"`
	Created  time.Time       `json:"created"`

	Settings map[string]string `json:"settings,omitempty"`
}

func (h *handle) jobs(text string, args ...any) ([]hospes.Job, error) {
	var list []hospes.Job
	err := h.each(func(rows *sql.Rows) error {
		var j hospes.Job
		var doc, status string
		if err := rows.Scan(&j.Number, &j.ID, &j.Principal, &doc, &j.Schema, &status, &j.Version); err != nil {
			return err
		}
		var d jobDoc
		if err := json.Unmarshal([]byte(doc), &d); err != nil {
			return err
		}
		j.Template, j.State, j.Interval, j.Created, j.Settings = d.Template, d.State, d.Interval, d.Created, d.Settings
		if err := json.Unmarshal([]byte(status), &j.Status); err != nil {
			return err
		}
		list = append(list, j)
		return nil
	}, "SELECT number, id, principal, doc, schema, status, version FROM jobs WHERE tenant = $1"+text+" ORDER BY number",
		append([]any{h.number()}, args...)...)
	return list, err
}

// Job finds a job by its id.
func (h *handle) Job(id string) (hospes.Job, error) {
	list, err := h.jobs(" AND id = $2", id)
	if err != nil {
		return hospes.Job{}, err
	}
	if len(list) == 0 {
		return hospes.Job{}, hospes.NotFound("store.Job", id)
	}
	return list[0], nil
}

// Jobs gives the jobs of a service principal, or all of the tenant's for 0.
func (h *handle) Jobs(principal hospes.Number) ([]hospes.Job, error) {
	if principal == 0 {
		return h.jobs("")
	}
	return h.jobs(" AND principal = $2", int64(principal))
}

// PutJob stores a job, new or changed.
func (t *tx) PutJob(j *hospes.Job) error {
	doc, err := json.Marshal(jobDoc{j.Template, j.State, j.Interval, j.Created, j.Settings})
	if err != nil {
		return err
	}
	status, err := json.Marshal(j.Status)
	if err != nil {
		return err
	}
	if j.Number == 0 {
		if j.Number, err = t.NewNumber(hospes.ClassJob); err != nil {
			return err
		}
		j.Version = 1
		_, err = t.exec("INSERT INTO jobs (tenant, number, id, principal, doc, schema, status, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
			t.number(), int64(j.Number), j.ID, int64(j.Principal), string(doc), j.Schema, string(status))
		return err
	}
	n, err := t.exec("UPDATE jobs SET doc = $4, schema = $5, status = $6, version = version + 1 WHERE tenant = $1 AND number = $2 AND version = $3",
		t.number(), int64(j.Number), j.Version, string(doc), j.Schema, string(status))
	if err == nil && n == 0 {
		err = errStale
	}
	j.Version++
	return err
}

// PutStatus stores only the status of a job, with the check of the lease.
func (t *tx) PutStatus(j *hospes.Job, lease store.Lease) error {
	if err := t.holds(lease); err != nil {
		return err
	}
	status, err := json.Marshal(j.Status)
	if err != nil {
		return err
	}
	n, err := t.exec("UPDATE jobs SET status = $4, version = version + 1 WHERE tenant = $1 AND number = $2 AND version = $3",
		t.number(), int64(j.Number), j.Version, string(status))
	if err == nil && n == 0 {
		err = errStale
	}
	j.Version++
	return err
}

// holds checks that a lease has not gone to somebody else; one without a name is none.
func (t *tx) holds(lease store.Lease) error {
	if lease.Name == "" {
		return nil
	}
	var fence int64
	found, err := t.session.one(t.ctx, []any{&fence}, "SELECT fence FROM leases WHERE name = $1"+t.session.d.lockCounters, lease.Name)
	if err == nil && (!found || fence != lease.Fence) {
		err = &hospes.Error{Kind: hospes.KindPrecondition, Op: "store.Lease", Code: "LeaseLost", Message: "Somebody else works on this now."}
	}
	return err
}

// DeleteJob removes a job with all its state; its targets stay.
func (t *tx) DeleteJob(j hospes.Job) error {
	for _, text := range []string{
		"DELETE FROM links WHERE tenant = $1 AND job = $2",
		"DELETE FROM intents WHERE tenant = $1 AND job = $2",
		"DELETE FROM escrows WHERE tenant = $1 AND job = $2",
		"DELETE FROM due_work WHERE tenant = $1 AND job = $2",
		"DELETE FROM jobs WHERE tenant = $1 AND number = $2",
	} {
		if _, err := t.exec(text, t.number(), int64(j.Number)); err != nil {
			return err
		}
	}
	return nil
}

// Schedule sets when a job is due; the zero time takes it off the list.
func (t *tx) Schedule(job hospes.Number, at time.Time) error {
	if at.IsZero() {
		_, err := t.exec("DELETE FROM due_work WHERE tenant = $1 AND job = $2", t.number(), int64(job))
		return err
	}
	_, err := t.exec("INSERT INTO due_work (tenant, job, at) VALUES ($1, $2, $3) ON CONFLICT (tenant, job) DO UPDATE SET at = excluded.at",
		t.number(), int64(job), at.UnixMicro())
	return err
}

// OpenIntents gives the intents of a job that have no outcome yet.
func (h *handle) OpenIntents(job hospes.Number) ([]store.Intent, error) {
	var list []store.Intent
	err := h.each(func(rows *sql.Rows) error {
		i := store.Intent{Job: job}
		var started int64
		err := rows.Scan(&i.Number, &i.Source, &i.Operation, &i.Document, &i.TargetID, &started)
		i.Started = time.UnixMicro(started).UTC()
		list = append(list, i)
		return err
	}, "SELECT number, source, operation, doc, target_id, started FROM intents WHERE tenant = $1 AND job = $2 AND outcome = '' ORDER BY number",
		h.number(), int64(job))
	return list, err
}

// PutIntents writes down what is about to be done at a remote target, or what became of it.
func (t *tx) PutIntents(list ...*store.Intent) error {
	for _, i := range list {
		if err := t.putIntent(i); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putIntent(i *store.Intent) error {
	if i.Number != 0 && i.Outcome != "" {
		_, err := t.exec("UPDATE intents SET target_id = $3, outcome = $4, finished = $5 WHERE tenant = $1 AND number = $2",
			t.number(), int64(i.Number), i.TargetID, i.Outcome, micros(i.Finished))
		return err
	}
	var err error
	if i.Number, err = t.NewNumber(hospes.ClassIntent); err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO intents (tenant, number, job, source, operation, doc, target_id, started, outcome, finished) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		t.number(), int64(i.Number), int64(i.Job), int64(i.Source), i.Operation, i.Document, i.TargetID, micros(i.Started), i.Outcome, micros(i.Finished))
	return err
}

// micros writes a moment; 0 for none.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

// moment reads what micros wrote.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

package provision

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CreateJob makes a job of a service principal. It does not run until it is started.
func (e *Engine) CreateJob(tx store.Tx, principal *hospes.Object, template string) (hospes.Job, error) {
	const op = "provision.CreateJob"
	if _, err := e.template(template); err != nil {
		return hospes.Job{}, err
	}
	have, err := tx.Jobs(principal.Number)
	if err != nil {
		return hospes.Job{}, err
	}
	if len(have) > 0 {
		return hospes.Job{}, &hospes.Error{Kind: hospes.KindConflict, Op: op, Code: "Conflict", Message: "The service principal has a synchronization job already."}
	}
	job := hospes.Job{
		ID:        template + "." + tx.Tenant().ID.Compact() + "." + hospes.NewUUID(e.Random),
		Principal: principal.Number, Template: template, State: hospes.JobDisabled, Interval: hospes.SyncInterval, Created: tx.Now(),
		Status: hospes.JobStatus{Code: hospes.JobCodePaused, Initial: true},
	}
	if err := tx.PutJob(&job); err != nil {
		return job, err
	}
	return job, tx.Audit(jobAudit("Add provisioning configuration", principal))
}

// FindJob finds a job of a service principal.
func FindJob(r store.Reader, principal *hospes.Object, id string) (hospes.Job, error) {
	job, err := r.Job(id)
	if err == nil && job.Principal != principal.Number {
		return job, hospes.NotFound("provision.FindJob", id)
	}
	return job, err
}

// Start lets a job run: it goes on from where it stopped, and a quarantine is lifted (provisioning 1.2).
func (e *Engine) Start(tx store.Tx, principal *hospes.Object, job hospes.Job) error {
	settings, err := e.ReadSettings(tx, principal.Number)
	if err != nil {
		return err
	}
	if _, err := e.connect(settings, job); err != nil {
		return err
	}
	job.State, job.Status.Quarantine = hospes.JobActive, nil
	job.Status.Code = hospes.JobCodeActive
	if job.Status.Last == nil {
		job.Status.Code = hospes.JobCodeNotRun
	}
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if err := tx.Schedule(job.Number, tx.Now()); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Enable/start provisioning configuration", principal))
}

// Pause stops a job with everything it knows. A cycle that is under way still finishes.
func (e *Engine) Pause(tx store.Tx, principal *hospes.Object, job hospes.Job) error {
	job.State, job.Status.Code = hospes.JobPaused, hospes.JobCodePaused
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if err := tx.Schedule(job.Number, time.Time{}); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Disable/pause provisioning configuration", principal))
}

// ResetScope is what a restart clears (provisioning 1.4).
type ResetScope struct {
	Watermark, Escrows, Quarantine, Links, Deletes bool
}

// ParseResetScope reads the comma-separated flags of a restart; the empty text is the portal's own restart.
func ParseResetScope(text string) (ResetScope, error) {
	var s ResetScope
	if strings.TrimSpace(text) == "" {
		return ResetScope{Watermark: true, Escrows: true, Quarantine: true}, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		switch strings.ToLower(strings.TrimSpace(part)) {
		case "none":
		case "watermark":
			s.Watermark = true
		case "escrows":
			s.Escrows = true
		case "quarantinestate":
			s.Quarantine = true
		case "connectordatastore":
			s.Links = true
		case "forcedeletes":
			s.Deletes = true
		case "full":
			s = ResetScope{true, true, true, true, true}
		default:
			return s, hospes.Invalidf("provision.ParseResetScope", "'%s' is not a reset scope.", strings.TrimSpace(part))
		}
	}
	return s, nil
}

// Restart clears what the scope names and lets the job run.
func (e *Engine) Restart(tx store.Tx, principal *hospes.Object, job hospes.Job, scope ResetScope) error {
	s := &job.Status
	if s.Ending {
		s.Ending, s.Initial, s.Cycle = false, true, nil
	}
	if scope.Watermark || scope.Links {
		s.Initial, s.Cycle = true, nil
	}
	if scope.Quarantine || scope.Deletes {
		s.Quarantine = nil
	}
	s.AllowDeletes = scope.Deletes // a permission that was not used does not outlive the next decision
	if scope.Deletes {
		s.Initial = true // the next pass looks at everybody, and runs what was held
	}
	job.State, s.Code = hospes.JobActive, hospes.JobCodeActive
	if s.Last == nil {
		s.Code = hospes.JobCodeNotRun
	}
	if scope.Links {
		s.Synchronized, s.Grouped = 0, 0
		if err := e.dropLinks(tx, job); err != nil {
			return err
		}
	}
	if scope.Links || scope.Escrows {
		if err := tx.ClearEscrows(job.Number); err != nil {
			return err
		}
	}
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if err := tx.Schedule(job.Number, tx.Now()); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Enable/restart provisioning configuration", principal))
}

func (e *Engine) dropLinks(tx store.Tx, job hospes.Job) error {
	after, end := everyLink(tx.Tenant().Number)
	for {
		links, err := tx.LinksBetween(job.Number, after, end, false, bulkBatch)
		if err != nil || len(links) == 0 {
			return err
		}
		after = links[len(links)-1].Source
		if err := tx.DeleteLinks(links...); err != nil {
			return err
		}
	}
}

// Delete forgets a job with all its state; the people in the target stay as they are.
func (e *Engine) Delete(tx store.Tx, principal *hospes.Object, job hospes.Job) error {
	if err := tx.DeleteJob(job); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Delete provisioning configuration", principal))
}

// Deprovision lets a job take away from the target everybody it has brought there, and be deleted once they are gone. The
// guard of deletions does not hold it, because somebody has asked for exactly this. Restart takes it back.
func (e *Engine) Deprovision(tx store.Tx, principal *hospes.Object, job hospes.Job) error {
	settings, err := e.ReadSettings(tx, principal.Number)
	if err != nil {
		return err
	}
	if _, err := e.connect(settings, job); err != nil {
		return err
	}
	if err := e.checkAlone(tx, job, settings); err != nil {
		return err
	}
	s := &job.Status
	s.Ending, s.Initial, s.Cycle, s.Quarantine = true, true, nil, nil
	job.State, s.Code = hospes.JobActive, hospes.JobCodeActive
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if err := tx.Schedule(job.Number, tx.Now()); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Deprovision and delete provisioning configuration", principal))
}

// checkAlone refuses where another job of the tenant has the same target: whom both hold would be taken from the other one,
// to which that is a deletion by an administrator, and never undone (row X10).
func (e *Engine) checkAlone(r store.Reader, job hospes.Job, settings Settings) error {
	target, ok := settings.Target()
	if !ok {
		return nil
	}
	jobs, err := r.Jobs(0)
	if err != nil {
		return err
	}
	for _, other := range jobs {
		if other.ID == job.ID {
			continue
		}
		theirs, err := e.ReadSettings(r, other.Principal)
		if err != nil {
			return err
		}
		if same, ok := theirs.Target(); ok && same == target {
			return &hospes.Error{
				Kind: hospes.KindConflict, Op: "provision.Deprovision", Code: "TargetIsShared",
				Message: "The job " + other.ID + " brings people into the same target, and whom both hold would be taken from it. Delete one of them without its people.",
			}
		}
	}
	return nil
}

// PutSchema replaces a job's schema whole; the next cycle is an initial one (provisioning 1.2). A nil schema goes back
// to the template's.
func (e *Engine) PutSchema(tx store.Tx, principal *hospes.Object, job hospes.Job, schema *Schema) error {
	job.Schema = ""
	if schema != nil {
		template, err := e.template(job.Template)
		if err != nil {
			return err
		}
		if _, _, err := compile(*schema, template); err != nil {
			return err
		}
		text, err := json.Marshal(schema)
		if err != nil {
			return err
		}
		job.Schema = string(text)
	}
	job.Status.Initial = true
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if job.State == hospes.JobActive {
		if err := tx.Schedule(job.Number, tx.Now()); err != nil {
			return err
		}
	}
	return tx.Audit(jobAudit("Update attribute mappings or scope", principal))
}

// PutJobSettings merges settings of a job by name; an empty value removes one.
func (e *Engine) PutJobSettings(tx store.Tx, principal *hospes.Object, job hospes.Job, settings map[string]string) error {
	const op = "provision.PutJobSettings"
	merged := maps.Clone(job.Settings)
	if merged == nil {
		merged = map[string]string{}
	}
	for name, value := range settings {
		switch {
		case value == "":
			delete(merged, name)
			continue
		case name != hospes.SettingTargetBlock:
			return hospes.Invalidf(op, "'%s' is not a setting of jobs.", name)
		case value != hospes.TargetBlockKeep && value != hospes.TargetBlockOverwrite:
			return hospes.Invalidf(op, "The setting %s is keep or overwrite.", name)
		}
		merged[name] = value
	}
	job.Settings = merged
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Update provisioning setting or credentials", principal))
}

// wakeJobs makes the jobs of a service principal look at what was changed about them; at everybody, where it concerns
// who is in scope. elsewhere tells that the target is another one now.
func (e *Engine) wakeJobs(tx store.Tx, principal *hospes.Object, everybody, elsewhere bool) error {
	jobs, err := tx.Jobs(principal.Number)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if elsewhere { // the people of the old target stay as they are, and are nobody's any more
			if err := e.dropLinks(tx, job); err != nil {
				return err
			}
			if err := tx.ClearEscrows(job.Number); err != nil {
				return err
			}
			job.Status.Cycle, job.Status.Synchronized, job.Status.Grouped = nil, 0, 0
		}
		if everybody && !job.Status.Initial || elsewhere {
			job.Status.Initial = true
			if err := tx.PutJob(&job); err != nil {
				return err
			}
		}
		if job.State != hospes.JobActive {
			continue
		}
		if err := tx.Schedule(job.Number, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

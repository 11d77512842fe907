package provision

import (
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

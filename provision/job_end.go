package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

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

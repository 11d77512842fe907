package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/internal/fault"
	"github.com/hospes-dev/hospes/store"
)

// QuarantineTooManyDeletes is the reason of a job whose deletions are held (provisioning 6.1).
const QuarantineTooManyDeletes = "TooManyDeletes"

// deletionGroup runs the deletions that were staged, after all of them have been counted; when there are none left, the
// cycle ends.
func (r *run) deletionGroup(ctx context.Context) (done bool, err error) {
	if err := fault.Point("provision.deletions"); err != nil {
		return false, err
	}
	err = r.pair(ctx, true, func(source, target store.Tx) error {
		done = false
		staged, err := source.CountPending(r.job.Number)
		if err != nil {
			return err
		}
		guard := r.settings.Notification()
		if staged == 0 {
			done = true
			return r.finish(source, false)
		}
		if guard.DeleteThresholdEnabled && staged > guard.DeleteThresholdValue && r.cycle.Position == 0 && !r.job.Status.AllowDeletes {
			done = true
			return r.hold(source, staged)
		}
		return r.deleteStaged(source, target)
	})
	return done, err
}

// deleteStaged takes the next staged deletions. The position says that some have run, so that the count is not asked
// again of what is left.
func (r *run) deleteStaged(source, target store.Tx) error {
	_, end := source.Tenant().Number.Range(hospes.ClassUser)
	links, err := source.LinksBetween(r.job.Number, hospes.Number(r.cycle.Position), end, true, r.groupSize())
	if err != nil {
		return err
	}
	if len(links) == 0 {
		r.cycle.Position = 0 // what is staged lies before the position: begin again
		r.job.Status.AllowDeletes = true
		return nil
	}
	r.cycle.Position = int64(links[len(links)-1].Source)
	var numbers []hospes.Number
	for _, l := range links {
		if l.Pending == PendingDelete {
			numbers = append(numbers, l.Source)
		}
	}
	subjects, err := r.subjectsOf(source, numbers)
	if err != nil {
		return err
	}
	joined, err := r.target.Join(target)
	if err != nil {
		return err
	}
	return r.runDeletions(source, joined, subjects)
}

// runDeletions deletes those who are still out of scope.
func (r *run) runDeletions(source store.Tx, target connector.Target, subjects []*subject) error {
	var ids []string
	for _, s := range subjects {
		s.evaluateScope(r.schema, r.settings.SyncAll())
		ids = append(ids, s.link.TargetID)
	}
	entries, err := target.Read(ids)
	if err != nil {
		return err
	}
	var writes []*connector.Write
	var records []*hospes.Provisioning
	var links []*hospes.Link
	for i, s := range subjects {
		s.target = entries[i]
		s.link.Pending = ""
		links = append(links, s.link)
		if s.scope.entitled() || s.target == nil || s.target.InBin() {
			continue
		}
		w := &connector.Write{Operation: connector.Delete, Entry: s.target}
		writes = append(writes, w)
		s.link.State, s.link.Tombstone = hospes.LinkDeleted, hospes.TombstoneScope
		if !s.scope.exists {
			s.link.Tombstone = hospes.TombstoneSource
		}
		p := newRecord(r, s)
		p.Action, p.Outcome = hospes.ActionDelete, hospes.OutcomeSuccess
		p.Modified = []hospes.ModifiedProperty{{Name: "IsSoftDeleted", Old: hospes.False, New: hospes.True}}
		p.Steps = s.steps("EntryImportDelete", "EntrySynchronizationDelete", "EntryExportDelete")
		records = append(records, p)
	}
	if err := target.Apply(writes); err != nil {
		return err
	}
	r.cycle.Counts.Deleted += int64(len(writes))
	if err := source.PutLinks(links...); err != nil {
		return err
	}
	return source.LogProvisioning(records...)
}

// hold keeps the staged deletions from running: more are staged than the guard allows. The job goes into quarantine
// until somebody allows them or the people are back in scope.
func (r *run) hold(source store.Tx, staged int64) error {
	s := &r.job.Status
	if s.Quarantine == nil || s.Quarantine.Reason != QuarantineTooManyDeletes {
		s.Quarantine = &hospes.Quarantine{
			Reason: QuarantineTooManyDeletes, CurrentBegan: r.now, SeriesBegan: r.now, SeriesCount: 1, NextAttempt: r.now.Add(quarantineDelay(1)),
			ErrCode: QuarantineTooManyDeletes, ErrText: "Provisioning has been quarantined. See quarantine details for more information",
		}
		if err := r.logHeld(source); err != nil {
			return err
		}
	}
	s.Code = hospes.JobCodeQuarantine
	r.cycle.Counts.Staged = staged
	return r.finish(source, true)
}

// logHeld tells of each deletion that is held, once.
func (r *run) logHeld(source store.Tx) error {
	after, end := source.Tenant().Number.Range(hospes.ClassUser)
	for {
		links, err := source.LinksBetween(r.job.Number, after, end, true, quickGroup)
		if err != nil || len(links) == 0 {
			return err
		}
		after = links[len(links)-1].Source
		var numbers []hospes.Number
		for _, l := range links {
			if l.Pending == PendingDelete {
				numbers = append(numbers, l.Source)
			}
		}
		subjects, err := r.subjectsOf(source, numbers)
		if err != nil {
			return err
		}
		for _, s := range subjects {
			s.evaluateScope(r.schema, r.settings.SyncAll())
			p := newRecord(r, s)
			p.Action, p.Outcome = hospes.ActionStagedDelete, hospes.OutcomeSkipped
			p.Steps = s.steps("EntryImportDelete", "EntrySynchronizationDelete", "EntryExportDelete")
			p.Steps[3].Outcome = hospes.OutcomeSkipped
			if err := source.LogProvisioning(p); err != nil {
				return err
			}
		}
	}
}

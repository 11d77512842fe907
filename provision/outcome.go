package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// outcome counts a step and gives the link that has to be stored for it, or nil.
func (r *run) outcome(s *subject, step Step, staged bool) *hospes.Link {
	counts := &r.cycle.Counts
	if s.of.off != ReasonNone && !staged { // nobody's business: it is told why, and not counted
		return nil
	}
	if s.scope.entitled() && !staged {
		counts.Entitled++
	}
	if staged && s.link != nil && s.link.Staged() && step.Kind != StepStage { // back in scope, or done meanwhile
		r.unstage(s.link)
		if l := r.outcome(s, step, false); l != nil {
			return l
		}
		return s.link
	}
	switch step.Kind {
	case StepCreate, StepUpdate, StepRestore:
		if step.Write.Failure != nil {
			counts.Failed++
			if step.Kind == StepRestore && step.Write.Done != nil { // is back, without what it could not have
				s.link.State, s.link.Tombstone = hospes.LinkActive, hospes.TombstoneNone
				return s.link
			}
			return nil
		}
		return r.written(s, step)
	case StepStage:
		if !staged {
			return r.stage(s, step)
		}
		if step.Write.Failure != nil {
			counts.Failed++
			s.link.Pending = ""
			return s.link
		}
		return r.left(s, step)
	case StepFail:
		counts.Failed++
		if s.link != nil && s.link.State == hospes.LinkActive && step.Reason == ReasonInvalidAnchor {
			s.link.State = hospes.LinkLost
			return s.link
		}
	case StepAbandon:
		counts.Skipped++
		if s.link.State != hospes.LinkAbandoned {
			s.link.State, s.link.Pending = hospes.LinkAbandoned, ""
			return s.link
		}
	case StepSkip:
		return r.skipped(s, step)
	case StepForget:
	}
	return nil
}

// stage notes that somebody is to be deleted or blocked once all such are counted.
func (r *run) stage(s *subject, step Step) *hospes.Link {
	pending := hospes.PendingDisable
	if step.Write.Operation == connector.Delete {
		pending = hospes.PendingDelete
	}
	if s.link.Pending == pending {
		r.cycle.Counts.Skipped++
		return nil
	}
	if !s.link.Staged() {
		r.cycle.Counts.Staged++
	}
	s.link.Pending = pending
	return s.link
}

// left gives the link of somebody who has just been deleted or blocked.
func (r *run) left(s *subject, step Step) *hospes.Link {
	l, w := s.link, step.Write
	l.Pending = ""
	if w.Operation == connector.Delete {
		r.cycle.Counts.Deleted++
		l.State, l.Tombstone = hospes.LinkDeleted, hospes.TombstoneScope
		if !s.scope.exists {
			l.Tombstone = hospes.TombstoneSource
		}
		return l
	}
	r.cycle.Counts.Disabled++
	l.Written = remember(l.Written, w.Values, s.of.name)
	if !s.scope.entitled() && s.scope.exists { // not managed any more (row 12)
		l.State = hospes.LinkAbandoned
	}
	return l
}

// written gives the link after a write that went through.
func (r *run) written(s *subject, step Step) *hospes.Link {
	counts, w := &r.cycle.Counts, step.Write
	switch {
	case step.Kind == StepRestore:
		counts.Restored++
	case step.Kind == StepCreate && !w.Adopted:
		counts.Created++
	default:
		counts.Updated++
	}
	l := s.link
	if l == nil {
		l = &hospes.Link{Job: r.job.Number, Source: s.number, SourceID: s.object.ID}
		r.link(s, l)
	}
	if step.Kind == StepCreate || step.Match {
		l.Written = ""
	}
	l.Target, l.TargetID, l.State, l.Tombstone = w.Done.Number(), w.Done.ID(), hospes.LinkActive, hospes.TombstoneNone
	if l.Staged() {
		l.Pending = ""
	}
	l.Written = remember(l.Written, w.Values, s.of.name)
	return l
}

// link counts a new link.
func (r *run) link(s *subject, l *hospes.Link) {
	s.link = l
	if s.of.kind == groups {
		r.job.Status.Grouped++
		return
	}
	r.job.Status.Synchronized++
	r.waits()
}

// waits notes that somebody waits for references.
func (r *run) waits() { r.job.Status.Linked, r.touched = true, true }

// skipped gives the link where a skip changes it: a match that needed no write is linked, a staged deletion of
// somebody who is back is taken off.
func (r *run) skipped(s *subject, step Step) *hospes.Link {
	counts := &r.cycle.Counts
	if !s.scope.entitled() || !s.scope.active {
		counts.OutScope++
	}
	counts.Skipped++
	switch {
	case step.Match: // also of somebody whose link led to one who has vanished
		if s.link == nil {
			r.link(s, &hospes.Link{Job: r.job.Number, Source: s.number, SourceID: s.object.ID})
		}
		l := s.link
		l.Target, l.TargetID, l.State, l.Tombstone, l.Written = s.target.Number(), s.target.ID(), hospes.LinkActive, hospes.TombstoneNone, "{}"
		if l.Staged() {
			l.Pending = ""
		}
		return l
	case s.link == nil:
		return nil
	case step.Reason == ReasonTargetDeleted:
		cause := hospes.TombstoneAdministrator
		if s.target.LeftBySelf() {
			cause = hospes.TombstoneSelf
		}
		if s.link.Tombstone == cause {
			return nil
		}
		s.link.Tombstone = cause
		return s.link
	case s.link.Staged() && s.scope.entitled():
		r.unstage(s.link)
		return s.link
	case (s.link.State == hospes.LinkAbandoned || s.link.State == hospes.LinkLost) && s.scope.entitled() && s.target != nil && !s.target.InBin():
		s.link.State = hospes.LinkActive
		return s.link
	case s.link.State == hospes.LinkActive && s.link.Tombstone != hospes.TombstoneNone && s.target != nil && !s.target.InBin():
		s.link.Tombstone = hospes.TombstoneNone // somebody of the target has restored it
		return s.link
	}
	return nil
}

// unstage takes back that an object is to be deleted or blocked. What a group's members may have missed meanwhile is
// made up for.
func (r *run) unstage(l *hospes.Link) {
	l.Pending = ""
	if r.groupsOn() && l.Source.Class() == hospes.ClassGroup {
		l.Pending = hospes.PendingMembers
		r.waits()
	}
}

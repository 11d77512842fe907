package demo

import (
	"context"
	"time"

	"github.com/hospes-dev/hospes"
)

// jobStatus is what the demo reads of a job.
type jobStatus struct {
	Schedule struct{ State string }
	Status   struct {
		LastExecution *struct {
			ActivityIdentifier, State string
			TimeEnded                 time.Time
			Error                     *struct{ Code, Message string }
		}
		Progress   []struct{ CompletedUnits, TotalUnits int64 }
		Quarantine *struct {
			Error struct{ Code, Message string }
		}
	}
	Cycle hospes.CycleCounts `json:"@hospes.cycle"`
}

func (s jobStatus) lastID() string {
	if s.Status.LastExecution == nil {
		return ""
	}
	return s.Status.LastExecution.ActivityIdentifier
}

func (p *pair) jobStatus(ctx context.Context) (s jobStatus, err error) {
	return s, p.source.Get(ctx, p.jobPath(""), nil, &s)
}

// start does step 12: it starts the job, or makes it look at everybody again.
func (p *pair) start(ctx context.Context) error {
	before, err := p.jobStatus(ctx)
	if err != nil {
		return err
	}
	p.last, p.label, p.began = before.lastID(), "Initial cycle", p.Clock.Now()
	switch resumed := len(before.Status.Progress) > 0; {
	case resumed:
		p.base = before.Cycle
		p.say("Step 12  The job goes on with the cycle that was broken off.")
	case p.shut && before.Status.Quarantine != nil:
		return nil // the job has met the closed door
	case before.Schedule.State == "Active" && before.Status.Quarantine == nil:
		p.label = "Looking at everybody again"
		p.say("Step 12  The job runs already; it looks at everybody again.")
		return p.source.Post(ctx, p.jobPath("/restart"), map[string]any{"criteria": map[string]any{"resetScope": "Watermark"}}, nil)
	default:
		p.say("Step 12  The job is started.")
		return p.source.Post(ctx, p.jobPath("/start"), nil, nil)
	}
	return nil
}

// finish does step 13: it watches the cycle to its end.
func (p *pair) finish(ctx context.Context) error {
	after, err := p.watch(ctx)
	if err != nil {
		return err
	}
	seconds := p.Clock.Now().Sub(p.began).Seconds()
	c, base := after.Cycle, p.base
	p.cycle = Cycle{
		Kind: "initial", Users: c.Imported, Created: c.Created - base.Created + p.onDemand, Updated: c.Updated - base.Updated + c.Disabled - base.Disabled,
		Skipped: c.OutScope, Failed: c.Failed, Seconds: seconds,
	}
	r := p.cycle
	p.say("Step 13  %d people looked at in %.1f s: %d created, %d updated, %d out of scope, %d failed.", r.Users, seconds, r.Created, r.Updated, r.Skipped, r.Failed)
	return nil
}

// pollEvery is how often the state of the job is asked for.
const pollEvery = 200 * time.Millisecond

// watch waits until a cycle has ended that had not when the job was started. Where the target has shut the door, it waits
// until the job has met it.
func (p *pair) watch(ctx context.Context) (jobStatus, error) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		s, err := p.jobStatus(ctx)
		if err != nil {
			return s, err
		}
		if q := s.Status.Quarantine; q != nil && p.shut {
			return jobStatus{}, nil
		} else if q != nil {
			return s, hospes.Invalidf("demo.synchronize", "The cycle was refused: %s", q.Error.Message)
		}
		if len(s.Status.Progress) > 0 {
			p.progress(s.Status.Progress[0].CompletedUnits, s.Status.Progress[0].TotalUnits)
		} else if e := s.Status.LastExecution; e != nil && e.ActivityIdentifier != p.last && !e.TimeEnded.IsZero() && e.TimeEnded.Year() > 1 {
			p.progress(s.Cycle.Imported, s.Cycle.Imported)
			return s, nil
		}
		select {
		case <-ctx.Done():
			return s, ctx.Err()
		case <-ticker.C:
		}
	}
}

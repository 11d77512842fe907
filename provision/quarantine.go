package provision

import (
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// Why a whole job is slowed down (provisioning 6.2).
const (
	QuarantineException      = "EncounteredQuarantineException"
	QuarantineProportion     = "EncounteredEscrowProportionThreshold"
	QuarantineFailures       = "EncounteredBaseEscrowThreshold"
	QuarantineTotal          = "EncounteredTotalEscrowThreshold"
	QuarantineTooManyDeletes = "TooManyDeletes"
)

// Failures of one cycle that put its job into quarantine.
const (
	proportionFrom  = 5_000 // and more than two in five of all events
	failuresAllowed = 40_000
	totalAllowed    = 60_000
)

// TooManyFailures gives the reason for a quarantine, or "". Failures to set a reference count only in the total.
func TooManyFailures(c hospes.CycleCounts) string {
	events := c.Exported() + c.Failed
	switch {
	case c.Failed+c.FailedReferences > totalAllowed:
		return QuarantineTotal
	case c.Failed > failuresAllowed:
		return QuarantineFailures
	case c.Failed >= proportionFrom && c.Failed*5 > events*2:
		return QuarantineProportion
	}
	return ""
}

// quarantine slows the job down, or keeps it slow: a series goes on with growing distances between the attempts. It is
// told of when it begins and when its reason changes; after 28 days the job is switched off.
func (r *run) quarantine(tx store.Tx, reason, code, text string) error {
	s := &r.job.Status
	q := s.Quarantine
	news := true
	switch {
	case q == nil:
		q = &hospes.Quarantine{SeriesBegan: r.now, CurrentBegan: r.now}
	case q.Reason != reason:
		q.CurrentBegan = r.now
	default:
		news = false
	}
	q.Reason, q.ErrCode, q.ErrText = reason, code, text
	q.SeriesCount++
	q.NextAttempt = r.now.Add(quarantineDelay(q.SeriesCount))
	s.Quarantine, s.Code = q, hospes.JobCodeQuarantine
	if r.job.State == hospes.JobActive && r.now.Sub(q.SeriesBegan) >= escrowLife {
		r.job.State, s.Code = hospes.JobDisabled, hospes.JobCodePaused
		if err := tx.PutJob(&r.job); err != nil {
			return err
		}
	}
	if !news {
		return nil
	}
	record := jobAudit("Quarantine", r.principal)
	record.Describe(code, text)
	if err := tx.Audit(record); err != nil {
		return err
	}
	if reason == QuarantineTooManyDeletes {
		return nil // told with the count
	}
	return r.notify(tx, "quarantine", words.Args{"reason": reason, "detail": text, "next": q.NextAttempt.Format(time.RFC3339)})
}

// quarantineDelay gives 6, 12 and then 24 hours between attempts.
func quarantineDelay(attempt int) time.Duration {
	switch attempt {
	case 1:
		return 6 * time.Hour
	case 2:
		return 12 * time.Hour
	}
	return 24 * time.Hour
}

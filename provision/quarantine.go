package provision

import (
	"time"

	"github.com/hospes-dev/hospes"
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

// tooManyFailures gives the reason for a quarantine, or "". Failures to set a reference count only in the total.
func tooManyFailures(c hospes.CycleCounts) string {
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

// quarantine slows the job down, or keeps it slow: a series goes on with growing distances between the attempts.
func (r *run) quarantine(reason, code, text string) {
	s := &r.job.Status
	q := s.Quarantine
	switch {
	case q == nil:
		q = &hospes.Quarantine{SeriesBegan: r.now, CurrentBegan: r.now}
	case q.Reason != reason:
		q.CurrentBegan = r.now
	}
	q.Reason, q.ErrCode, q.ErrText = reason, code, text
	q.SeriesCount++
	q.NextAttempt = r.now.Add(quarantineDelay(q.SeriesCount))
	s.Quarantine, s.Code = q, hospes.JobCodeQuarantine
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

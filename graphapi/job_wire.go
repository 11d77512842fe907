package graphapi

import (
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
)

// wireExecution is a synchronizationTaskExecution.
type wireExecution struct {
	ActivityIdentifier           string     `json:"activityIdentifier"`
	CountEntitled                int64      `json:"countEntitled"`
	CountEntitledForProvisioning int64      `json:"countEntitledForProvisioning"`
	CountEscrowed                int64      `json:"countEscrowed"`
	CountEscrowedRaw             int64      `json:"countEscrowedRaw"`
	CountExported                int64      `json:"countExported"`
	CountExports                 int64      `json:"countExports"`
	CountImported                int64      `json:"countImported"`
	CountImportedDeltas          int64      `json:"countImportedDeltas"`
	CountImportedReferenceDeltas int64      `json:"countImportedReferenceDeltas"`
	State                        string     `json:"state"`
	TimeBegan                    string     `json:"timeBegan"`
	TimeEnded                    string     `json:"timeEnded"`
	Error                        *wireError `json:"error"`
}

// wireError is a synchronizationError.
type wireError struct {
	Code             string `json:"code"`
	Message          string `json:"message"`
	TenantActionable bool   `json:"tenantActionable"`
}

func wireTime(t time.Time) string {
	if t.IsZero() {
		return never
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func wireExecutionOf(e *hospes.Execution) *wireExecution {
	if e == nil {
		return nil
	}
	c := e.Counts
	out := &wireExecution{
		ActivityIdentifier: e.ID, CountEntitled: c.Entitled, CountEntitledForProvisioning: c.Entitled, CountEscrowed: c.Failed, CountEscrowedRaw: c.Failed,
		CountExported: c.Exported(), CountExports: c.Exported(), CountImported: c.Imported, CountImportedDeltas: c.Deltas, State: e.State,
		TimeBegan: wireTime(e.Began), TimeEnded: wireTime(e.Ended),
	}
	if e.ErrCode != "" {
		out.Error = &wireError{e.ErrCode, e.ErrText, true}
	}
	return out
}

// neverRan is what a job shows that has not run: a failure without an error (provisioning 1.2).
func neverRan() *wireExecution {
	return &wireExecution{ActivityIdentifier: hospes.ObjectID{}.String(), State: "Failed", TimeBegan: never, TimeEnded: never, Error: &wireError{Code: "None"}}
}

// wireJob gives a job on the wire.
func wireJob(job hospes.Job, settings provision.Settings, now time.Time) map[string]any {
	s := job.Status
	last := wireExecutionOf(s.Last)
	if last == nil && job.State == hospes.JobActive {
		last = neverRan()
	}
	var quarantine any
	if q := s.Quarantine; q != nil {
		quarantine = map[string]any{
			"currentBegan": wireTime(q.CurrentBegan), "nextAttempt": wireTime(q.NextAttempt), "reason": q.Reason, "seriesBegan": wireTime(q.SeriesBegan),
			"seriesCount": q.SeriesCount, "error": wireError{q.ErrCode, q.ErrText, true},
		}
	}
	progress := []any{}
	counts := hospes.CycleCounts{}
	if cycle := s.Cycle; cycle != nil {
		counts = cycle.Counts
		progress = append(progress, map[string]any{
			"completedUnits": cycle.Counts.Imported, "totalUnits": max(cycle.Total, cycle.Counts.Imported), "units": "users",
			"progressObservationDateTime": wireTime(now),
		})
	} else if s.Last != nil {
		counts = s.Last.Counts
	}
	threshold := int64(provision.DefaultDeleteThreshold)
	if n := settings.Notification(); n.DeleteThresholdValue > 0 {
		threshold = n.DeleteThresholdValue
	}
	body := map[string]any{
		"id": job.ID, "templateId": job.Template,
		"schedule": map[string]any{"expiration": nil, "interval": isoDuration(job.Interval), "state": job.State},
		"status": map[string]any{
			"code": s.Code, "countSuccessiveCompleteFailures": s.Failures, "escrowsPruned": false, "lastExecution": last,
			"lastSuccessfulExecution": wireExecutionOf(s.LastGood), "lastSuccessfulExecutionWithExports": wireExecutionOf(s.LastExports),
			"quarantine": quarantine, "steadyStateFirstAchievedTime": wireTime(s.SteadyFirst), "steadyStateLastAchievedTime": wireTime(s.SteadyLast),
			"troubleshootingUrl": "", "progress": progress,
			"synchronizedEntryCountByType": synchronizedEntries(s),
		},
		"synchronizationJobSettings": wireJobSettings(job, threshold),
		// What Graph has no word for, as an annotation that clients pass over.
		"@hospes.cycle": counts,
	}
	if s.Ending {
		body["@hospes.ending"] = true
	}
	return body
}

func jsonInt(n int64) string { return string(raw(n)) }

// isoDuration writes a duration in whole seconds as ISO 8601: PT40M, PT1H30M.
func isoDuration(d time.Duration) string {
	b := []byte("PT")
	for _, part := range []struct {
		n    int64
		unit byte
	}{{int64(d / time.Hour), 'H'}, {int64(d % time.Hour / time.Minute), 'M'}, {int64(d % time.Minute / time.Second), 'S'}} {
		if part.n > 0 {
			b = append(strconv.AppendInt(b, part.n, 10), part.unit)
		}
	}
	if len(b) == len("PT") {
		return "PT0S"
	}
	return string(b)
}

// synchronizedEntries counts what a job has linked, by type.
func synchronizedEntries(s hospes.JobStatus) []any {
	list := []any{map[string]any{"key": "User to User", "value": s.Synchronized}}
	if s.Grouped > 0 {
		list = append(list, map[string]any{"key": "Group to Group", "value": s.Grouped})
	}
	return list
}

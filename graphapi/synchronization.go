package graphapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

const (
	syncPath = "/servicePrincipals/{id}/synchronization"
	jobPath  = syncPath + "/jobs/{job}"
)

var synchronizationRoutes = []Route{
	{Key: "GET " + syncPath + "/templates", Permissions: readSync, Shows: "synchronizationTemplate", handle: (*call).listSyncTemplates},
	{Key: "GET " + syncPath + "/jobs", Permissions: readSync, Shows: "synchronizationJob", handle: (*call).listJobs},
	{Key: "POST " + syncPath + "/jobs", Permissions: writeSync, handle: (*call).createJob},
	{Key: "POST " + syncPath + "/jobs/validateCredentials", Permissions: writeSync, handle: (*call).validateCredentials},
	{Key: "GET " + jobPath, Permissions: readSync, Shows: "synchronizationJob", handle: (*call).getJob},
	{Key: "PATCH " + jobPath, Permissions: writeSync, handle: (*call).patchJob},
	{Key: "DELETE " + jobPath, Permissions: writeSync, handle: changeJob((*provision.Engine).Delete)},
	{Key: "POST " + jobPath + "/start", Permissions: writeSync, handle: changeJob((*provision.Engine).Start)},
	{Key: "POST " + jobPath + "/pause", Permissions: writeSync, handle: changeJob((*provision.Engine).Pause)},
	{Key: "POST " + jobPath + "/restart", Permissions: writeSync, handle: (*call).restartJob},
	{Key: "POST " + jobPath + "/validateCredentials", Permissions: writeSync, handle: (*call).validateCredentials},
	{Key: "POST " + jobPath + "/provisionOnDemand", Permissions: writeSync, handle: (*call).provisionOnDemand},
	{Key: "GET " + syncPath + "/secrets", Permissions: readSync, Shows: "synchronizationSecretKeyStringValuePair", handle: (*call).getSecrets},
	{Key: "PUT " + syncPath + "/secrets", Permissions: writeSync, handle: (*call).putSecrets},
}

// principalAndJob reads the service principal of the path, and the job where the path names one.
func (c *call) principalAndJob(r store.Reader) (sp *hospes.Object, job hospes.Job, err error) {
	if sp, err = c.findApp(r, hospes.ServicePrincipalSchema); err != nil || len(c.keys) < 2 {
		return sp, job, err
	}
	job, err = provision.FindJob(r, sp, c.keys[1])
	return sp, job, err
}

func (c *call) syncContext(suffix string) string {
	return "servicePrincipals('" + c.appID + "')/synchronization/" + suffix
}

func (c *call) listSyncTemplates() error {
	err := c.view(func(r store.Reader) error {
		_, err := c.findApp(r, hospes.ServicePrincipalSchema)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.syncContext("templates"), []map[string]any{{
		"id": provision.TemplateID, "applicationId": nil, "default": true, "description": nil, "discoverable": false, "factoryTag": provision.TemplateID, "metadata": []any{},
	}}, "")
}

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

// never is how a moment that has not come is written (provisioning 9.3).
const never = "0001-01-01T00:00:00Z"

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

func (c *call) listJobs() error {
	var list []map[string]any
	err := c.view(func(r store.Reader) error {
		sp, _, err := c.principalAndJob(r)
		if err != nil {
			return err
		}
		settings, err := c.api.Engine.ReadSettings(r, sp.Number)
		if err != nil {
			return err
		}
		jobs, err := r.Jobs(sp.Number)
		list = make([]map[string]any, len(jobs))
		for i, job := range jobs {
			list[i] = wireJob(job, settings, r.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.syncContext("jobs"), list, "")
}

func (c *call) getJob() error {
	var body map[string]any
	err := c.view(func(r store.Reader) error {
		sp, job, err := c.principalAndJob(r)
		if err != nil {
			return err
		}
		settings, err := c.api.Engine.ReadSettings(r, sp.Number)
		body = wireJob(job, settings, r.Now())
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, c.syncContext("jobs/$entity"), body)
}

func (c *call) createJob() error {
	var request struct {
		TemplateID string `json:"templateId"`
	}
	if err := c.decode(&request); err != nil {
		return err
	}
	var body map[string]any
	err := c.update(func(tx store.Tx) error {
		sp, err := c.findApp(tx, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		job, err := c.api.Engine.CreateJob(tx, sp, request.TemplateID)
		if err != nil {
			return err
		}
		settings, err := c.api.Engine.ReadSettings(tx, sp.Number)
		body = wireJob(job, settings, tx.Now())
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusCreated, c.syncContext("jobs/$entity"), body)
}

// changeJob runs one operation on the job of the path.
func changeJob(change func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error) func(*call) error {
	return func(c *call) error {
		if err := c.withJob(change); err != nil {
			return err
		}
		return c.noContent()
	}
}

func (c *call) withJob(change func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error) error {
	return c.update(func(tx store.Tx) error {
		sp, job, err := c.principalAndJob(tx)
		if err != nil {
			return err
		}
		return change(c.api.Engine, tx, sp, job)
	})
}

// deprovisionJob takes everybody away from the target and deletes the job then, which takes a while.
func deprovisionJob(c *call) error {
	if err := c.withJob((*provision.Engine).Deprovision); err != nil {
		return err
	}
	return c.accepted()
}

func (c *call) restartJob() error {
	var body struct {
		Criteria struct {
			ResetScope string `json:"resetScope"`
		} `json:"criteria"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return err
		}
	}
	scope, err := provision.ParseResetScope(body.Criteria.ResetScope)
	if err != nil {
		return err
	}
	return changeJob(func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error {
		return e.Restart(tx, sp, job, scope)
	})(c)
}

// credential is a key with a value, as secrets travel.
type credential struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (c *call) validateCredentials() error {
	var body struct {
		UseSavedCredentials bool         `json:"useSavedCredentials"`
		TemplateID          string       `json:"templateId"`
		Credentials         []credential `json:"credentials"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	settings := provision.Settings{}
	err := c.view(func(r store.Reader) error {
		sp, _, err := c.principalAndJob(r)
		if err != nil || !body.UseSavedCredentials {
			return err
		}
		settings, err = c.api.Engine.ReadSettings(r, sp.Number)
		return err
	})
	if err != nil {
		return err
	}
	if !body.UseSavedCredentials {
		for _, s := range body.Credentials {
			key, ok := provision.SettingKey(s.Key)
			if !ok {
				return hospes.Invalidf("graphapi.validateCredentials", "'%s' is not a synchronization secret.", s.Key)
			}
			settings[key] = s.Value
		}
	}
	if err := c.api.Engine.Validate(c.ctx(), c.caller.Tenant, settings); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) getSecrets() error {
	list := []credential{}
	err := c.view(func(r store.Reader) error {
		sp, _, err := c.principalAndJob(r)
		if err != nil {
			return err
		}
		settings, err := r.Settings(sp.Number)
		for _, s := range settings {
			list = append(list, credential{s.Key, "*"}) // what was saved is never told again
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.syncContext("secrets"), list, "")
}

func (c *call) putSecrets() error {
	var body struct {
		Value []credential `json:"value"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	settings := provision.Settings{}
	for _, s := range body.Value {
		settings[s.Key] = s.Value
	}
	err := c.update(func(tx store.Tx) error {
		sp, err := c.findApp(tx, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		return c.api.Engine.PutSettings(tx, sp, settings)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// synchronizedEntries counts what a job has linked, by type.
func synchronizedEntries(s hospes.JobStatus) []any {
	list := []any{map[string]any{"key": "User to User", "value": s.Synchronized}}
	if s.Grouped > 0 {
		list = append(list, map[string]any{"key": "Group to Group", "value": s.Grouped})
	}
	return list
}

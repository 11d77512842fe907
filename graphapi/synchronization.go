package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

const (
	syncPath = "/servicePrincipals/{id}/synchronization"
	jobPath  = syncPath + "/jobs/{job}"
)

var synchronizationRoutes = []Route{
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

// never is how a moment that has not come is written (provisioning 9.3).
const never = "0001-01-01T00:00:00Z"

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

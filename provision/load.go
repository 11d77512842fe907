package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// open takes the lease of a job and reads what a pass needs.
func (e *Engine) open(ctx context.Context, tenant hospes.TenantID, jobID string) (*run, error) {
	r := &run{engine: e, tenant: tenant, now: e.Clock.Now()}
	idle := false
	err := e.Store.View(ctx, tenant, func(reader store.Reader) error {
		job, err := reader.Job(jobID)
		if err != nil {
			return err
		}
		r.job = job
		idle, err = r.isIdle(reader)
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.job.State != hospes.JobActive {
		return nil, &hospes.Error{Kind: hospes.KindConflict, Op: "provision.RunCycle", Code: "JobNotActive", Message: "The job is not started."}
	}
	if idle {
		return nil, errIdle
	}
	name := fmt.Sprintf("job/%d", r.job.Number)
	if r.lease, err = e.Store.Acquire(ctx, name, e.Node, leaseLife); err != nil {
		return nil, err
	}
	if err := r.load(ctx); err != nil {
		if hospes.CodeOf(err) == CodeCredentialsMissing {
			err = errors.Join(err, r.refuse(ctx, err)) // or it would be tried again every second
		}
		return nil, errors.Join(err, e.Store.Release(context.WithoutCancel(ctx), r.lease))
	}
	return r, nil
}

// isIdle tells that a job has nothing to do: nothing changed, nothing is staged, no failure is due again, nobody waits
// for references, no gate has to be tried.
func (r *run) isIdle(reader store.Reader) (bool, error) {
	seq, err := reader.Seq()
	if err != nil {
		return false, err
	}
	s := r.job.Status
	if s.Cycle != nil || s.Initial || s.Code != hospes.JobCodeActive || seq > s.Watermark || s.Linked || s.GroupsClosed {
		return false, nil
	}
	staged, err := reader.CountStaged(r.job.Number) // held once, and the job was started since
	if err != nil || staged > 0 {
		return false, err
	}
	due, err := reader.DueEscrows(r.job.Number, 0, r.now, 1)
	return len(due) == 0, err
}

// load reads the job again, now that it is ours, with its settings, schema and assigned groups.
func (r *run) load(ctx context.Context) error {
	return r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
		job, err := reader.Job(r.job.ID)
		if err != nil {
			return err
		}
		r.job, r.cycle = job, job.Status.Cycle
		if r.principal, err = store.FindNumber(reader, store.Live, job.Principal); err != nil {
			return err
		}
		if r.settings, err = r.engine.ReadSettings(reader, job.Principal); err != nil {
			return err
		}
		schema, err := r.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		template, err := r.engine.template(job.Template)
		if err != nil {
			return err
		}
		if r.people, r.groups, err = compile(schema, template); err != nil {
			return err
		}
		if job.Status.Ending && r.groups != nil { // whatever the mappings say now, what was brought is taken away
			r.groups.off = ReasonNone
		}
		if r.target, err = template.Connect(r.settings, r.people.target); err != nil {
			return err
		}
		return r.readAssigned(reader)
	})
}

func credentialsMissing() error {
	return &hospes.Error{
		Kind: hospes.KindInvalid, Op: "provision", Code: CodeCredentialsMissing,
		Message: "The job has no credentials: save CompanyId and AuthenticationType as synchronization secrets first.",
	}
}

// readAssigned reads which groups are assigned, and the names of the roles.
func (r *run) readAssigned(reader store.Reader) error {
	roles, err := hospes.AppRoles(r.principal)
	if err != nil {
		return err
	}
	r.roles = map[hospes.ObjectID]string{hospes.DefaultAppRole: "Default Access"}
	for _, role := range roles {
		r.roles[role.ID] = role.DisplayName
	}
	_, groupsEnd := reader.Tenant().Number.Range(hospes.ClassGroup)
	groupsStart, _ := reader.Tenant().Number.Range(hospes.ClassGroup)
	assigned, err := reader.AssignmentsBetween(r.job.Principal, groupsStart, groupsEnd)
	if err != nil {
		return err
	}
	r.assigned, r.binned = nil, nil
	for _, a := range assigned {
		r.assigned = append(r.assigned, a.Principal)
	}
	docs, err := reader.Numbered(store.InBin, r.assigned...)
	if err != nil {
		return err
	}
	for _, d := range docs { // a group in the bin assigns nobody
		if d.Schema != nil {
			r.binned = append(r.binned, d.Number)
		}
	}
	r.assigned = slices.DeleteFunc(r.assigned, func(n hospes.Number) bool { return slices.Contains(r.binned, n) })
	return nil
}

package provision

import (
	"context"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

// Explanation is what a job would do about a person now, and why.
type Explanation struct {
	Job    hospes.Job
	RuleID string
	Target hospes.TenantID // zero where the target is no tenant
	Gates  []policy.Gate   // switches that stop the job

	Person   *hospes.Object
	Active   bool // enabled in the source
	Assigned bool
	Internal bool // passes the implicit filter of provisioning 3.4
	Passes   bool // the scoping filter
	Verdicts []scope.Verdict

	Link  *hospes.Link    // nil where the job has not met the person
	Entry connector.Entry // what is linked or matches; nil for nobody
	Step  Step

	Idle   bool          // the next cycle has nothing to look at
	Escrow *store.Escrow // the failure that the person waits with; nil for none
}

// Explain plans one person without doing anything. Closed gates do not stop it.
func (e *Engine) Explain(ctx context.Context, tenant hospes.TenantID, jobID string, person hospes.ObjectID) (*Explanation, error) {
	r := &run{engine: e, tenant: tenant, now: e.Clock.Now(), onDemand: true}
	if err := r.loadUnleased(ctx, jobID); err != nil {
		return nil, err
	}
	r.cycle = &hospes.CycleProgress{Kind: hospes.CycleOnDemand, Began: r.now}
	p := &batch{run: r, of: r.people, gather: func(source store.Reader) ([]*subject, error) {
		object, err := store.Find(source, store.Live, hospes.UserSchema, person)
		if err != nil {
			return nil, err
		}
		return r.subjectsOf(source, r.people, []hospes.Number{object.Number})
	}}
	out := &Explanation{Job: r.job, RuleID: r.people.ruleID}
	if target, ok := r.target.(connector.Local); ok {
		out.Target = target.Tenant()
		if err := r.findTarget(ctx); err != nil {
			return nil, err
		}
		gates, err := e.Gates(ctx, tenant, out.Target)
		if err != nil {
			return nil, err
		}
		out.Gates = gates
	}
	if err := e.look(ctx, r, p); err != nil {
		return nil, err
	}
	err := e.Store.View(ctx, tenant, func(source store.Reader) (err error) {
		out.Idle, err = r.isIdle(source)
		return err
	})
	if err != nil {
		return nil, err
	}
	s := p.subjects[0]
	out.Escrow = s.escrow
	out.Person, out.Link, out.Entry, out.Step = s.object, s.link, s.target, p.steps[0]
	out.Active, out.Assigned, out.Internal = s.scope.active, s.scope.assigned, s.scope.implicit
	out.Passes, out.Verdicts = s.scope.filter && s.scope.imported, s.scope.verdicts
	return out, nil
}

// findTarget makes sure that a target that should be a tenant of this instance is one.
func (r *run) findTarget(ctx context.Context) error {
	target, ok := r.target.(connector.Local)
	if !ok {
		return nil
	}
	_, err := r.engine.Store.Tenant(ctx, target.Tenant())
	if hospes.KindOf(err) == hospes.KindNotFound {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "provision.findTarget", Code: CodeTargetNotFound, Message: "The target tenant is not of this instance."}
	}
	return err
}

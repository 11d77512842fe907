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
	if err := e.Store.View(ctx, tenant, p.read); err != nil {
		return nil, err
	}
	out := &Explanation{Job: r.job, RuleID: r.people.ruleID}
	switch target := r.target.(type) {
	case connector.Local:
		out.Target = target.Tenant()
		if _, err := e.Store.Tenant(ctx, out.Target); err != nil {
			if hospes.KindOf(err) != hospes.KindNotFound {
				return nil, err
			}
			return nil, &hospes.Error{Kind: hospes.KindInvalid, Op: "provision.Explain", Code: CodeTargetNotFound, Message: "The target tenant is not of this instance."}
		}
		gates, err := e.Gates(ctx, tenant, out.Target)
		if err != nil {
			return nil, err
		}
		out.Gates = gates
		err = e.Store.View(ctx, out.Target, func(reader store.Reader) error {
			looked, err := target.Look(reader)
			if err != nil {
				return err
			}
			return p.decide(ctx, looked)
		})
		if err != nil {
			return nil, err
		}
	case connector.Remote:
		if err := p.decide(ctx, target); err != nil {
			return nil, unreachable(err)
		}
	}
	s := p.subjects[0]
	out.Person, out.Link, out.Entry, out.Step = s.object, s.link, s.target, p.steps[0]
	out.Active, out.Assigned, out.Internal = s.scope.active, s.scope.assigned, s.scope.implicit
	out.Passes, out.Verdicts = s.scope.filter && s.scope.imported, s.scope.verdicts
	return out, nil
}

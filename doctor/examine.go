package doctor

import (
	"context"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// Doctor examines people of one tenant.
type Doctor struct {
	Store  store.Store
	Engine *provision.Engine
}

// Examine gives what keeps a person of a tenant from being right in the targets of its jobs: for each job the causes,
// the first to be mended first; or that there is none. Nothing is changed.
func (d *Doctor) Examine(ctx context.Context, tenant hospes.TenantID, person hospes.ObjectID) ([]Finding, error) {
	var jobs []hospes.Job
	err := d.Store.View(ctx, tenant, func(r store.Reader) (err error) {
		jobs, err = r.Jobs(0)
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []Finding
	for _, job := range jobs {
		x, err := d.Engine.Explain(ctx, tenant, job.ID, person)
		code := hospes.CodeOf(err)
		aimless := code == provision.CodeCredentialsMissing || code == provision.CodeTargetNotFound
		if err != nil && !aimless {
			return nil, err
		}
		if aimless {
			x = &provision.Explanation{Job: job}
		}
		c := &consultation{doctor: d, ctx: ctx, source: tenant, x: x}
		if err := c.open(person); err != nil {
			return nil, err
		}
		if aimless {
			f := c.finding(NoTarget, Source)
			f.Evidence = []Evidence{{"errorCode", code}}
			all = append(all, f)
			continue
		}
		found, err := c.examine()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// consultation is the look at one person in one job.
type consultation struct {
	doctor    *Doctor
	ctx       context.Context
	source    hospes.TenantID
	x         *provision.Explanation
	principal *hospes.Object
	from, to  hospes.Tenant
	out, in   policy.Access // the settings of the source towards the target, and of the target towards the source
	mayInvite bool
	namesake  *hospes.Object // who has the person's address in the target; nil for nobody
}

// open reads what the explanation does not tell.
func (c *consultation) open(person hospes.ObjectID) error {
	err := c.doctor.Store.View(c.ctx, c.source, func(r store.Reader) (err error) {
		c.from = r.Tenant()
		if c.x.Person == nil {
			if c.x.Person, err = store.Find(r, store.Live, hospes.UserSchema, person); err != nil {
				return err
			}
		}
		if c.out, err = policy.Read(r, c.x.Target); err != nil {
			return err
		}
		c.principal, err = store.FindNumber(r, store.Live, c.x.Job.Principal)
		return err
	})
	if err != nil || c.x.Target.IsZero() {
		return err
	}
	return c.doctor.Store.View(c.ctx, c.x.Target, func(r store.Reader) error {
		c.to = r.Tenant()
		var err error
		if c.in, err = policy.Read(r, c.source); err != nil {
			return err
		}
		authorization, err := store.FindSingleton(r, hospes.AuthorizationPolicySchema)
		if err != nil {
			return err
		}
		c.mayInvite = mayInvite(authorization)
		holder, err := store.FindHolder(r, hospes.SpaceAddress, hospes.Fold(c.x.Person.Text(hospes.UserMail)))
		if hospes.KindOf(err) == hospes.KindNotFound {
			return nil
		}
		c.namesake = holder
		return err
	})
}

// letIn tells that the target lets the source in. Of one that does not nothing is told but its gates: whoever names a
// tenant in a job of their own could ask it for addresses otherwise.
func (c *consultation) letIn() bool {
	return !slices.ContainsFunc(c.x.Gates, func(g policy.Gate) bool { return g.Target })
}

// examine asks the questions in their order. A stopped job or a gate that the source has closed hides nothing of the
// rest: all that is to be mended is said at once.
func (c *consultation) examine() ([]Finding, error) {
	found := c.gates()
	found = append(found, c.job()...)
	scope := c.scope()
	if found = append(found, scope...); len(scope) == 0 && c.letIn() {
		found = append(found, c.there()...)
	}
	if len(found) > 0 {
		return found, nil
	}
	if c.x.Step.Kind == provision.StepSkip && c.x.Link != nil {
		return []Finding{c.finding(Present, Nowhere)}, nil
	}
	if c.x.Idle {
		return []Finding{c.postponed()}, nil
	}
	return []Finding{c.finding(Waiting, Nowhere)}, nil
}

// finding begins a finding, with the arguments that all have.
func (c *consultation) finding(code Code, acts Side) Finding {
	f := Finding{Code: code, Acts: acts, Job: c.x.Job, Args: words.Args{
		"person": c.x.Person.Text(hospes.UserDisplayName), "source": c.from.DisplayName, "target": c.to.DisplayName,
		"configuration": c.principal.Text(hospes.PrincipalDisplayName),
	}}
	switch acts {
	case Source:
		f.Tenant = c.from.ID
	case Target:
		f.Tenant = c.to.ID
	}
	return f
}

func (c *consultation) jobPath() string {
	return "/v1.0/servicePrincipals/" + c.principal.ID.String() + "/synchronization/jobs/" + c.x.Job.ID
}

const partners = "/v1.0/policies/crossTenantAccessPolicy/partners"

// gates are the switches of the two tenants (provisioning 3.2).
func (c *consultation) gates() (found []Finding) {
	for _, gate := range c.x.Gates {
		var f Finding
		switch {
		case !gate.Target:
			f = c.finding(GateOutbound, Source)
			f.Fix = consent(c.out, c.to.ID, "outboundAllowed")
		case gate.Name == "automaticUserConsentSettings.inboundAllowed":
			f = c.finding(GateInbound, Target)
			f.Fix = consent(c.in, c.from.ID, "inboundAllowed")
		default:
			f = c.finding(GateSync, Target)
			f.Fix = &Fix{"PUT", partners + "/" + c.from.ID.String() + "/identitySynchronization", map[string]any{
				"displayName": c.from.DisplayName, "userSyncInbound": map[string]bool{"isSyncAllowed": true},
			}}
			if c.in.Partner != nil && c.in.Partner.Get(hospes.PartnerIdentitySynchronization) != hospes.Null {
				f.Fix.Method = "PATCH"
			}
		}
		f.Evidence = []Evidence{{gate.Name, "false"}}
		found = append(found, f)
	}
	return found
}

// consent is the call that switches one side of the consent on, in an entry that may not be there yet.
func consent(have policy.Access, other hospes.TenantID, side string) *Fix {
	settings := map[string]any{"automaticUserConsentSettings": map[string]bool{side: true}}
	if have.Partner != nil {
		return &Fix{"PATCH", partners + "/" + other.String(), settings}
	}
	settings["tenantId"] = other.String()
	return &Fix{"POST", partners, settings}
}

// job asks whether the job runs.
func (c *consultation) job() []Finding {
	job := c.x.Job
	start := &Fix{"POST", c.jobPath() + "/start", nil}
	switch q := job.Status.Quarantine; {
	case job.State != hospes.JobActive:
		f := c.finding(JobStopped, Source)
		f.Evidence, f.Fix = []Evidence{{"schedule.state", string(job.State)}}, start
		return []Finding{f}
	case q != nil && q.ErrCode == provision.CodeGateClosed && len(c.x.Gates) > 0:
		return nil // that is what the closed gate has led to, and is told already
	case q != nil:
		f := c.finding(JobQuarantined, Source)
		f.Args["reason"], f.Args["next"] = q.Reason, q.NextAttempt.Format(time.RFC3339)
		f.Evidence = []Evidence{{"status.quarantine.reason", q.Reason}, {"status.quarantine.error", q.ErrText}}
		if q.Reason != provision.QuarantineTooManyDeletes { // that one wants a decision, not a start
			f.Fix = start
		}
		return []Finding{f}
	}
	return nil
}

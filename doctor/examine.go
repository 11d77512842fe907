package doctor

import (
	"context"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector/local"
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

// smsPhone is the id of everybody's mobile phone, the only one that somebody can sign in with by SMS.
const smsPhone = "3179e48a-750b-4051-897c-87b9720928f7"

// scope asks whether the person is to be synchronized at all.
func (c *consultation) scope() (found []Finding) {
	x := c.x
	user := "/v1.0/users/" + x.Person.ID.String()
	switch number := hospes.SMSSignIn(x.Person); {
	case x.Internal:
	case number != "":
		f := c.finding(SMSSignIn, Source)
		f.Evidence = []Evidence{{"phoneMethods/" + smsPhone, "smsSignInState ready"}}
		f.Fix = &Fix{"POST", user + "/authentication/phoneMethods/" + smsPhone + "/disableSmsSignIn", nil}
		found = append(found, f)
	default:
		f := c.finding(External, Nowhere)
		f.Evidence = []Evidence{{"userType", x.Person.Text(hospes.UserUserType)}, {"externalUserState", x.Person.Text(hospes.UserExternalState)}}
		return []Finding{f}
	}
	if !x.Active {
		f := c.finding(Disabled, Source)
		f.Evidence = []Evidence{{"accountEnabled", "false"}}
		f.Fix = &Fix{"PATCH", user, map[string]bool{"accountEnabled": true}}
		found = append(found, f)
	}
	if !x.Assigned {
		f := c.finding(Unassigned, Source)
		f.Evidence = []Evidence{{"appRoleAssignedTo", c.principal.ID.String()}}
		f.Fix = &Fix{"POST", "/v1.0/servicePrincipals/" + c.principal.ID.String() + "/appRoleAssignedTo", map[string]string{
			"principalId": x.Person.ID.String(), "resourceId": c.principal.ID.String(), "appRoleId": c.role(),
		}}
		found = append(found, f)
	}
	if !x.Passes {
		f := c.finding(Filtered, Source)
		for _, v := range x.Verdicts {
			if !v.Holds {
				f.Evidence = append(f.Evidence, Evidence{v.Label, "false"})
				if f.Args["clause"] == "" {
					f.Args["clause"] = v.Label
				}
			}
		}
		found = append(found, f)
	}
	return found
}

// role gives the role that an assignment needs.
func (c *consultation) role() string {
	roles, err := hospes.AppRoles(c.principal)
	if err != nil || len(roles) == 0 {
		return hospes.DefaultAppRole.String()
	}
	return roles[0].ID.String()
}

// holders are the findings about an address that somebody or something else has, by what has it.
var holders = map[*hospes.Schema]Code{hospes.UserSchema: AddressTaken, hospes.ContactSchema: ContactAddress, hospes.GroupSchema: GroupAddress}

// there asks what is in the target.
func (c *consultation) there() []Finding {
	x := c.x
	var twin *hospes.Object
	if e, ok := x.Entry.(local.Person); ok {
		twin = e.Object
	}
	switch {
	case x.Step.Reason == provision.ReasonTargetDeleted && twin != nil:
		f := c.finding(Deleted, Target)
		f.Evidence = []Evidence{{"id", twin.ID.String()}, {"deletedDateTime", twin.Deleted.Format(time.RFC3339)}}
		f.Fix = &Fix{"POST", "/v1.0/directory/deletedItems/" + twin.ID.String() + "/restore", nil}
		return []Finding{f}
	case x.Link == nil && c.namesake != nil && untied(c.namesake):
		return []Finding{c.invited(PendingGuest, c.namesake)}
	case twin != nil && c.oldName(twin):
		return []Finding{c.invited(OldName, twin)}
	case x.Link == nil && twin == nil && c.namesake != nil:
		f := c.finding(holders[c.namesake.Schema], Target)
		f.Args["address"] = x.Person.Text(hospes.UserMail)
		f.Evidence = []Evidence{{"mail", x.Person.Text(hospes.UserMail)}, {"id", c.namesake.ID.String()}}
		return []Finding{f}
	case x.Link == nil && twin == nil && !c.mayInvite:
		f := c.finding(NobodyInvites, Target)
		f.Evidence = []Evidence{{"allowInvitesFrom", "none"}}
		f.Fix = &Fix{"PATCH", "/v1.0/policies/authorizationPolicy", map[string]string{"allowInvitesFrom": "adminsAndGuestInviters"}}
		return []Finding{f}
	case twin != nil && twin.Deleted.IsZero() && !twin.Get(hospes.UserAccountEnabled).Bool():
		f := c.finding(Blocked, Target)
		f.Evidence = []Evidence{{"id", twin.ID.String()}, {"accountEnabled", "false"}}
		f.Fix = &Fix{"PATCH", "/v1.0/users/" + twin.ID.String(), map[string]bool{"accountEnabled": true}}
		return []Finding{f}
	case x.Step.Kind == provision.StepFail:
		f := c.finding(Refused, Source)
		f.Args["text"] = x.Step.Text
		f.Evidence = []Evidence{{"errorCode", string(x.Step.Reason)}}
		return []Finding{f}
	}
	return nil
}

// invited is about a guest that was invited by hand: a provisioning on demand takes it over and mends its name.
func (c *consultation) invited(code Code, guest *hospes.Object) Finding {
	f := c.finding(code, Source)
	f.Evidence = []Evidence{
		{"id", guest.ID.String()}, {"userPrincipalName", guest.Text(hospes.UserPrincipalName)}, {"externalUserState", guest.Text(hospes.UserExternalState)},
	}
	f.Fix = c.onDemand()
	return f
}

// postponed is somebody who has failed, or was mended in the target, and has not changed in the source since: no cycle
// looks at them before they do, or a retry is due.
func (c *consultation) postponed() Finding {
	f := c.finding(Postponed, Source)
	if e := c.x.Escrow; e != nil {
		f.Evidence = []Evidence{{"errorCode", e.Code}, {"nextAttempt", e.Next.Format(time.RFC3339)}}
	} else if last := c.x.Job.Status.Last; last != nil {
		f.Evidence = []Evidence{{"status.lastExecution.timeEnded", last.Ended.Format(time.RFC3339)}}
	}
	f.Fix = c.onDemand()
	return f
}

// onDemand is the call that takes the person through the job at once.
func (c *consultation) onDemand() *Fix {
	return &Fix{"POST", c.jobPath() + "/provisionOnDemand", map[string]any{"parameters": []any{map[string]any{
		"ruleId": c.x.RuleID, "subjects": []any{map[string]string{"objectId": c.x.Person.ID.String(), "objectTypeName": "User"}},
	}}}}
}

package doctor

import (
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/provision"
)

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

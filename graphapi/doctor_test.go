package graphapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// patient is a pair of tenants with a running job and one person.
type patient struct {
	*story
	anna string
}

func newPatient(t testing.TB) *patient {
	p := &patient{story: newStory(t)}
	p.source.do("POST "+p.job+"/start", "").empty()
	p.anna = p.source.person("anna", "mail", "anna@aurora.example", "department", "Research")
	return p
}

// assigned makes the person one that is present in the target.
func (p *patient) assigned() {
	p.Helper()
	p.assign(p.anna)
	p.cycle()
}

func (p *patient) twin() string {
	p.Helper()
	ids := p.arrivals()
	if len(ids) != 1 {
		p.Fatalf("%d people have arrived", len(ids))
	}
	return strings.Trim(ids[0], `"`)
}

// codes gives what the doctor finds.
func (p *patient) codes() []string {
	p.Helper()
	list := p.source.do("GET /hospes/v1/doctor/"+p.anna, "").is(http.StatusOK).items("code")
	for i := range list {
		list[i] = strings.Trim(list[i], `"`)
	}
	return list
}

// mend makes the call of the finding with the code, in the tenant that has to act.
func (p *patient) mend(code string) {
	p.Helper()
	var answer struct {
		Value []struct {
			Code     string
			TenantID string `json:"actingTenantId"`
			Fix      *struct {
				Method, Path string
				Body         json.RawMessage
			}
		}
	}
	r := p.source.do("GET /hospes/v1/doctor/"+p.anna, "").is(http.StatusOK)
	if err := json.Unmarshal([]byte(r.text), &answer); err != nil {
		p.Fatal(err)
	}
	for _, f := range answer.Value {
		if f.Code != code {
			continue
		}
		if f.Fix == nil {
			p.Fatalf("%s has no fix", code)
		}
		who := p.source
		if f.TenantID == p.target.tenant.ID.String() {
			who = p.target
		}
		text := string(f.Fix.Body)
		if text == "null" {
			text = ""
		}
		if r := who.do(f.Fix.Method+" "+f.Fix.Path, text); r.status >= 300 {
			p.Fatalf("the fix of %s answers %d: %s", code, r.status, r.text)
		}
	}
}

// TestDoctor breaks one thing after the other, asks why anna is not there, makes the call that is offered, and asks again.
func TestDoctor(t *testing.T) {
	filter := `{"groups":[{"name":"Staff","clauses":[{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Sales"]}}]}]}`
	for name, test := range map[string]struct {
		harm   func(p *patient)
		want   []string
		mended bool // the offered call mends it
	}{
		"nothing is wrong and she is there": {func(p *patient) { p.assigned() }, []string{"present"}, false},
		"nothing is wrong but the cycle":    {func(p *patient) { p.assign(p.anna) }, []string{"waiting"}, false},
		"X01 the source does not consent":   {func(p *patient) { p.assign(p.anna); p.open(false, true, true) }, []string{"gateOutbound"}, true},
		"X01 the target does not consent":   {func(p *patient) { p.assign(p.anna); p.open(true, false, true) }, []string{"gateInbound"}, true},
		"X01 the target lets nobody in":     {func(p *patient) { p.assign(p.anna); p.open(true, true, false) }, []string{"gateSync"}, true},
		"X01 all three switches are off":    {func(p *patient) { p.assign(p.anna); p.open(false, false, false) }, []string{"gateOutbound", "gateInbound", "gateSync"}, false},
		"a quarantine for a closed gate is told as the gate": {func(p *patient) {
			p.assign(p.anna)
			p.open(true, true, false)
			if _, err := p.engine.RunCycle(ctx, p.source.tenant.ID, p.jobID); err == nil {
				p.Fatal("the cycle has run")
			}
		}, []string{"gateSync"}, false},
		"the job is paused":   {func(p *patient) { p.assign(p.anna); p.source.do("POST "+p.job+"/pause", "").empty() }, []string{"jobStopped"}, true},
		"she is not assigned": {func(p *patient) {}, []string{"unassigned"}, true},
		"she is disabled at home": {func(p *patient) {
			p.assign(p.anna)
			p.source.do("PATCH /users/"+p.anna, `{"accountEnabled":false}`).empty()
		}, []string{"disabled"}, true},
		"she is disabled and not assigned": {func(p *patient) { p.source.do("PATCH /users/"+p.anna, `{"accountEnabled":false}`).empty() }, []string{"disabled", "unassigned"}, false},
		"X18 she is a guest": {func(p *patient) {
			p.assign(p.anna)
			p.source.do("PATCH /users/"+p.anna, `{"userType":"Guest"}`).empty()
		}, []string{"external"}, false},
		"X04 she signs in by SMS": {func(p *patient) {
			p.assign(p.anna)
			p.smsSignIn(p.anna)
		}, []string{"smsSignIn"}, true},
		"a clause of the filter says no": {func(p *patient) { p.assign(p.anna); p.scope(filter) }, []string{"filtered"}, false},
		"X05 nobody may invite": {func(p *patient) {
			p.assign(p.anna)
			p.target.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
		}, []string{"nobodyInvites"}, true},
		"X05 she has failed and nothing has changed since": {func(p *patient) {
			p.assign(p.anna)
			p.target.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"none"}`).empty()
			p.cycle()
			p.target.do("PATCH /policies/authorizationPolicy", `{"allowInvitesFrom":"everyone"}`).empty()
		}, []string{"postponed"}, true},
		"X10 she has changed while she was deleted": {func(p *patient) {
			p.assigned()
			twin := p.twin()
			p.target.do("DELETE /users/"+twin, "").empty()
			p.source.do("PATCH /users/"+p.anna, `{"department":"Sales"}`).empty()
			p.cycle()
			p.target.do("POST /directory/deletedItems/"+twin+"/restore", "").is(http.StatusOK)
		}, []string{"postponed"}, true},
		"X10 an administrator deleted her": {func(p *patient) { p.assigned(); p.target.do("DELETE /users/"+p.twin(), "").empty() }, []string{"deleted"}, true},
		"she is blocked in the target": {func(p *patient) {
			p.assigned()
			p.target.do("PATCH /users/"+p.twin(), `{"accountEnabled":false}`).empty()
		}, []string{"blocked"}, true},
		"X4 an own user has her address":     {func(p *patient) { p.assign(p.anna); p.target.person("namesake", "mail", "anna@aurora.example") }, []string{"addressTaken"}, false},
		"M06 a mail contact has her address": {func(p *patient) { p.assign(p.anna); p.target.contact("anna@aurora.example") }, []string{"contactAddress"}, false},
		"3.8 a group has her address": {func(p *patient) {
			p.assign(p.anna)
			p.source.do("PATCH /users/"+p.anna, `{"mail":"team@borealis.example"}`).empty()
			p.target.unified("team")
		}, []string{"groupAddress"}, false},
		"of a target that lets nobody in nothing is told": {func(p *patient) {
			p.assign(p.anna)
			p.target.person("namesake", "mail", "anna@aurora.example")
			p.open(true, false, false)
		}, []string{"gateInbound", "gateSync"}, false},
		"X06 she was invited and is pending": {func(p *patient) { p.invited(); p.assign(p.anna) }, []string{"pendingGuest"}, true},
		"X06 she was adopted with the old name": {func(p *patient) {
			p.cycle()
			p.invited()
			p.source.do("PATCH /users/"+p.anna, `{"userPrincipalName":"a.berg@aurora.example"}`).empty()
			p.assigned()
		}, []string{"oldName"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPatient(t)
			test.harm(p)
			if got := p.codes(); !slices.Equal(got, test.want) {
				t.Fatalf("the doctor finds %q, want %q", got, test.want)
			}
			if !test.mended {
				return
			}
			p.mend(test.want[0])
			p.Clock.Advance(time.Hour)
			p.cycle()
			if got := p.codes(); !slices.Equal(got, []string{"present"}) {
				t.Errorf("after the fix and a cycle it finds %q", got)
			}
		})
	}
}

// invited invites anna by hand, as people do who do not know of the synchronization, while there is no consent that would tie
// the guest to her.
func (p *patient) invited() {
	p.Helper()
	consent := func(given string) {
		p.target.do("PATCH "+partners+"/"+p.source.tenant.ID.String(), `{"automaticUserConsentSettings":{"inboundAllowed":`+given+`}}`).empty()
	}
	consent("false")
	p.target.do("POST /invitations", `{"invitedUserEmailAddress":"anna@aurora.example","inviteRedirectUrl":"https://borealis.example"}`).is(http.StatusCreated)
	consent("true")
}

// scope saves a scoping filter.
func (p *patient) scope(filter string) {
	p.Helper()
	r := p.source.do("GET "+p.job+"/schema", "").is(http.StatusOK)
	var schema map[string]any
	if err := json.Unmarshal([]byte(r.text), &schema); err != nil {
		p.Fatal(err)
	}
	delete(schema, "@odata.context")
	users := schema["synchronizationRules"].([]any)[0].(map[string]any)["objectMappings"].([]any)[0].(map[string]any)
	users["scope"] = json.RawMessage(filter)
	p.source.do("PUT "+p.job+"/schema", string(mustJSON(schema))).empty()
}

func TestDoctorSpeaksTheLanguageOfTheReader(t *testing.T) {
	p := newPatient(t)
	for asked, want := range map[string]string{
		"": "anna is not assigned to “Borealis”, neither directly nor by a group.", "de-AT": "anna ist „Borealis“ nicht zugewiesen, weder direkt noch über eine Gruppe.",
	} {
		r := p.source.do("GET /hospes/v1/doctor/"+p.anna, "", "Accept-Language", asked).is(http.StatusOK)
		if got := r.str("value.0.text"); got != want {
			t.Errorf("%q is answered %q", asked, got)
		}
	}
	p.source.do("GET /hospes/v1/doctor/nobody@aurora.example", "").is(http.StatusNotFound)
	p.target.do("GET /hospes/v1/doctor/"+p.anna, "").is(http.StatusNotFound)
}

package graphapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func TestWire5_4_SignInsAreFilteredAndPaged(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := hospes.NewObjectID(hospes.SystemRandom())
	for i, s := range []hospes.SignIn{
		{UserID: anna, UPN: "anna@aurora.example", UserName: "Anna", AppID: "a-1", AppName: "Ledger", Interactive: true, ErrorCode: 50126, Reason: "Wrong.", Client: "Browser", Home: c.tenant.ID, Host: c.tenant.ID},
		{UserID: anna, UPN: "anna@aurora.example", UserName: "Anna", AppName: "Ledger", Interactive: true, AMR: []string{"pwd"}, Home: c.tenant.ID, Host: c.tenant.ID, Correlation: "c-1"},
		{UPN: "nobody@aurora.example", Home: f.target.tenant.ID, Host: c.tenant.ID},
	} {
		s.ID = hospes.NewUUID(hospes.SystemRandom())
		f.Update(c.tenant, func(tx store.Tx) error { return tx.LogSignIn(&s) })
		if i == 0 {
			f.Clock.Advance(time.Hour)
		}
	}
	later := f.Clock.Now().Format(time.RFC3339)
	r := c.do("GET /auditLogs/signIns", "").is(http.StatusOK).has("@odata.context", `"`+f.server.URL+`/v1.0/$metadata#auditLogs/signIns"`)
	r.has("value.0.crossTenantAccessType", `"b2bCollaboration"`, "value.0.userId", `""`, "value.1.status.errorCode", "0", "value.1.authenticationMethodsUsed", `["pwd"]`,
		"value.2.status", `{"errorCode":50126,"failureReason":"Wrong.","additionalDetails":null}`, "value.2.userId", `"`+anna.String()+`"`, "value.2.createdDateTime", `"2026-11-20T12:00:00.0000000Z"`,
		"value.2.clientAppUsed", `"Browser"`, "value.2.isInteractive", "true", "value.2.homeTenantId", `"`+c.tenant.ID.String()+`"`, "value.2.riskState", `"none"`, "value.2.conditionalAccessStatus", `"notApplied"`)
	ids := r.items("id")
	for filter, want := range map[string]int{
		"userId eq '" + anna.String() + "'":                         2,
		"userPrincipalName eq 'ANNA@aurora.example'":                2,
		"startswith(userPrincipalName,'nobody')":                    1,
		"status/errorCode eq 50126":                                 1,
		"status/errorCode ne 0":                                     1,
		"isInteractive eq false":                                    1,
		"createdDateTime ge " + later:                               2,
		"createdDateTime lt " + later + " and appId eq 'a-1'":       1,
		"appDisplayName eq 'Ledger'":                                2,
		"crossTenantAccessType eq 'b2bCollaboration'":               1,
		"correlationId eq 'c-1' and isInteractive eq true":          1,
		"id eq '" + ids[1] + "'":                                    1,
		"homeTenantId eq '" + f.target.tenant.ID.String() + "'":     1,
		"resourceTenantId eq '" + f.target.tenant.ID.String() + "'": 0,
	} {
		equal(t, filter, len(c.do("GET /auditLogs/signIns"+query("$filter", filter), "").is(http.StatusOK).items("id")), want)
	}
	first := c.do("GET /auditLogs/signIns"+query("$top", "2", "$orderby", "createdDateTime desc"), "").is(http.StatusOK)
	next, _ := first.at("@odata.nextLink").(string)
	equal(t, "in pages", append(first.items("id"), c.send("GET", next, "").is(http.StatusOK).items("id")...), ids)
	c.do("GET /auditLogs/signIns"+query("$orderby", "createdDateTime"), "").is(http.StatusBadRequest)
	c.do("GET /auditLogs/signIns/"+ids[2], "").is(http.StatusOK).has("id", `"`+ids[2]+`"`, "status.errorCode", "50126")
	f.target.do("GET /auditLogs/signIns/"+ids[2], "").is(http.StatusNotFound)
	equal(t, "of another tenant", len(f.target.do("GET /auditLogs/signIns", "").is(http.StatusOK).items("id")), 0)
}

func TestGuests8_1_SignInPolicyOnTheWire(t *testing.T) {
	f := newFixture(t)
	c := f.source
	c.do("GET /hospes/v1/signInPolicy", "").is(http.StatusOK).has("requireMultifactor", `"none"`, "id", `"signInPolicy"`)
	c.do("PATCH /hospes/v1/signInPolicy", `{"requireMultifactor":"guests"}`).empty()
	c.do("GET /hospes/v1/signInPolicy", "").is(http.StatusOK).has("requireMultifactor", `"guests"`)
	for _, body := range []string{`{"requireMultifactor":"some"}`, `{"requireMultifactor":null}`, `{"other":1}`} {
		c.do("PATCH /hospes/v1/signInPolicy", body).is(http.StatusBadRequest)
	}
	c.do("GET /auditLogs/directoryAudits?$top=1", "").is(http.StatusOK).has("value.0.activityDisplayName", `"Update sign-in policy"`)
	f.target.do("GET /hospes/v1/signInPolicy", "").is(http.StatusOK).has("requireMultifactor", `"none"`)
}

func TestWire5_1_APasswordForOneSignIn(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	over := func() (over bool) {
		f.Update(c.tenant, func(tx store.Tx) error {
			id, _ := hospes.ParseObjectID(anna)
			user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
			if err != nil {
				return err
			}
			list, err := tx.Credentials(user.Number)
			over = len(list) == 1 && !list[0].Ends.IsZero()
			return err
		})
		return over
	}
	for body, want := range map[string]bool{
		`{"passwordProfile":{"password":"Quite-New-1","forceChangePasswordNextSignIn":true}}`:  true,
		`{"passwordProfile":{"password":"Quite-New-2","forceChangePasswordNextSignIn":false}}`: false,
	} {
		c.do("PATCH /users/"+anna, body).empty()
		if got := over(); got != want {
			t.Errorf("%s: has to be changed: %v", body, got)
		}
	}
}

func TestGuests8_1_ALostAuthenticatorIsTakenAway(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	path := "/users/" + anna + "/authentication/softwareOathMethods"
	c.do("GET "+path, "").is(http.StatusOK).has("value", "[]")
	id := f.authenticator(c, anna)
	c.do("GET "+path, "").is(http.StatusOK).has("value.0.id", `"`+id+`"`, "value.0.secretKey", "null", "value.0.createdDateTime", `"2026-11-20T12:00:00Z"`)
	c.do("GET "+path+"/"+id, "").is(http.StatusOK).has("id", `"`+id+`"`)
	c.do("DELETE "+path+"/"+anna, "").is(http.StatusNotFound)
	c.do("DELETE "+path+"/"+id, "").empty()
	c.do("DELETE "+path+"/"+id, "").is(http.StatusNotFound)
	c.do("GET /auditLogs/directoryAudits?$top=1", "").is(http.StatusOK).has("value.0.activityDisplayName", `"Admin deleted security info"`)
}

package graphapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// seen leaves a record of the sign-in log and gives the moment of it as the API shows it, a minute after the one before.
func (f *fixture) seen(c *caller, user string, interactive bool, code int) string {
	f.Helper()
	f.Clock.Advance(time.Minute)
	id, _ := hospes.ParseObjectID(user)
	record := hospes.SignIn{ID: hospes.NewUUID(random), UserID: id, Interactive: interactive, ErrorCode: code}
	f.Update(c.tenant, func(tx store.Tx) error { return tx.LogSignIn(&record) })
	return f.Clock.Now().Format(time.RFC3339)
}

// TestGuests9_WhoHasNotSignedInForLong: when people signed in last, which the log alone cannot say for longer than it is
// kept, and who has not since.
func TestGuests9_WhoHasNotSignedInForLong(t *testing.T) {
	f := newFixture(t)
	c := f.source
	guest := c.do("POST /invitations", `{"invitedUserEmailAddress":"g@partner.example","inviteRedirectUrl":"https://x.example"}`).is(http.StatusCreated).str("invitedUser.id")
	anna, ben := c.person("anna"), c.person("ben")
	f.target.person("anna")
	never := c.do("GET /users/"+ben+"?$select=id,signInActivity", "").is(http.StatusOK)
	never.reads(f.server.URL, `{"@odata.context":"ORIGIN/v1.0/$metadata#users(id,signInActivity)/$entity","id":"`+ben+`","signInActivity":null}`)
	last := f.seen(c, guest, true, 0)
	background := f.seen(c, anna, false, 0)
	failed := f.seen(c, anna, true, 50126)
	f.Update(c.tenant, func(tx store.Tx) error {
		_, err := tx.ForgetSignIns(f.Clock.Now().Add(time.Minute), 100)
		return err
	})
	g := golden{t: t, f: f, names: strings.NewReplacer(anna, "{anna}", ben, "{ben}", guest, "{guest}")}
	g.exchange("sign_in_activity", c, "GET /v1.0/users?$select=userPrincipalName,signInActivity", "").has(
		"value.0.signInActivity.lastSuccessfulSignInDateTime", `"`+last+`"`, "value.0.signInActivity.lastSignInDateTime", `"`+last+`"`, "value.0.signInActivity.lastNonInteractiveSignInDateTime", "null",
		"value.1.signInActivity.lastSignInDateTime", `"`+failed+`"`, "value.1.signInActivity.lastSuccessfulSignInDateTime", `"`+background+`"`, "value.2.signInActivity", "null")
	for _, row := range []struct {
		filter string
		want   []string
	}{
		{"signInActivity/lastSignInDateTime le " + last, []string{guest}},
		{"signInActivity/lastSignInDateTime le " + failed, []string{guest, anna}},
		{"signInActivity/lastSignInDateTime gt " + last, []string{anna}},
		{"signInActivity/lastSuccessfulSignInDateTime le " + background, []string{guest, anna}},
		{"signInActivity/lastSuccessfulSignInDateTime eq " + background, []string{anna}},
		{"signinactivity/LASTNONINTERACTIVESIGNINDATETIME ge 2020-01-01", []string{anna}},
		{"userType eq 'Guest' and signInActivity/lastSignInDateTime le " + failed, []string{guest}},
		{"signInActivity/lastSignInDateTime le 2020-01-01T00:00:00Z", []string{}},
	} {
		r := c.do("GET /users"+query("$filter", row.filter), "").is(http.StatusOK).has("value.0.signInActivity", "null")
		equal(t, row.filter, r.items("id"), row.want)
	}
	advanced := c.do("GET /users"+query("$filter", "not(signInActivity/lastSignInDateTime le "+last+")", "$count", "true"), "", "ConsistencyLevel", "eventual").is(http.StatusOK)
	equal(t, "not of old", advanced.items("id"), []string{anna, ben})
	advanced.has("@odata.count", "2")
	for _, wrong := range []string{"$select=signInActivity/shoeSize", "$orderby=signInActivity/lastSignInDateTime", "$filter=signInActivity/lastSignInRequestId+eq+'x'", "$filter=signInActivity+eq+null"} {
		c.do("GET /users?"+wrong, "").is(http.StatusBadRequest)
	}
	for _, elsewhere := range []string{"GET /users/delta?$select=signInActivity", "GET /groups?$select=signInActivity", "GET /users/" + anna + "?$expand=manager($select=signInActivity)"} {
		r := c.do(elsewhere, "").is(http.StatusBadRequest)
		if !strings.HasPrefix(r.str("error.message"), "Could not find a property named 'signInActivity'") {
			t.Errorf("%s: %s", elsewhere, r.text)
		}
	}
	c.do("GET /beta/users/"+anna, "").is(http.StatusOK).has("signInActivity", "null") // not among what beta shows unasked

	f.Update(c.tenant, func(tx store.Tx) error { return tx.Purge(c.user(guest)) })
	equal(t, "with the guest gone", c.do("GET /users"+query("$filter", "signInActivity/lastSignInDateTime le "+failed), "").items("id"), []string{anna})
}

// TestGuests9_SignInActivityTakesThePermissionToReadTheLog, of the application and of the person.
func TestGuests9_SignInActivityTakesThePermissionToReadTheLog(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := c.person("anna")
	when := f.seen(c, anna, true, 0)
	calls := []string{"GET /users?$select=signInActivity", "GET /users/" + anna + "?$select=signInActivity", "GET /users" + query("$filter", "signInActivity/lastSignInDateTime le "+when)}
	for _, call := range calls {
		c.mint("User.Read.All").do(call, "").fails(http.StatusForbidden, "Authentication_MSGraphPermissionMissing", "Calling principal does not have required MSGraph permissions AuditLog.Read.All")
		c.mint("User.Read.All", "AuditLog.Read.All").do(call, "").is(http.StatusOK)
		denied(t, c.signedIn(c.user(anna), "User.Read.All", "AuditLog.Read.All").do(call, ""))
	}
	c.signedIn(c.administrator("Reader", hospes.ReportsReader), "User.Read.All", "AuditLog.Read.All").do(calls[0], "").is(http.StatusOK)
	basic := c.mint("User.ReadBasic.All", "AuditLog.Read.All") // sees a few properties of people, and not this one
	basic.do(calls[1], "").has("signInActivity", "null")
	denied(t, basic.do(calls[2], ""))
}

// TestWire1_3_PagesWithSignInActivityAreBounded, and hold everybody once.
func TestWire1_3_PagesWithSignInActivityAreBounded(t *testing.T) {
	f := newFixture(t)
	c := f.source
	var want []string
	f.Update(c.tenant, func(tx store.Tx) error {
		want = nil
		for range 510 {
			user := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(random))
			user.Set(hospes.UserPrincipalName, hospes.String(user.ID.String()+"@aurora.example"))
			if err := tx.Put(user); err != nil {
				return err
			}
			want = append(want, user.ID.String())
		}
		return nil
	})
	f.Update(c.tenant, func(tx store.Tx) error {
		for _, text := range want {
			id, _ := hospes.ParseObjectID(text)
			if err := tx.LogSignIn(&hospes.SignIn{ID: text, UserID: id, Interactive: true}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, options := range []string{query("$select", "id,signInActivity", "$top", "999"), query("$filter", "signInActivity/lastSignInDateTime le 2030-01-01T00:00:00Z", "$top", "999")} {
		r := c.do("GET /users"+options, "").is(http.StatusOK)
		first := r.items("id")
		equal(t, "people of a page", len(first), 500)
		rest := c.send("GET", r.str("@odata.nextLink"), "").is(http.StatusOK)
		if got := append(first, rest.items("id")...); !slices.Equal(got, want) || rest.at("@odata.nextLink") != nil {
			t.Errorf("%s: %d people", options, len(got))
		}
	}
}

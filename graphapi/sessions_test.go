package graphapi_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// TestWire6_4_TokensEndWithThePassword: what was signed in to before a password was reset, or changed, opens Graph no
// more, also where the token was made later than the sign-in; nor does it once the person is blocked or gone.
func TestWire6_4_TokensEndWithThePassword(t *testing.T) {
	f := newFixture(t)
	c := f.source
	anna := f.Person(c.tenant, "Anna", hospes.UserTypeMember)
	me := c.signedIn(anna, "User.Read")
	me.do("GET /me", "").is(http.StatusOK)
	admin := c.signedIn(c.administrator("Top", hospes.GlobalAdministrator), "User.ReadWrite.All")
	admin.do("PATCH /users/"+anna.ID.String(), `{"passwordProfile":{"password":"Xy7!another-password"}}`).empty()
	me.do("GET /me", "").is(http.StatusOK) // there was none before: nothing was signed in to by it

	ended := func(what string, change func()) {
		t.Helper()
		f.Clock.Advance(time.Second)
		me := c.signedIn(anna, "User.Read")
		me.do("GET /me", "").is(http.StatusOK)
		f.Clock.Advance(time.Second)
		change()
		r := me.do("GET /me", "").is(http.StatusUnauthorized).has("error.code", `"InvalidAuthenticationToken"`)
		challenge := r.header.Get("WWW-Authenticate")
		_, claims, _ := strings.Cut(challenge, `claims="`)
		text, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(claims, `"`))
		if err != nil || !strings.Contains(challenge, "insufficient_claims") || !strings.Contains(string(text), `"nbf"`) {
			t.Errorf("%s: the challenge is %q, %v", what, challenge, err)
		}
		c.signedIn(anna, "User.Read").do("GET /me", "").is(http.StatusOK)
	}
	ended("reset", func() {
		admin.do("PATCH /users/"+anna.ID.String(), `{"passwordProfile":{"password":"Xy8!another-password"}}`).empty()
	})
	ended("changed", func() {
		c.update(func(tx store.Tx) error {
			user, err := store.FindNumber(tx, store.Live, anna.Number)
			if err != nil {
				return err
			}
			return directory.ChangePassword(tx, user, "digest")
		})
	})
	me = c.signedIn(anna, "User.Read")
	admin.do("PATCH /users/"+anna.ID.String(), `{"accountEnabled":false}`).empty()
	me.do("GET /me", "").is(http.StatusUnauthorized)
	admin.do("PATCH /users/"+anna.ID.String(), `{"accountEnabled":true}`).empty()
	me.do("GET /me", "").is(http.StatusOK)
	admin.do("DELETE /users/"+anna.ID.String(), "").empty()
	me.do("GET /me", "").is(http.StatusUnauthorized)
}

package signin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// logged gives the numbers in the sign-in log of a tenant, the latest first.
func (w *world) logged(t hospes.Tenant) (numbers []int) {
	w.Helper()
	err := w.Store.View(ctx, t.ID, func(r store.Reader) error {
		list, err := r.SignIns(store.LogQuery{Limit: 1000})
		for _, s := range list {
			numbers = append(numbers, s.ErrorCode)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return numbers
}

// TestWire6_5_500121_WrongCodesAreLogged: whoever types them knows the password. They stand in the log of the home and in
// that of the tenant that was gone to, until the lock; what that turns away does not.
func TestWire6_5_500121_WrongCodesAreLogged(t *testing.T) {
	w := newWorld(t)
	bea := w.user(w.boreas, "bea", false)
	w.guest(bea, hospes.Accepted)
	w.policy(w.aurora, hospes.MultifactorGuests)
	enrol := w.browser().get(w.authorizePath(), w.request(w.web)).signIn(bea)
	enrol.submit("enrol", "code", code(t, key(enrol), w.Clock.Now())).submit("accept").sent(webURI)
	ask := w.browser().get(w.authorizePath(), w.request(w.web)).signIn(bea).shows("Enter a one-time code")
	for range 10 {
		ask.submit("code", "code", "000000").shows("The code is wrong")
	}
	ask.submit("code", "code", "000000").shows("too many wrong attempts")
	w.Clock.Advance(2 * time.Minute)
	ask.submit("code", "code", code(t, key(enrol), w.Clock.Now())).sent(webURI)
	for _, tenant := range []hospes.Tenant{w.aurora, w.boreas} {
		want := append(append([]int{0}, slices.Repeat([]int{500121}, 10)...), 0)
		if got := w.logged(tenant); !slices.Equal(got, want) {
			t.Errorf("%s logs %v, want %v", tenant.DisplayName, got, want)
		}
	}
}

// TestWire6_5_50057_BlockedAccountsAreLockedToo: the right password of somebody who may not sign in is told as often as a
// wrong one, and no more.
func TestWire6_5_50057_BlockedAccountsAreLockedToo(t *testing.T) {
	w := newWorld(t)
	w.change(w.aurora, w.anna.ID, edit(hospes.UserAccountEnabled, hospes.False))
	page := w.browser().get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example")
	for n := range 10 {
		if n%2 == 0 {
			page.submit("password", "password", "Wrong-Horse-7").shows("The name or the password is wrong")
		} else {
			page.submit("password", "password", password).shows("AADSTS50057")
		}
	}
	page.submit("password", "password", password).shows("too many wrong attempts")
	if n := len(w.logged(w.aurora)); n != 10 {
		t.Errorf("%d are logged, want 10", n)
	}
}

// TestReliability5_2_StrangersDoNotFillTheLog: beyond so many an hour their failures count, but are not logged; those of
// people at networks that they sign in from are.
func TestReliability5_2_StrangersDoNotFillTheLog(t *testing.T) {
	w := newWorld(t)
	home := w.browser()
	home.code(w.anna, w.request(w.web))
	w.Update(w.aurora, func(tx store.Tx) error {
		for range 1_999 {
			if _, err := tx.Attempted("logged strangers::"+strconv.FormatInt(tx.Now().Truncate(time.Hour).Unix(), 10), time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
	before := len(w.logged(w.aurora))
	for n := range 12 {
		stranger := w.browser()
		stranger.address = fmt.Sprintf("[2001:db8::%x]:5000", n)
		page := stranger.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "nobody@aurora.example")
		if page = page.submit("password", "password", "Wrong-Horse-7"); n < 10 {
			page.shows("The name or the password is wrong")
		} else {
			page.shows("too many wrong attempts") // a household is one address
		}
	}
	if got := len(w.logged(w.aurora)) - before; got != 1 {
		t.Errorf("%d of strangers are logged, want the last that there was room for", got)
	}
	known := w.browser()
	known.get(w.authorizePath(), w.request(w.web)).submit("name", "name", "anna@aurora.example").submit("password", "password", "Wrong-Horse-7").shows("is wrong")
	if got := len(w.logged(w.aurora)) - before; got != 2 {
		t.Errorf("the failure of somebody who is known is not logged")
	}
	w.Clock.Advance(time.Hour)
	w.browser().get(w.authorizePath(), w.request(w.web)).submit("name", "name", "nobody@aurora.example").submit("password", "password", "Wrong-Horse-7")
	if got := len(w.logged(w.aurora)) - before; got != 3 {
		t.Errorf("an hour later it is not logged either")
	}
}

// TestWire6_7_ManagementEndsWithThePerson: the addresses of Azure's management, which say that there are no subscriptions, answer nobody who is blocked, or whose password
// was changed.
func TestWire6_7_ManagementEndsWithThePerson(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	az := app{id: token.AzureCLIAppID}
	d := b.redeem("/organizations/oauth2/v2.0/devicecode", url.Values{"client_id": {az.id}, "scope": {"https://management.core.windows.net//.default offline_access openid profile"}})
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna).submit("confirm").shows("You are signed in")
	a := b.redeem("/organizations/oauth2/v2.0/token", url.Values{"grant_type": {longGrant}, "client_id": {az.id}, "device_code": {d.str("device_code")}})
	b.header.Set("Authorization", "Bearer "+a.str("access_token"))
	answers := func(when string, status int) {
		t.Helper()
		for _, path := range []string{"/tenants", "/subscriptions"} {
			if s := b.get(path, nil); s.status != status {
				t.Errorf("%s %s answers %d, want %d", when, path, s.status, status)
			}
		}
	}
	answers("at first", http.StatusOK)
	w.change(w.aurora, w.anna.ID, edit(hospes.UserAccountEnabled, hospes.False))
	answers("blocked", http.StatusUnauthorized)
	w.change(w.aurora, w.anna.ID, edit(hospes.UserAccountEnabled, hospes.True))
	answers("again", http.StatusOK)
	w.change(w.aurora, w.anna.ID, edit(hospes.UserSessionsValidFrom, hospes.Moment(w.Clock.Now().Add(time.Second))))
	answers("signed out", http.StatusUnauthorized)
}

package signin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// device begins a sign-in on a device.
func (b *browser) device(path string, changes ...string) answer {
	b.Helper()
	return b.redeem(path, with(url.Values{"client_id": {b.phone.id}, "scope": {"User.Read openid offline_access profile"}}, changes...))
}

func (b *browser) poll(grant, code string, changes ...string) answer {
	b.Helper()
	return b.redeem(b.tokenPath(), with(b.pollForm(grant, code), changes...))
}

func (w *world) pollForm(grant, code string) url.Values {
	return url.Values{"grant_type": {grant}, "client_id": {w.phone.id}, "device_code": {code}}
}

const longGrant = "urn:ietf:params:oauth:grant-type:device_code"

// TestWire6_3_DeviceCode: a device asks until its person has typed its code in.
func TestWire6_3_DeviceCode(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	path := "/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode"
	d := b.device(path)
	if d.status != http.StatusOK || d.body["expires_in"] != 900.0 || d.body["interval"] != 5.0 || d.str("verification_uri") != "https://hospes.test:8443/devicelogin" || d.body["verification_uri_complete"] != nil {
		t.Fatalf("answers %v", d.body)
	}
	b.poll(longGrant, d.str("device_code")).refuses(t, 400, "authorization_pending", "70016")
	b.poll("device_code", d.str("device_code")).refuses(t, 400, "slow_down", "50196")
	w.Clock.Advance(6 * time.Second)
	b.poll("device_code", d.str("device_code")).refuses(t, 400, "authorization_pending", "70016")

	typed := d.str("user_code")[:4] + "-" + d.str("user_code")[4:]
	page := b.get("/devicelogin", nil).submit("usercode", "usercode", typed).signIn(w.anna)
	page = page.submit("accept").shows("Do you want to sign in to Pocket?")
	page.submit("confirm").shows("You are signed in to Pocket")
	b.poll(longGrant, d.str("device_code"), "client_id", w.web.id).refuses(t, 400, "bad_verification_code", "70018")
	a := b.poll(longGrant, d.str("device_code"), "code", d.str("device_code"), "client_info", "1")
	if a.status != http.StatusOK || a.str("refresh_token") == "" || a.str("id_token") == "" || a.str("client_info") == "" {
		t.Fatalf("answers %v", a.body)
	}
	b.poll(longGrant, d.str("device_code")).refuses(t, 400, "bad_verification_code", "70018")
	if next := b.redeem(w.tokenPath(), w.refreshForm(w.phone, a.str("refresh_token"), "client_secret", "")); next.status != http.StatusOK {
		t.Errorf("the refresh token answers %v", next.body)
	}
}

// TestWire6_5_DeviceRefusals: declined, expired, unknown.
func TestWire6_5_DeviceRefusals(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	v1 := "/" + w.aurora.ID.String() + "/oauth2/devicecode"
	d := b.device(v1, "scope", "", "resource", "https://graph.microsoft.com")
	if d.str("expires_in") != "900" || d.str("verification_url") == "" {
		t.Errorf("v1 answers %v", d.body)
	}
	page := b.get("/common/oauth2/deviceauth", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna)
	page.submit("decline").shows("You have declined")
	b.poll(longGrant, d.str("device_code")).refuses(t, 400, "authorization_declined", "65004")

	d = b.device(v1, "scope", "", "resource", "https://graph.microsoft.com")
	w.Clock.Advance(15*time.Minute + time.Second)
	b.poll(longGrant, d.str("device_code")).refuses(t, 400, "expired_token", "70020")
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).shows("no longer good")
	b.poll(longGrant, "1.BCDFGHJKL.AAAA").refuses(t, 400, "bad_verification_code", "70018")
	b.poll(longGrant, "x").refuses(t, 400, "bad_verification_code", "70018")
	b.poll(longGrant, "").refuses(t, 400, "invalid_request", "900144")
	b.device("/common/oauth2/v2.0/devicecode").refuses(t, 400, "unauthorized_client", "50194")
	b.device("/"+w.aurora.ID.String()+"/oauth2/v2.0/devicecode", "client_id", w.web.id).refuses(t, 401, "invalid_client", "7000218")
}

// TestReliability5_2_UserCodesAreNotGuessed: after ten wrong codes an address has to wait, also with a right one.
func TestReliability5_2_UserCodesAreNotGuessed(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	d := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
	for range 10 {
		b.get("/devicelogin", nil).submit("usercode", "usercode", "BCDFGHJKL").shows("no longer good")
	}
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).shows("too many wrong attempts")
	other := w.browser()
	other.address = "192.0.2.99:1"
	other.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).shows("to go on to Pocket")
}

// TestWire6_7_AzureCommandLine signs in as az does: its own client at /organizations, management first, then Graph with
// the same refresh token, and without consent.
func TestWire6_7_AzureCommandLine(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	az := app{id: token.AzureCLIAppID}
	d := b.redeem("/organizations/oauth2/v2.0/devicecode", url.Values{"client_id": {az.id}, "scope": {"https://management.core.windows.net//.default offline_access openid profile"}})
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna).submit("confirm").shows("You are signed in")
	a := b.redeem("/organizations/oauth2/v2.0/token", url.Values{"grant_type": {longGrant}, "client_id": {az.id}, "device_code": {d.str("device_code")}, "code": {d.str("device_code")}, "client_info": {"1"}})
	if a.status != http.StatusOK || a.str("scope") != "https://management.core.windows.net//user_impersonation https://management.core.windows.net//.default" {
		t.Fatalf("answers %v", a.body)
	}
	if _, err := w.Authority.Verify(ctx, a.str("access_token")); err == nil {
		t.Error("a token for management opens Graph")
	}
	b.header.Set("Authorization", "Bearer "+a.str("access_token"))
	b.get("/subscriptions", url.Values{"api-version": {"2019-11-01"}}).shows(`{"value":[]}`)
	b.get("/tenants", url.Values{"api-version": {"2019-11-01"}}).shows(`"tenantId":"` + w.aurora.ID.String() + `"`)
	b.header = http.Header{}
	if s := b.get("/subscriptions", nil); s.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", s.status)
	}
	b.header = http.Header{}
	b.redeem(w.tokenPath(), w.refreshForm(w.web, w.browser().refreshed(), "scope", "https://management.azure.com/.default")).refuses(t, 400, "invalid_resource", "650057")
	graph := b.redeem("/"+w.aurora.ID.String()+"/oauth2/v2.0/token", w.refreshForm(az, a.str("refresh_token"), "client_secret", "", "scope", "https://hospes.test:8443//.default offline_access openid profile"))
	caller, err := w.Authority.Verify(ctx, graph.str("access_token"))
	if err != nil || !caller.Has("Directory.AccessAsUser.All") {
		t.Errorf("Graph with %+v, %v: %v", caller, err, graph.body)
	}
}

// TestWire6_5_429_DevicesAreBounded: nobody without an account makes rows without end. A network is told to wait, others go
// on, until all of them together are too many; then codes are good again.
func TestWire6_5_429_DevicesAreBounded(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	path := "/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode"
	for n := range 100 {
		b.address = fmt.Sprintf("[2001:db8:0:1::%x]:5000", n)
		if d := b.device(path); d.status != http.StatusOK {
			t.Fatalf("device %d answers %v", n, d.body)
		}
	}
	refused := b.device(path)
	refused.refuses(t, http.StatusTooManyRequests, "temporarily_unavailable", "90055")
	if wait, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || wait < 1 || wait > 900 {
		t.Errorf("Retry-After is %q", refused.header.Get("Retry-After"))
	}
	b.address = "[2001:db8:0:2::1]:5000"
	if d := b.device(path); d.status != http.StatusOK {
		t.Errorf("a neighbour is answered %v", d.body)
	}
	b.device(path, "scope", strings.Repeat("https://"+strings.Repeat("x", 4000)+"/", 3)+"/Read").refuses(t, 400, "invalid_scope", "70011")
	w.Update(w.system, func(tx store.Tx) error {
		for range 10_000 - 101 {
			if _, err := tx.Attempted("all devices::"+strconv.FormatInt(tx.Now().Truncate(15*time.Minute).Unix(), 10), time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
	b.device(path).refuses(t, http.StatusTooManyRequests, "temporarily_unavailable", "90055")
	w.Clock.Advance(15 * time.Minute)
	if d := b.device(path); d.status != http.StatusOK {
		t.Errorf("a quarter of an hour later: %v", d.body)
	}
}

// TestReliability5_2_UserCodesAreNotGuessedByManyNetworks: wrong codes count all together, too.
func TestReliability5_2_UserCodesAreNotGuessedByManyNetworks(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	d := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
	w.Update(w.system, func(tx store.Tx) error {
		for range 9_999 {
			if _, err := tx.Attempted("all wrong codes::"+strconv.FormatInt(tx.Now().Truncate(15*time.Minute).Unix(), 10), time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
	b.get("/devicelogin", nil).submit("usercode", "usercode", "BCDFGHJKL").shows("no longer good")
	b.address = "192.0.2.99:1"
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).shows("too many wrong attempts")
}

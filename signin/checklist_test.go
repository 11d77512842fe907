package signin_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
)

// The lines of graph-wire 8 that concern people; the others are in packages oidc and graphapi.

func TestWire8_2_TheShortAndTheLongNameOfTheDeviceGrant(t *testing.T) {
	for name, grant := range map[string]string{"as MSAL for JavaScript and Go send it": "device_code", "as az sends it": longGrant} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.browser()
			d := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
			b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna).submit("accept").submit("confirm")
			if a := b.poll(grant, d.str("device_code"), "code", d.str("device_code")); a.status != http.StatusOK || a.str("access_token") == "" {
				t.Errorf("answers %d %v", a.status, a.body)
			}
		})
	}
}

func TestWire8_6_ClientInfoWheneverItIsAskedFor(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	d := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
	b.get("/devicelogin", nil).submit("usercode", "usercode", d.str("user_code")).signIn(w.anna).submit("accept").submit("confirm")
	a := b.poll("device_code", d.str("device_code"), "client_info", "1")
	check := func(a answer) {
		t.Helper()
		text, err := base64.RawURLEncoding.DecodeString(a.str("client_info"))
		if err != nil {
			t.Fatal(err)
		}
		var info struct{ UID, UTID string }
		if err := json.Unmarshal(text, &info); err != nil || info.UID != w.anna.ID.String() || info.UTID != w.aurora.ID.String() {
			t.Errorf("client_info is %s", text)
		}
	}
	check(a)
	check(b.redeem(w.tokenPath(), w.refreshForm(w.phone, a.str("refresh_token"), "client_secret", "", "client_info", "1")))
}

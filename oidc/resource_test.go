package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// claimsOf reads what a token says.
func claimsOf(t testing.TB, raw string) (claims map[string]any) {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestWire6_4_TokensForApplicationsOfTheTenant: whoever protects an API of their own gets tokens of the version that the
// registration asks for, with the roles that the client has there. Graph does not take them.
func TestWire6_4_TokensForApplicationsOfTheTenant(t *testing.T) {
	s := serve(t)
	api := s.Client(s.aurora, "api")
	role := hospes.NewObjectID(hospes.SystemRandom())
	change := func(fn func(app, sp *hospes.Object)) {
		t.Helper()
		s.Update(s.aurora, func(tx store.Tx) error {
			app, err := store.Find(tx, store.Live, hospes.ApplicationSchema, api.Application.ID)
			if err != nil {
				return err
			}
			sp, err := store.Find(tx, store.Live, hospes.ServicePrincipalSchema, api.Principal.ID)
			if err != nil {
				return err
			}
			fn(app, sp)
			return tx.Put(app, sp)
		})
	}
	value := "Orders.Write"
	change(func(app, sp *hospes.Object) {
		app.Set(hospes.ApplicationIdentifierURIs, hospes.Strings("api://orders"))
		sp.Set(hospes.PrincipalAppRoles, hospes.JSON([]hospes.AppRole{{ID: role, Value: &value, IsEnabled: true, AllowedMemberTypes: []string{"Application"}}}))
	})
	ask := func(resource string) answer { return s.do(post(s.v2(), s.form("scope", resource+"/.default"))) }

	// version 1 where the registration does not say, without roles where there are none
	a := ask("api://orders")
	if a.Code != http.StatusOK {
		t.Fatalf("answers %d %v", a.Code, a.body)
	}
	claims := claimsOf(t, a.body["access_token"].(string))
	if claims["aud"] != "api://orders" || claims["ver"] != "1.0" || claims["appid"] != s.sync.AppID || claims["roles"] != nil {
		t.Errorf("a token of version 1 says %v", claims)
	}
	if _, err := s.Authority.Verify(t.Context(), a.body["access_token"].(string)); hospes.CodeOf(err) != token.CodeInvalidToken {
		t.Errorf("Graph takes a token for another: %v", err)
	}
	change(func(app, sp *hospes.Object) { sp.Set(hospes.PrincipalAssignmentRequired, hospes.True) })
	if a := ask("api://orders"); a.Code != http.StatusBadRequest || !strings.HasPrefix(a.body["error_description"].(string), "AADSTS501051:") {
		t.Errorf("a client that is not assigned gets %d %v", a.Code, a.body)
	}
	s.Update(s.aurora, func(tx store.Tx) error {
		_, err := tx.Assign(hospes.Assignment{ID: hospes.NewUUID(hospes.SystemRandom()), Principal: s.sync.Principal.Number, Resource: api.Principal.Number, RoleID: role, Created: tx.Now()})
		return err
	})
	change(func(app, sp *hospes.Object) { app.Set(hospes.ApplicationAPI, `{"requestedAccessTokenVersion":2}`) })
	for _, name := range []string{"api://orders", "API://Orders", api.AppID} {
		a := ask(name)
		if a.Code != http.StatusOK {
			t.Errorf("%s answers %d %v", name, a.Code, a.body)
			continue
		}
		claims := claimsOf(t, a.body["access_token"].(string))
		if claims["aud"] != api.AppID || claims["ver"] != "2.0" || claims["azp"] != s.sync.AppID || claims["appid"] != nil || claims["iss"] != tokentest.Origin+"/"+s.aurora.ID.String()+"/v2.0" {
			t.Errorf("a token of version 2 for %s says %v", name, claims)
		}
		if roles, _ := claims["roles"].([]any); len(roles) != 1 || roles[0] != value {
			t.Errorf("its roles are %v", claims["roles"])
		}
	}
	// one that is disabled, or of another tenant, is not there
	change(func(app, sp *hospes.Object) { sp.Set(hospes.PrincipalAccountEnabled, hospes.False) })
	other := s.Client(s.boreas, "elsewhere")
	for _, name := range []string{"api://orders", other.AppID, "api://nobody"} {
		if a := ask(name); a.Code != http.StatusBadRequest || !strings.HasPrefix(a.body["error_description"].(string), "AADSTS500011:") {
			t.Errorf("%s answers %d %v", name, a.Code, a.body)
		}
	}
}

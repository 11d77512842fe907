package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/token/tokentest"
)

// The lines of graph-wire 8 that concern tokens of applications. Those of people are in package signin.

func TestWire8_3_AScopeWithADoubleSlash(t *testing.T) {
	s := serve(t)
	for _, scope := range []string{tokentest.Origin + "//.default", tokentest.Origin + "/.default", "https://graph.microsoft.com//.default"} {
		a := s.do(post(s.v2(), s.form("scope", scope)))
		if a.Code != http.StatusOK {
			t.Errorf("%s answers %d %v", scope, a.Code, a.body)
			continue
		}
		if _, err := s.Authority.Verify(t.Context(), a.body["access_token"].(string)); err != nil {
			t.Errorf("the token for %s is not believed: %v", scope, err)
		}
	}
}

func TestWire8_4_AQueryOnTheTokenRequest(t *testing.T) {
	s := serve(t)
	const id = "6f4f2c1e-9d3a-4c7b-8e21-0a1b2c3d4e5f"
	a := s.do(post(s.v2()+"?client-request-id="+id, s.form()))
	if a.Code != http.StatusOK || a.Header().Get("client-request-id") != id {
		t.Errorf("answers %d with %q", a.Code, a.Header().Get("client-request-id"))
	}
}

func TestWire8_5_TheIssuerIsOfTheHostThatWasAsked(t *testing.T) {
	s := serve(t)
	asked, err := url.Parse(tokentest.Origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{s.aurora.ID.String(), s.aurora.InitialDomain, "common", "organizations"} {
		a := s.get("/" + tenant + "/v2.0/.well-known/openid-configuration?") // MSAL for Go sends the bare question mark
		issuer, err := url.Parse(strings.ReplaceAll(a.body["issuer"].(string), "{tenantid}", "x"))
		if err != nil || issuer.Scheme != asked.Scheme || issuer.Host != asked.Host {
			t.Errorf("the issuer of %s is %v", tenant, a.body["issuer"])
		}
	}
}

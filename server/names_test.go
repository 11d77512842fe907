package server_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/server"
)

func TestWire1_1_AddressesAreBuiltFromTheNameThatWasUsed(t *testing.T) {
	named := server.Names{Origin: "https://hospes.example.org", Login: "https://login.example.org:8443", Graph: "https://graph.example.org"}
	for _, row := range []struct {
		names      server.Names
		host, want string
	}{
		{server.Names{}, "localhost:8443", "https://localhost:8443"}, {server.Names{}, "", "https://192.0.2.1:8443"}, {named, "graph.example.org", "https://graph.example.org"},
		{named, "LOGIN.example.org:8443", "https://login.example.org:8443"}, {named, "graph.example.org:443", "https://graph.example.org"},
		{named, "evil.example", "https://hospes.example.org"}, {server.Names{Graph: "https://graph.example.org/"}, "evil.example", "https://graph.example.org"},
	} {
		i, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir(), Names: row.names})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/common/v2.0/.well-known/openid-configuration", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 8443}))
		r.Host, r.TLS = row.host, &tls.ConnectionState{}
		w := httptest.NewRecorder()
		i.Handler().ServeHTTP(w, r)
		text, err := io.ReadAll(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			Token string `json:"token_endpoint"`
		}
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if want := row.want + "/common/oauth2/v2.0/token"; document.Token != want {
			t.Errorf("%s under the names %+v: %s, want %s", row.host, row.names, document.Token, want)
		}
		if err := i.Close(); err != nil {
			t.Fatal(err)
		}
	}
	i, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir(), Names: named})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	ask := func(host, path string) (out map[string]any, header http.Header) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host, r.TLS = host, &tls.ConnectionState{}
		w := httptest.NewRecorder()
		i.Handler().ServeHTTP(w, r)
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatalf("%v in %s", err, w.Body)
		}
		return out, w.Header()
	}
	// each host names the other where the other is meant
	document, _ := ask("login.example.org:8443", "/common/v2.0/.well-known/openid-configuration")
	if document["msgraph_host"] != "graph.example.org" || document["userinfo_endpoint"] != "https://graph.example.org/oidc/userinfo" {
		t.Errorf("the document of login says %v, %v", document["msgraph_host"], document["userinfo_endpoint"])
	}
	cloud, _ := ask("graph.example.org", "/metadata/endpoints?api-version=2022-09-01")
	if cloud["microsoftGraphResourceId"] != "https://graph.example.org/" || cloud["authentication"].(map[string]any)["loginEndpoint"] != "https://login.example.org:8443" {
		t.Errorf("the cloud is %v", cloud)
	}
	_, header := ask("graph.example.org", "/v1.0/users")
	if challenge := header.Get("WWW-Authenticate"); !strings.Contains(challenge, `authorization_uri="https://login.example.org:8443/common/oauth2/authorize"`) {
		t.Errorf("the challenge is %s", challenge)
	}
	for _, path := range []string{"/v1.0/users", "/common/v2.0/.well-known/openid-configuration", "/common/oauth2/v2.0/token", "/common/oauth2/v2.0/authorize", "/oidc/userinfo", "/devicelogin", "/healthz", "/nothing"} {
		r := httptest.NewRequest(http.MethodGet, path, nil) // reliability 5.2: headers of every answer
		r.Host, r.TLS = "hospes.example.org", &tls.ConnectionState{}
		w := httptest.NewRecorder()
		i.Handler().ServeHTTP(w, r)
		if h := w.Header(); h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Strict-Transport-Security") != "max-age=31536000" {
			t.Errorf("%s answers with %v", path, h)
		}
	}
	local := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "https://localhost:8443/healthz", nil)
	i.Handler().ServeHTTP(local, r)
	if got := local.Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("every port of this machine is to be https: %s", got)
	}
	for _, bad := range []string{"login.example.org", "https://login.example.org/path", "ftp://login.example.org", "https://u:p@login.example.org"} {
		_, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir(), Names: server.Names{Login: bad}})
		if hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%s is taken for an origin: %v", bad, err)
		}
	}
}

package main

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/server"
)

var hidden = regexp.MustCompile(`name="flow" value="([^"]+)"`)

// browse enters the code of a device and signs in, as a person does.
func browse(t *testing.T, client *http.Client, origin, code, name, password string) {
	t.Helper()
	read := func(res *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }() // all of it is read
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page := read(client.Get(origin + "/devicelogin"))
	for _, fields := range []url.Values{
		{"action": {"usercode"}, "usercode": {code}}, {"action": {"name"}, "name": {name}}, {"action": {"password"}, "password": {password}}, {"action": {"confirm"}},
	} {
		match := hidden.FindStringSubmatch(page)
		if match == nil {
			t.Fatalf("no form on the page:\n%s", page)
		}
		fields.Set("flow", match[1])
		page = read(client.PostForm(origin+"/signin", fields))
	}
	if !strings.Contains(page, "You are signed in to hospes command line") {
		t.Fatalf("the last page is\n%s", page)
	}
}

// TestLogin signs in with a browser, works as that person, in the tokens that follow too, and signs out.
func TestLogin(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	i, err := server.Open(ctx, server.Options{DataDir: filepath.Join(dir, "data"), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	web := httptest.NewTLSServer(i.Handler())
	t.Cleanup(web.Close)
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	operator, err := graphclient.New(graphclient.Options{Base: "http://localhost", Transport: i.Operator(hospes.TenantID{})})
	if err != nil {
		t.Fatal(err)
	}
	var tenant struct{ ID string }
	post(t, ctx, operator, "/hospes/v1/tenants", map[string]string{"displayName": "Aurora", "initialDomain": "aurora.example"}, &tenant)
	id, _ := hospes.ParseTenantID(tenant.ID)
	inside, err := graphclient.New(graphclient.Options{Base: "http://localhost", Transport: i.Operator(id)})
	if err != nil {
		t.Fatal(err)
	}
	var anna struct{ ID string }
	post(t, ctx, inside, "/v1.0/users", map[string]any{
		"accountEnabled": true, "displayName": "Anna", "mailNickname": "anna", "userPrincipalName": "anna@aurora.example",
		"passwordProfile": map[string]any{"password": "Correct-Horse-7", "forceChangePasswordNextSignIn": false},
	}, &anna)

	client := web.Client()
	if client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) *program {
		t.Helper()
		p := newProgram(0, "XDG_CONFIG_HOME="+dir)
		p.clock = clock
		browsed := false
		p.wait = func(context.Context, time.Duration) error { // the device waits, and its person goes to the browser
			clock.Advance(6 * time.Second)
			if code := regexp.MustCompile(`enter the code (\w+)\.`).FindStringSubmatch(p.stderr.String()); code != nil && !browsed {
				browsed = true
				browse(t, client, web.URL, code[1], "anna@aurora.example", "Correct-Horse-7")
			}
			return nil
		}
		if code := p.run(ctx, append(args, "--server", web.URL, "--ca", ca)); code != want {
			t.Fatalf("%v: exit %d, want %d\n%s%s", args, code, want, p.stdout.String(), p.stderr.String())
		}
		return p
	}
	run(exitUsage, "user", "list")
	if p := run(exitOK, "login"); !strings.Contains(p.stdout.String(), "as anna@aurora.example") {
		t.Errorf("login says %s", p.stdout.String())
	}
	files, err := filepath.Glob(filepath.Join(dir, "hospes", "logins", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("kept are %v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the sign-in can be read by others: %v, %v", info.Mode(), err)
	}
	before, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range [][]string{nil, {"--tenant", "aurora.example"}, {"--tenant", id.String()}} {
		if p := run(exitOK, append([]string{"user", "show", "anna@aurora.example"}, tenant...)...); !strings.Contains(p.stdout.String(), anna.ID) {
			t.Errorf("user show %v says %s", tenant, p.stdout.String())
		}
		clock.Advance(11 * time.Minute) // the refresh token before would be taken for stolen by now
	}
	after, err := os.ReadFile(files[0])
	if err != nil || string(before) == string(after) {
		t.Errorf("the refresh token is not replaced: %v", err)
	}
	run(exitRefused, "user", "delete", anna.ID)
	run(exitRefused, "audit", "signins")
	if p := run(exitOK, "policy", "show", "signin"); !strings.Contains(p.stdout.String(), "none") {
		t.Errorf("policy show signin says %s", p.stdout.String())
	}
	run(exitOK, "logout")
	run(exitNotFound, "logout")
	run(exitUsage, "user", "list")
}

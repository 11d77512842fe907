package main

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/server"
)

// TestExtensions sets and shows directory extensions, of whose names the program knows nothing.
func TestExtensions(t *testing.T) {
	dir := t.TempDir()
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	application(t, i, "Aurora", "aurora.example", "User.Read.All")
	made, err := i.Store.TenantOfDomain(t.Context(), "aurora.example")
	if err != nil {
		t.Fatal(err)
	}
	c, err := graphclient.New(graphclient.Options{Base: "http://localhost", Transport: i.Operator(made.ID)})
	if err != nil {
		t.Fatal(err)
	}
	var app configuration
	post(t, t.Context(), c, "/v1.0/applications", map[string]string{"displayName": "HR"}, &app)
	for name, dataType := range map[string]string{"badge": "String", "floor": "Integer"} {
		post(t, t.Context(), c, graphclient.Path(v1, "applications", app.ID, "extensionProperties"),
			map[string]any{"name": name, "dataType": dataType, "targetObjects": []string{"User"}}, nil)
	}
	closeOrFail(t, i)
	prefix := hospes.ExtensionPrefix + strings.ReplaceAll(app.AppID, "-", "") + "_"
	run := func(args ...string) string {
		t.Helper()
		p := newProgram(0)
		if code := p.run(t.Context(), append(args, "--data", dir)); code != exitOK {
			t.Fatalf("%v: exit code %d: %s", args, code, p.stderr.String())
		}
		return p.stdout.String()
	}
	run("user", "create", "anna@aurora.example", prefix+"badge=A1", prefix+"floor:=3")
	if got := run("user", "list", "--filter", prefix+"floor eq 3", "--select", prefix+"badge", "-o", "csv"); !strings.HasSuffix(got, "\nA1\n") {
		t.Errorf("the list is %q", got)
	}
	run("user", "set", "anna@aurora.example", prefix+"badge=A2", prefix+"floor=")
	if got := run("user", "show", "anna@aurora.example", "--select", prefix+"badge,"+prefix+"floor", "-o", "json"); !strings.Contains(got, `_badge": "A2"`) || !strings.Contains(got, `_floor": null`) {
		t.Errorf("shown is %s", got)
	}
}

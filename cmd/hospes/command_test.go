package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/server"
)

// program is a run of the program in this process.
type program struct {
	*cli
	stdout, stderr bytes.Buffer
}

// runs gives a function that runs a command with the arguments that all of them have, expects its exit code, and answers
// what it printed.
func runs(t *testing.T, common ...string) func(want int, args ...string) string {
	return func(want int, args ...string) string {
		t.Helper()
		p := newProgram(0)
		if code := p.run(t.Context(), append(args, common...)); code != want {
			t.Fatalf("%v: exit %d, want %d\n%s%s", args, code, want, p.stdout.String(), p.stderr.String())
		}
		return p.stdout.String() + p.stderr.String()
	}
}

// newProgram makes a program with an environment of its own, on a terminal of the given width, or on none.
func newProgram(width int, env ...string) *program {
	p := &program{}
	vars := map[string]string{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		vars[name] = value
	}
	p.cli = &cli{
		in: strings.NewReader(""), out: &p.stdout, err: &p.stderr,
		env:   func(name string) (string, bool) { value, ok := vars[name]; return value, ok },
		clock: hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)), random: hospes.SystemRandom(),
		columns: func(io.Writer) int { return width },
	}
	return p
}

// TestCommands walks the tree: every command says what it does and shows how it is used, and no flag of a command hides
// one that all have.
func TestCommands(t *testing.T) {
	root := newProgram(0).root()
	shared := map[string]bool{}
	for name := range flagNames(root) {
		shared[name] = root.PersistentFlags().Lookup(name) != nil
	}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		path := cmd.CommandPath()
		if cmd.Short == "" || cmd.Example == "" {
			t.Errorf("%s: a description or an example is missing", path)
		}
		if !strings.Contains(cmd.Example, path) && cmd.HasParent() && !cmd.HasSubCommands() {
			t.Errorf("%s: the example shows something else:\n%s", path, cmd.Example)
		}
		for line := range strings.Lines(cmd.Example) {
			if !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "   ") {
				t.Errorf("%s: the example is not indented by two: %q", path, line)
			}
		}
		if cmd.HasParent() {
			cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
				if shared[f.Name] {
					t.Errorf("%s: --%s hides the flag that all commands have", path, f.Name)
				}
			})
		}
		if !cmd.Runnable() {
			t.Errorf("%s cannot be run", path)
		}
		for _, sub := range cmd.Commands() {
			if sub.Name() != "completion" && !sub.Hidden {
				walk(sub)
			}
		}
	}
	walk(root)
}

// TestExamplesParse holds that what the help of a command shows is understood: the command is found, its flags are there,
// and its arguments are as many as they have to be.
func TestExamplesParse(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			if err := parseExample(line); err != nil {
				t.Errorf("%s: the example does not parse: %v\n%s", cmd.CommandPath(), err, line)
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newProgram(0).root())
	for _, wrong := range []string{"hospes user lisst", "hospes user list --tenent x", "hospes user show", "hospes user show a b"} {
		if parseExample(wrong) == nil {
			t.Errorf("%q is taken for an example that parses", wrong)
		}
	}
}

// parseExample understands a command line without running it. What the shell does with files and pipes is not the program's.
func parseExample(line string) error {
	if _, inner, ok := strings.Cut(line, "$(hospes "); ok { // the example of another program
		inner, _, _ = strings.Cut(inner, ")")
		line = "hospes " + inner
	}
	words := shellWords(strings.TrimSpace(line))
	words = words[slices.Index(words, "hospes")+1:]
	if end := slices.IndexFunc(words, func(w string) bool { return w == "<" || w == ">" || w == "|" }); end >= 0 {
		words = words[:end]
	}
	cmd, rest, err := newProgram(0).root().Find(words)
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil && !errors.Is(err, pflag.ErrHelp) {
		return err
	}
	args := cmd.Flags().Args()
	if cmd.HasSubCommands() && len(args) > 0 {
		return usagef("there is no %s %s", cmd.CommandPath(), args[0])
	}
	return cmd.ValidateArgs(args)
}

// TestExitUnavailable holds that a second process is kept out of a data directory.
func TestExitUnavailable(t *testing.T) {
	dir := t.TempDir()
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer closeOrFail(t, i)
	p := newProgram(0)
	if code := p.run(t.Context(), []string{"tenant", "list", "--data", dir}); code != exitUnavailable {
		t.Errorf("exit code %d, want %d", code, exitUnavailable)
	}
	if got := p.stderr.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "--server") {
		t.Errorf("stderr: %s", got)
	}
}

// TestRemote talks to a server over TLS, with the credentials of an application.
func TestRemote(t *testing.T) {
	i, err := server.Open(t.Context(), server.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer closeOrFail(t, i)
	web := httptest.NewTLSServer(i.Handler())
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	id, secret := application(t, i, "Aurora", "aurora.example", "User.Read.All")
	run := func(args ...string) (*program, int) {
		p := newProgram(0, "HOSPES_CLIENT_SECRET="+secret, "HOSPES_SERVER="+web.URL)
		return p, p.run(t.Context(), append(args, "--tenant", "aurora.example", "--client-id", id))
	}
	steps := []struct {
		name string
		args []string
		code int
		err  string
	}{
		{"the authority is unknown", []string{"user", "list"}, exitUnavailable, "--ca"},
		{"a list", []string{"user", "list", "--ca", ca}, exitOK, "there are no such users"},
		{"a permission is missing", []string{"group", "create", "G", "--ca", ca}, exitRefused, "Authorization_RequestDenied"},
		{"the operator alone", []string{"tenant", "list", "--ca", ca}, exitRefused, "Authorization_RequestDenied"},
		{"no certificate", []string{"user", "list", "--ca", os.DevNull}, exitUsage, "no certificate"},
		{"a wrong secret", []string{"user", "list", "--ca", ca, "--client-secret", "hush"}, exitRefused, "AADSTS7000215"},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			p, code := run(step.args...)
			if code != step.code || !strings.Contains(p.stderr.String(), step.err) {
				t.Errorf("exit code %d, want %d; stderr: %s", code, step.code, p.stderr.String())
			}
			if strings.Contains(p.stderr.String()+p.stdout.String(), secret) || strings.Contains(p.stderr.String(), "hush") {
				t.Error("the secret is shown")
			}
		})
	}
}

func closeOrFail(t *testing.T, i *server.Instance) {
	t.Helper()
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

// application makes a tenant with an application that holds one permission, and gives its credentials.
func application(t *testing.T, i *server.Instance, name, domain, permission string) (id, secret string) {
	t.Helper()
	ctx := t.Context()
	client := func(tenant hospes.TenantID) *graphclient.Client {
		c, err := graphclient.New(graphclient.Options{Base: "http://localhost", Transport: i.Operator(tenant)})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var made tenant
	post(t, ctx, client(hospes.TenantID{}), tenantsPath, map[string]string{"displayName": name, "initialDomain": domain}, &made)
	c := client(made.ID)
	var app, principal configuration
	post(t, ctx, c, "/v1.0/applications", map[string]string{"displayName": "Reader"}, &app)
	post(t, ctx, c, "/v1.0/servicePrincipals", map[string]string{"appId": app.AppID}, &principal)
	var password struct {
		Text string `json:"secretText"`
	}
	post(t, ctx, c, graphclient.Path(v1, "applications", app.ID, "addPassword"), nil, &password)
	graph := graphPrincipal(t, c)
	for _, role := range graph.AppRoles {
		if role.Value == permission {
			post(t, ctx, c, graphclient.Path(v1, "servicePrincipals", graph.ID, "appRoleAssignedTo"),
				map[string]string{"principalId": principal.ID, "resourceId": graph.ID, "appRoleId": role.ID}, nil)
			return app.AppID, password.Text
		}
	}
	t.Fatalf("there is no permission %s", permission)
	return "", ""
}

func post(t *testing.T, ctx context.Context, c *graphclient.Client, path string, body, dst any) {
	t.Helper()
	if err := c.Post(ctx, path, body, dst); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
}

func graphPrincipal(t *testing.T, c *graphclient.Client) configuration {
	t.Helper()
	for raw, err := range c.Items(t.Context(), "/v1.0/servicePrincipals", nil) {
		if err != nil {
			t.Fatal(err)
		}
		var f configuration
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		if f.AppID == "00000003-0000-0000-c000-000000000000" {
			return f
		}
	}
	t.Fatal("the tenant has no principal of Graph")
	return configuration{}
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportRoundTrip exports a tenant, imports it into a fresh one, and exports that: the two files are one.
func TestExportRoundTrip(t *testing.T) {
	away := t.TempDir()
	first, second := filepath.Join(away, "first"), filepath.Join(away, "second")
	run := func(want int, args ...string) string {
		t.Helper()
		p := newProgram(0)
		if code := p.run(t.Context(), args); code != want {
			t.Fatalf("%v: exit %d\n%s%s", args, code, p.stdout.String(), p.stderr.String())
		}
		return p.stdout.String() + p.stderr.String()
	}
	for _, dir := range []string{first, second} {
		run(exitOK, "tenant", "create", "Aurora", "--domain", "aurora.example", "--data", dir)
	}
	run(exitOK, "import", "../../sample/aurora.ldif", "--data", first)
	run(exitOK, "guest", "invite", "greta@guests.example", "--data", first)
	run(exitOK, "group", "create", "a;b", "--data", first)
	run(exitOK, "user", "create", "sem@aurora.example", `businessPhones:=["+1 5550100;ext=7"]`, "--data", first)
	a, b := filepath.Join(away, "a.csv"), filepath.Join(away, "b.csv")
	got := run(exitOK, "export", a, "--data", first)
	for _, note := range []string{"1 guests were left out", "businessPhones '+1 5550100;ext=7' was left out"} {
		if !strings.Contains(got, note) {
			t.Errorf("it says %q, want %q", got, note)
		}
	}
	run(exitOK, "import", a, "--data", second)
	run(exitOK, "export", b, "--data", second)
	was, is := read(t, a), read(t, b)
	if lines := bytes.Count(was, []byte("\n")); lines != 322 {
		t.Errorf("%d lines were exported", lines)
	}
	if !bytes.Equal(was, is) {
		for i, line := range strings.Split(string(was), "\n") {
			if other := strings.Split(string(is), "\n"); i >= len(other) || other[i] != line {
				t.Fatalf("line %d was\n%s\nand is\n%s", i+1, line, other[min(i, len(other)-1)])
			}
		}
	}
	if info, err := os.Stat(a); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestExportOfEverythingAsLines(t *testing.T) {
	away := t.TempDir()
	dir, file := filepath.Join(away, "data"), filepath.Join(away, "all.jsonl")
	p := newProgram(0)
	if code := p.run(t.Context(), []string{"demo", "--users", "30", "--exit", "--data", dir}); code != exitOK {
		t.Fatal(p.stderr.String())
	}
	p = newProgram(0)
	if code := p.run(t.Context(), []string{"export", file, "--what", "users,groups,members,applications,servicePrincipals,partners", "--tenant", "aurora.example", "--data", dir}); code != exitOK {
		t.Fatal(p.stderr.String())
	}
	counts := map[string]int{}
	for line := range bytes.Lines(read(t, file)) {
		var o map[string]any
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		kind, _ := o["@odata.type"].(string)
		relation, _ := o["@hospes.relation"].(string)
		counts[kind+relation]++
		if strings.Contains(string(line), "password\":\"") || o["secretText"] != nil {
			t.Errorf("a secret is told: %s", line)
		}
	}
	if counts["#microsoft.graph.user"] != 31 || counts["#microsoft.graph.group"] != 1 || counts["members"] != 30 ||
		counts["#microsoft.graph.crossTenantAccessPolicyConfigurationPartner"] != 1 || counts["#microsoft.graph.servicePrincipal"] < 3 || counts["#microsoft.graph.application"] != 2 {
		t.Errorf("it holds %v", counts)
	}
	for want, args := range map[string][]string{
		"--format":        {"export", "people.txt"},
		"there is no":     {"export", file, "--what", "users,secrets"},
		"for JSON lines":  {"export", "people.csv", "--what", "users"},
		"no such file or": {"export", filepath.Join(away, "absent", "people.csv"), "--tenant", "aurora.example"},
	} {
		p := newProgram(0)
		if code := p.run(t.Context(), append(args, "--data", dir)); code != exitUsage || !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%v: exit %d, %s", args, code, p.stderr.String())
		}
	}
	if left, err := filepath.Glob(filepath.Join(away, "*.part")); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

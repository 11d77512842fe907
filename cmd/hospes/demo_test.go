package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/demo"
)

// TestDemoPatients runs the lines that the demo of many tenants ends with, and finds exactly what was broken.
func TestDemoPatients(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	run := runs(t)
	text := run(exitOK, "demo", "--tenants", "4", "--users", "30", "--exit", "--data", dir)
	var found []string
	var lines [][]string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "hospes" {
			lines = append(lines, words[1:])
			for finding := range strings.Lines(run(exitFailed, words[1:]...)) {
				if strings.HasPrefix(finding, "✗") {
					found = append(found, finding)
				}
			}
		}
	}
	if len(lines) != 2 || len(found) != 2 || !strings.Contains(found[0], "Aurora does not let Drumlin synchronize") || !strings.Contains(found[1], "Somebody else of Cumulus has the address") {
		t.Fatalf("%q find %q", lines, found)
	}
	if got := run(exitOK, append(lines[0], "--fix")...); strings.Count(got, "done: ") != 2 || !strings.Contains(got, "Nothing stands in the way") {
		t.Errorf("the closed door is mended with\n%s", got)
	}
	if text = run(exitOK, "demo", "--tenants", "4", "--users", "30", "--exit", "--data", dir); strings.Contains(text, "refused") || strings.Count(text, "hospes doctor") != 1 {
		t.Errorf("what was mended is broken again:\n%s", text)
	}
	run(exitConflict, "demo", "--tenants", "5", "--users", "30", "--exit", "--data", dir)
	run(exitUsage, "demo", "--tenants", "1", "--exit", "--data", dir)
	run(exitUsage, "demo", "--tenants", "51", "--exit", "--data", dir)
}

// TestDemoPatientsOfAServer has a shell read the line for a data directory that is being served.
func TestDemoPatientsOfAServer(t *testing.T) {
	dir := t.TempDir()
	side := demo.Side{Domain: "aurora.example", ClientID: "11d1", ClientSecret: "s3cret-~_"}
	if err := demo.WriteJSON(filepath.Join(dir, "demo.json"), map[string]any{"spokes": []demo.Side{side}, "target": demo.Side{ClientID: "22d2", ClientSecret: "another"}}); err != nil {
		t.Fatal(err)
	}
	p := newProgram(0)
	p.tellPatients(demo.Report{
		BaseURL: "https://localhost:8443", CA: filepath.Join(dir, "ca.pem"), Tenants: []demo.Side{side},
		Patients: []demo.Patient{{UserPrincipalName: "anna@aurora.example", Domain: "aurora.example"}},
	}, false)
	_, line, _ := strings.Cut(p.stdout.String(), "  hospes ")
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+line).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"doctor", "anna@aurora.example", "--tenant", "aurora.example", "--server", "https://localhost:8443", "--ca", filepath.Join(dir, "ca.pem"), "--client-id", "11d1", "--client-secret", "s3cret-~_"}
	if got := strings.Split(strings.TrimSpace(string(out)), "\n"); !slices.Equal(got, want) {
		t.Errorf("a shell reads %q", got)
	}
}

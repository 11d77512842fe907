package main

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/internal/dnstest"
)

// TestDomainCommands proves a domain by a name server that the environment names.
func TestDomainCommands(t *testing.T) {
	dns, dir := dnstest.New(t), t.TempDir()
	run := func(want int, args ...string) string {
		t.Helper()
		p := newProgram(0, "HOSPES_DNS="+dns.Addr)
		if code := p.run(t.Context(), append(args, "--data", dir)); code != want {
			t.Fatalf("%v: exit %d\n%s%s", args, code, p.stdout.String(), p.stderr.String())
		}
		return p.stdout.String()
	}
	run(exitOK, "tenant", "create", "Aurora", "--domain", "aurora.example")
	run(exitOK, "domain", "add", "new.example")
	run(exitFailed, "domain", "verify", "new.example")
	records := run(exitOK, "domain", "records", "new.example", "-o", "csv")
	_, text, _ := strings.Cut(records, "MS=")
	text, _, _ = strings.Cut(text, ",")
	dns.Set("new.example", "MS="+text)
	if got := run(exitOK, "domain", "verify", "new.example"); !strings.Contains(got, "true") {
		t.Errorf("verified: %s", got)
	}
	run(exitOK, "user", "create", "anna@new.example")
	run(exitFailed, "domain", "delete", "new.example")
}

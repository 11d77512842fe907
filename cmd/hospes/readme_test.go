package main

import (
	"flag"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the parts of README.md and docs/tour.md that tests write anew")

// TestReadmeDoctor keeps what the README shows of the doctor equal to what it says: somebody is blocked in the target
// after a demo, the cause is found, mended, and looked at again.
func TestReadmeDoctor(t *testing.T) {
	const who = "agnese.pellegrisi@aurora.example"
	dir := t.TempDir()
	var shown strings.Builder
	run := func(want int, args ...string) string {
		t.Helper()
		p := newProgram(0)
		if code := p.run(t.Context(), append(args, "--data", dir)); code != want {
			t.Fatalf("%v: exit %d\n%s%s", args, code, p.stdout.String(), p.stderr.String())
		}
		done, failed, _ := strings.Cut(p.stderr.String(), "hospes: ")
		if failed != "" {
			failed = "hospes: " + failed
		}
		return done + p.stdout.String() + failed
	}
	show := func(want int, args ...string) {
		text := run(want, args...)
		text = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).ReplaceAllString(text, "6f1c…")
		shown.WriteString("$ hospes " + strings.Join(args, " ") + " --data ./data\n" + text)
	}
	run(exitOK, "demo", "--exit")
	show(exitOK, "user", "set", "agnese.pellegrisi_aurora.example#EXT#@borealis.hospes.example", "accountEnabled=false", "--tenant", "borealis.example")
	show(exitFailed, "doctor", who, "--tenant", "aurora.example")
	show(exitOK, "doctor", who, "--tenant", "aurora.example", "--fix")
	const begin, end = "<!-- written by TestReadmeDoctor; run `go test ./cmd/hospes -run Readme -update` -->\n```console\n", "```\n<!-- end of the doctor -->"
	keepPart(t, "../../README.md", begin, end, shown.String())
}

package demo_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the terminal of the README anew")

// TestReadme keeps the terminal that the README shows equal to what the demo says.
func TestReadme(t *testing.T) {
	_, text := run(t, t.TempDir(), 0)
	text = regexp.MustCompile(`\d+\.\d s`).ReplaceAllString(text, "… s") // the one thing that differs from run to run
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "```console\n$ hospes demo --data ./data\n", "```\n<!-- end -->"
	head, rest, ok := strings.Cut(string(readme), begin)
	if !ok {
		t.Fatal("the README has no place for the terminal")
	}
	shown, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatal("the terminal of the README does not end")
	}
	if shown == text {
		return
	}
	if !*update {
		t.Fatalf("the README shows another terminal than the demo; run go test ./demo -run Readme -update\nREADME:\n%s\ndemo:\n%s", shown, text)
	}
	if err := os.WriteFile("../README.md", []byte(head+begin+text+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

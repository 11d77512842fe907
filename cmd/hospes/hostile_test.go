package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hospes-dev/hospes"
)

const steering = "Anna\x1b]0;owned\x07\x1b[2J\u202e"

// TestNamesDoNotSteerTheTerminal: names come from other organisations, and errors and findings hold them.
func TestNamesDoNotSteerTheTerminal(t *testing.T) {
	p := newProgram(0)
	p.flags.output = formatTable
	p.report(t.Context(), &hospes.Error{Kind: hospes.KindConflict, Message: "The address is that of " + steering + "."})
	p.hint("The group is %s", steering)
	raw, err := json.Marshal(map[string]any{
		"code": "X", "text": steering, "actingSide": "source", "arguments": map[string]string{"source": steering},
		"evidence": []map[string]string{{"name": "displayName", "value": steering}},
		"fix":      map[string]any{"method": "PATCH", "path": "/users/" + steering},
	})
	if err != nil {
		t.Fatal(err)
	}
	var f finding
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	if err := p.tellFindings([]finding{f}); err != nil {
		t.Fatal(err)
	}
	got := p.stdout.String() + p.stderr.String()
	if strings.ContainsAny(got, "\x1b\x07\u202e") || strings.Count(got, "Anna") != 6 {
		t.Errorf("it says %q", got)
	}
}

// TestWrittenFilesAreTheirOwnersAlone: where others can write too, somebody may have put something there before.
func TestWrittenFilesAreTheirOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	name, victim := filepath.Join(dir, "people.csv"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, name+".part"); err != nil {
		t.Fatal(err)
	}
	if err := newProgram(0).writeFile(name, func(w io.Writer) error {
		_, err := io.WriteString(w, "secret")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := string(read(t, victim)); got != "mine" {
		t.Errorf("what the link led to holds %q", got)
	}
	if info, err := os.Lstat(name); err != nil || info.Mode() != 0o600 || string(read(t, name)) != "secret" {
		t.Errorf("the file is %v, %v", info, err)
	}
	broken := errors.New("broken")
	if err := newProgram(0).writeFile(name, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "people.csv.*.part")); err != nil || len(left) > 0 || string(read(t, name)) != "secret" {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestWritingToAPipeLeavesItOne(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	came := make(chan string, 1)
	go func() {
		text, err := os.ReadFile(name)
		came <- string(text) + errorText(err)
	}()
	if err := newProgram(0).writeFile(name, func(w io.Writer) error {
		_, err := io.WriteString(w, "people")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Fatalf("the pipe is %v, %v", info, err)
	}
	if got := <-came; got != "people" {
		t.Errorf("through it came %q", got)
	}
}

func errorText(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

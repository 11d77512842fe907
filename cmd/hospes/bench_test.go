package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestBenchCommand measures a little, and holds that every figure is there and nothing is left behind. How fast anything
// is, no test says.
func TestBenchCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bench")
	run := func(want int, args ...string) *program {
		t.Helper()
		p := newProgram(0)
		p.clock = hospes.SystemClock{}
		if code := p.run(t.Context(), append([]string{"bench"}, args...)); code != want {
			t.Fatalf("%v: exit %d\n%s%s", args, code, p.stdout.String(), p.stderr.String())
		}
		return p
	}
	p := run(exitOK, "--users", "120", "--data", dir, "-o", "json", "-q")
	var answer struct {
		Users int
		Value []struct {
			Name, Unit          string
			Value, Floor, Ratio float64
		}
	}
	if err := json.Unmarshal(p.stdout.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	withFloor := 0
	for _, f := range answer.Value {
		if f.Unit == "" || f.Value <= 0 {
			t.Errorf("the figure %+v says nothing", f)
		}
		if f.Ratio > 0 && f.Floor > 0 {
			withFloor++
		}
	}
	if answer.Users != 120 || len(answer.Value) != 9 || withFloor != 3 {
		t.Errorf("%d people, %d figures, %d with a floor:\n%s", answer.Users, len(answer.Value), withFloor, p.stdout.String())
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory is left: %v", err)
	}
	run(exitUsage, "--users", "0")
	run(exitUsage, "--users", "100001")
	run(exitUsage, "--server", "https://localhost:8443")
	here := t.TempDir()
	run(exitConflict, "--data", here)
	if _, err := os.Stat(here); err != nil {
		t.Errorf("a directory that was there is gone: %v", err)
	}
}

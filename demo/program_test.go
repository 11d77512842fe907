package demo_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
)

// program is the real command, built for a test that kills it.
type program struct {
	testing.TB
	file  string
	users int
}

// build builds the command, with build tags where the test needs them.
func build(t testing.TB, users int, tags string) program {
	t.Helper()
	p := program{TB: t, file: filepath.Join(t.TempDir(), "hospes"), users: users}
	if out, err := exec.Command("go", "build", "-tags", tags, "-o", p.file, "../cmd/hospes").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

// command is a demo over dir, with more in its environment.
func (p program) command(dir string, environment ...string) *exec.Cmd {
	cmd := exec.Command(p.file, "demo", "--data", dir, "--users", strconv.Itoa(p.users), "--json", dir+".json", "--exit")
	cmd.Env = append(os.Environ(), environment...)
	return cmd
}

// finish runs a demo that must come to its end, and reads its report.
func (p program) finish(dir string, environment ...string) demo.Report {
	p.Helper()
	if out, err := p.command(dir, environment...).CombinedOutput(); err != nil {
		p.Fatalf("%s: %v\n%s", dir, err, out)
	}
	text, err := os.ReadFile(dir + ".json")
	if err != nil {
		p.Fatal(err)
	}
	var report demo.Report
	if err := json.Unmarshal(text, &report); err != nil {
		p.Fatal(err)
	}
	return report
}

// killAfter runs a demo and kills it after a while. It answers whether the kill found it alive, and the beginning of the
// last line that it wrote.
func (p program) killAfter(dir string, life time.Duration) (bool, string) {
	p.Helper()
	cmd := p.command(dir)
	var out strings.Builder
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	timer := time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	died := faulttest.Killed(p, cmd.Wait())
	lines := strings.Split("\n"+strings.TrimSpace(out.String()), "\n")
	last := lines[len(lines)-1]
	return died, last[:min(len("Step 12"), len(last))]
}

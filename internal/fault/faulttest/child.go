package faulttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Child is the test program of a package, built with its failpoints. Run as a process of its own it does nothing but the
// test TestKillChild, which learns from the environment that it is the child, and on what it works.
type Child struct{ binary string }

// Build builds the child of the package whose test this is.
func Build(t testing.TB) Child {
	t.Helper()
	c := Child{filepath.Join(t.TempDir(), "child.test")}
	if out, err := exec.Command("go", "test", "-c", "-tags", "failpoint", "-o", c.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return c
}

// Run runs the child to its end, and tells whether it was killed; one that fails by itself fails the test.
func (c Child) Run(t testing.TB, environment ...string) (killed bool) {
	t.Helper()
	cmd := exec.Command(c.binary, "-test.run", "^TestKillChild$")
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil && err.Error() != death {
		t.Logf("the child wrote\n%s", out)
	}
	return Killed(t, err)
}

// Copy copies the file of a store that is closed, so that what becomes of the copy can be compared.
func Copy(t testing.TB, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

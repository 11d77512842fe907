package faulttest

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var call = regexp.MustCompile(`fault\.Point\("([^"]+)"\)`)

// Points gives the names of all failpoints in the sources, so that one that is added is tested from then on.
func Points(t testing.TB) []string {
	t.Helper()
	out, err := exec.Command("git", "grep", "-h", `fault\.Point("`, "--", ":/*.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, match := range call.FindAllStringSubmatch(string(out), -1) {
		list = append(list, match[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Passages counts how often a run passed each point, from the file that HOSPES_FAULT_TRACE named.
func Passages(t testing.TB, file string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for name := range strings.Lines(string(text)) {
		count[strings.TrimSpace(name)]++
	}
	return count
}

// death is what waiting for a process gives that was killed.
const death = "signal: killed"

// Killed tells a process that was killed from one that came to its end, by what waiting for it gave; one that failed by
// itself fails the test.
func Killed(t testing.TB, err error) bool {
	t.Helper()
	if err == nil {
		return false
	}
	if err.Error() != death {
		t.Fatalf("the process failed by itself: %v", err)
	}
	return true
}

// Number reads a number from the environment, for tests whose length make torture chooses.
func Number(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

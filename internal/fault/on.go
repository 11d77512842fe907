//go:build failpoint

package fault

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Enabled tells that the points are live.
const Enabled = true

// rule is one entry of HOSPES_FAULT: "name=kill" or "name=fail", with "@n" for the n-th passage.
type rule struct {
	action string
	at     int
}

var (
	once   sync.Once
	mu     sync.Mutex
	rules  map[string]rule
	passed = map[string]int{}
	trace  *os.File
)

// Point kills the process or answers an error where HOSPES_FAULT names it, as in
// HOSPES_FAULT="store.beforeCommit=kill@3,provision.batch=fail". HOSPES_FAULT_TRACE names a file that gets a line for
// each passage, so that a test knows how often a run comes by.
func Point(name string) error {
	once.Do(load)
	mu.Lock()
	if trace != nil {
		_, _ = trace.WriteString(name + "\n") // a trace that is short fails the test that reads it
	}
	r, ok := rules[name]
	if ok {
		passed[name]++
		ok = passed[name] == r.at
	}
	mu.Unlock()
	if !ok {
		return nil
	}
	if r.action == "kill" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	}
	return errors.New("fault: " + name)
}

func load() {
	rules = map[string]rule{}
	if path := os.Getenv("HOSPES_FAULT_TRACE"); path != "" {
		trace, _ = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	}
	for _, entry := range strings.Split(os.Getenv("HOSPES_FAULT"), ",") {
		name, action, ok := strings.Cut(strings.TrimSpace(entry), "=")
		if !ok {
			continue
		}
		r := rule{action: action, at: 1}
		if a, n, ok := strings.Cut(action, "@"); ok {
			r.action = a
			r.at, _ = strconv.Atoi(n)
		}
		rules[name] = r
	}
}

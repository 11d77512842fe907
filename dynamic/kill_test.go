package dynamic_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
	"github.com/hospes-dev/hospes/store"
)

// childFile tells a child process of the kill test which store it works on.
const childFile = "HOSPES_TEST_RULES_FILE"

// TestKillChild is the child: it works until nothing is left to do.
func TestKillChild(t *testing.T) {
	file := os.Getenv(childFile)
	if file == "" {
		return // this is the parent's run of the tests
	}
	w := openWorld(t, file)
	tenants, err := w.store.Tenants(ctx)
	w.must(err)
	w.tenant = tenants[0]
	w.process()
}

// TestKill_APassThatIsKilledAtAnyCommitGoesOnFromThere kills a process beside each commit of a pass over everybody, and
// compares the members, and what the audit log tells of each, after another has gone on.
func TestKill_APassThatIsKilledAtAnyCommitGoesOnFromThere(t *testing.T) {
	dir := t.TempDir()
	child := faulttest.Build(t)
	const people = 2500
	file := filepath.Join(dir, "hospes.db")
	var group *hospes.Object
	t.Run("prepare", func(t *testing.T) {
		w := newWorld(t, file)
		w.fill(people)
		group = w.group("Sales", `user.department -eq "Sales"`)
	})
	trace := filepath.Join(dir, "trace")
	child.Run(t, childFile+"="+faulttest.Copy(t, file), "HOSPES_FAULT_TRACE="+trace)
	passages := faulttest.Passages(t, trace)
	for _, point := range []string{"store.beforeCommit", "store.midFlush", "store.afterCommit"} {
		if passages[point] < 4 {
			t.Fatalf("a pass over %d people comes by %s %d times only", people, point, passages[point])
		}
		for n := 1; n <= passages[point]; n++ {
			t.Run(fmt.Sprintf("%s/%d", point, n), func(t *testing.T) {
				file := faulttest.Copy(t, file)
				if !child.Run(t, childFile+"="+file, fmt.Sprintf("HOSPES_FAULT=%s=kill@%d", point, n)) {
					t.Fatal("the child was not killed")
				}
				child.Run(t, childFile+"="+file)
				w := openWorld(t, file)
				tenants, err := w.store.Tenants(ctx)
				w.must(err)
				w.tenant = tenants[0]
				if got := w.count(group.Number); got != people/2 {
					t.Errorf("%d people are in the group, not %d", got, people/2)
				}
				added := 0
				w.view(func(r store.Reader) error {
					records, err := r.Audits(store.LogQuery{Limit: 10 * people})
					for _, a := range records {
						if a.By.Cause == hospes.CauseRule {
							added++
						}
					}
					if _, broken, err := r.VerifyAudits(); err != nil || broken != 0 {
						t.Errorf("the audit chain breaks at %d (%v)", broken, err)
					}
					return err
				})
				if added != people/2 {
					t.Errorf("the audit log tells of %d people who came in, not of %d", added, people/2)
				}
				if steps := w.process(); steps != 0 {
					t.Errorf("%d steps were left", steps)
				}
			})
		}
	}
}

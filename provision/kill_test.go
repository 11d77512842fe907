package provision_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// What a child process of the kill tests is told: the store that it works on, the moment at which its clock stands (none
// for the system's clock), how many people it takes at once, and the address of a remote target (none for a tenant).
const (
	childFile   = "HOSPES_TEST_KILL_FILE"
	childMoment = "HOSPES_TEST_KILL_MOMENT"
	childBatch  = "HOSPES_TEST_KILL_BATCH"
	childTarget = "HOSPES_TEST_KILL_TARGET"
)

// TestKillChild is the child: it runs the job over and over until it is done, and says so.
func TestKillChild(t *testing.T) {
	file := os.Getenv(childFile)
	if file == "" {
		return // this is the parent's run of the tests
	}
	var clock hospes.Clock = hospes.SystemClock{}
	if text := os.Getenv(childMoment); text != "" {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		clock = hospes.NewManualClock(moment)
	}
	s, err := sqlstore.OpenSQLite(ctx, file, sqlstore.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	engine := &provision.Engine{
		Store: s, Clock: clock, Random: hospes.SystemRandom(), Sealer: plainSealer{}, Log: slog.New(slog.DiscardHandler),
		Node:      "the one node", // the same in each child, so that it takes its own lease over at once
		BatchSize: faulttest.Number(t, childBatch, 50),
	}
	if address := os.Getenv(childTarget); address != "" {
		engine.Templates = []provision.Template{memoryTemplate(farAway(address))}
	}
	tenants, err := s.Tenants(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var job string
	err = s.View(ctx, tenants[0].ID, func(r store.Reader) error {
		jobs, err := r.Jobs(0)
		job = jobs[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("child: ready")
	for {
		worked, err := engine.RunCycle(ctx, tenants[0].ID, job)
		if err != nil {
			t.Fatal(err)
		}
		if !worked {
			break
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Println("child: done")
}

// TestKill_ACycleThatIsKilledAnywhereEndsAsIfItHadNotBeen kills a process in the middle of a cycle, again and again,
// and compares what is there in the end with what the source says should be.
func TestKill_ACycleThatIsKilledAnywhereEndsAsIfItHadNotBeen(t *testing.T) {
	const people, rounds = 600, 10
	file := filepath.Join(t.TempDir(), "hospes.db")
	w := newWorld(t, func(testing.TB, hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenSQLite(ctx, file, sqlstore.Options{})
	})
	w.fill(people)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	kills := 0
	for range rounds {
		if !runChild(t, file, time.Duration(random.IntN(50))*time.Millisecond) {
			kills++
		}
	}
	if !runChild(t, file, 10*time.Minute) {
		t.Fatal("the cycle does not end by itself")
	}
	t.Logf("%d kills", kills)
	reopened, err := sqlstore.OpenSQLite(ctx, file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reopened.Close(); err != nil {
			t.Error(err)
		}
	})
	w.store = reopened
	w.checkComplete(people)
}

// runChild runs the child and kills it after a while; it answers whether the child was done before.
func runChild(t *testing.T, file string, life time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKillChild$", "-test.v")
	cmd.Env = append(os.Environ(), childFile+"="+file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	done := false
	var text strings.Builder
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
		switch strings.TrimSpace(lines.Text()) {
		case "child: ready":
			timer := time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
		case "child: done":
			done = true
		}
	}
	err = cmd.Wait()
	if err != nil && !done && !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child failed: %v\n%s", err, text.String())
	}
	return done
}

// checkComplete proves that everybody of the source is in the target exactly once, with a link, a record of its
// creation, one change and one audit record, and that the chain of the audit log holds.
func (w *world) checkComplete(people int64) {
	w.Helper()
	w.view(w.target, func(r store.Reader) error {
		n, err := r.Count(store.Query{Schema: hospes.UserSchema})
		if err != nil {
			return err
		}
		if n != people {
			w.Errorf("%d people in the target, want %d", n, people)
		}
		changes, err := r.Changes(0, 1<<20)
		if err != nil {
			return err
		}
		added := map[hospes.Number]int{}
		for i, c := range changes {
			if c.Seq != hospes.Seq(i+1) {
				w.Errorf("change %d has seq %d", i+1, c.Seq)
			}
			if c.Operation == hospes.OperationAdd && c.Class == hospes.ClassUser {
				added[c.Object]++
			}
		}
		if int64(len(added)) != people {
			w.Errorf("%d people were added, want %d", len(added), people)
		}
		_, broken, err := r.VerifyAudits()
		if broken != 0 {
			w.Errorf("the audit chain breaks at %d", broken)
		}
		return err
	})
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		if err != nil {
			return err
		}
		links, err := r.LinksBetween(job.Number, 0, 1<<62, false, 1<<20)
		if err != nil {
			return err
		}
		targets := map[hospes.Number]bool{}
		for _, l := range links {
			targets[l.Target] = true
		}
		if int64(len(links)) != people || int64(len(targets)) != people {
			w.Errorf("%d links to %d people, want %d", len(links), len(targets), people)
		}
		records, err := r.Provisionings(store.LogQuery{Limit: 1 << 20})
		if err != nil {
			return err
		}
		created := map[hospes.ObjectID]int{}
		for _, p := range records {
			if p.Action == hospes.ActionCreate && p.Outcome == hospes.OutcomeSuccess {
				created[p.SourceID]++
			}
		}
		for id, n := range created {
			if n != 1 {
				w.Errorf("%s was created %d times", id, n)
			}
		}
		if int64(len(created)) != people {
			w.Errorf("%d creations are logged, want %d", len(created), people)
		}
		if job.Status.Cycle != nil || job.Status.Watermark == 0 {
			w.Errorf("the job is left as %+v", job.Status)
		}
		return nil
	})
}

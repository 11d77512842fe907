package demo_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

// TestKill_ADemoThatIsKilledAnywhereEndsAsIfItHadNotBeen kills the real program at random moments; HOSPES_KILLS says how
// often (make torture: fifty times).
func TestKill_ADemoThatIsKilledAnywhereEndsAsIfItHadNotBeen(t *testing.T) {
	const users = 400
	kills := 4
	if text := os.Getenv("HOSPES_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(t.TempDir(), "hospes")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/hospes").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "demo.json")
	arguments := []string{"demo", "--data", dir, "--users", strconv.Itoa(users), "--json", file, "--exit"}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	done := 0
	for range kills {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(20+random.IntN(1200))*time.Millisecond)
		err := exec.CommandContext(ctx, program, arguments...).Run() // a command whose context ends is killed
		cancel()
		if err == nil {
			done++
		}
	}
	t.Logf("seed %d: %d killed, %d ran to their end", seed, kills-done, done)
	for range 2 { // the second of these must find nothing to do
		if out, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, out)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report demo.Report
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if c := report.Cycle; c.Created != 0 || c.Updated != 0 || c.Failed != 0 || c.Users != users+1 {
		t.Errorf("seed %d: the last cycle is %+v", seed, c)
	}
	inspect(t, dir, users)
}

// inspect looks into the store that the killed demos have left.
func inspect(t *testing.T, dir string, users int64) {
	t.Helper()
	ctx := context.Background()
	i, err := server.Open(ctx, server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, domain := range []string{"aurora.example", "borealis.example"} {
		tenant, err := i.Store.TenantOfDomain(ctx, domain)
		if err != nil {
			t.Fatal(err)
		}
		err = i.Store.View(ctx, tenant.ID, func(r store.Reader) error {
			n, err := r.Count(store.Query{Schema: hospes.UserSchema})
			if err != nil {
				return err
			}
			if n != users+1 { // and the administrator
				t.Errorf("%s has %d users, want %d", domain, n, users+1)
			}
			_, broken, err := r.VerifyAudits()
			if broken != 0 {
				t.Errorf("the audit chain of %s breaks at %d", domain, broken)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

package demo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
	"github.com/hospes-dev/hospes/internal/portrait"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// demoDomains are those of the two tenants of the demo.
var demoDomains = []string{"aurora.example", "borealis.example"}

// portray draws a data directory that no process works on.
func portray(t testing.TB, dir string) portrait.Portrait {
	t.Helper()
	return portrait.Of(t, filepath.Join(dir, "hospes.db"), demoDomains...)
}

// TestPortrait_ShowsASinglePropertyThatDiffers is the control: what is compared below must not be blind.
func TestPortrait_ShowsASinglePropertyThatDiffers(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, 20)
	before := portray(t, dir)
	ctx := context.Background()
	s, err := sqlstore.OpenSQLite(ctx, filepath.Join(dir, "hospes.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := s.TenantOfDomain(ctx, "borealis.example")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(ctx, store.Write{Tenant: tenant.ID}, func(tx store.Tx) error {
		page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: 7})
		if err != nil {
			return err
		}
		someone, err := page.Documents[6].Object()
		if err != nil {
			return err
		}
		someone.Set(hospes.UserSchema.Must("city"), hospes.String("Atlantis"))
		return tx.Put(someone)
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if list := portray(t, dir).Differences(before); len(list) != 2 { // without the old city, with the new one
		t.Errorf("one property was changed, and the portraits differ in %q", list)
	}
}

// trials compares demos that were killed with one that was not.
type trials struct {
	program
	whole  portrait.Portrait
	length time.Duration // of the run that was not killed
}

func begin(t *testing.T, users int, tags string) trials {
	t.Helper()
	s := trials{program: build(t, users, tags)}
	dir := filepath.Join(t.TempDir(), "whole")
	began := time.Now()
	s.finish(dir)
	s.length = time.Since(began)
	s.whole = portray(t, dir)
	s.resume(dir, "a demo that is run again")
	return s
}

// resume brings a directory to its end and compares it, and then shows that nothing is left to be done.
func (s trials) resume(dir, what string) {
	s.Helper()
	s.finish(dir)
	ended := portray(s, dir)
	ended.Like(s, what, s.whole)
	report := s.finish(dir)
	if c := report.Cycle; c.Created != 0 || c.Updated != 0 || c.Failed != 0 || c.Users != int64(s.users+1) {
		s.Errorf("%s: the last cycle is %+v", what, c)
	}
	again := portray(s, dir)
	for domain, was := range ended.State {
		if is := again.State[domain]; is != was {
			s.Errorf("%s: %s moves from seq %d to %d though there was nothing to do", what, domain, was.Seq, is.Seq)
		}
	}
	again.Like(s, what+", run again", s.whole)
}

// TestKill_ADemoThatIsKilledAnywhereEndsAsIfItHadNotBeen kills the real program at random moments: once in a directory
// of its own, and over and over in one. HOSPES_KILLS says how often (make torture: fifty times), HOSPES_KILL_USERS over
// how many people.
func TestKill_ADemoThatIsKilledAnywhereEndsAsIfItHadNotBeen(t *testing.T) {
	kills := faulttest.Number(t, "HOSPES_KILLS", 4)
	s := begin(t, faulttest.Number(t, "HOSPES_KILL_USERS", 200), "")
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d; without a kill the demo takes %v", seed, s.length)
	moment := func() time.Duration { return time.Duration(random.Int64N(int64(s.length))) }
	root := t.TempDir()

	alone := kills - max(1, kills/5)
	survived, reached := 0, map[string]int{}
	for done := 0; done < alone; {
		dir := filepath.Join(root, "once"+strconv.Itoa(done+survived))
		after := moment()
		died, last := s.killAfter(dir, after)
		if !died { // it was quicker this time; that shows nothing
			survived++
			continue
		}
		reached[last]++
		s.resume(dir, "the demo that was killed after "+after.String())
		done++
	}
	t.Logf("%d directories, each killed once; %d demos were done before their kill", alone, survived)
	t.Logf("the last line before the kill, and how often: %v", reached)

	dir := filepath.Join(root, "often")
	hits := 0
	for range kills - alone {
		if died, _ := s.killAfter(dir, moment()); died {
			hits++
		}
	}
	s.resume(dir, "the demo that was killed over and over")
	t.Logf("one directory, killed %d times of %d", hits, kills-alone)
}

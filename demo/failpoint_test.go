package demo_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/internal/fault/faulttest"
)

// TestFailpoint_ADemoThatKillsItselfAtANamedPointEndsAsIfItHadNot kills the program at each point that stands in the
// sources, at a passage drawn among those that a whole run makes. HOSPES_POINT_KILLS says how often at each.
func TestFailpoint_ADemoThatKillsItselfAtANamedPointEndsAsIfItHadNot(t *testing.T) {
	s := begin(t, faulttest.Number(t, "HOSPES_POINT_USERS", 60), "failpoint")
	root := t.TempDir()
	passages := s.passages(root)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	each, kills := faulttest.Number(t, "HOSPES_POINT_KILLS", 1), 0
	for _, point := range faulttest.Points(t) {
		if strings.HasPrefix(point, "provision.remote.") || point == "provision.members" {
			continue // the demo has no remote target and synchronizes no groups; provision proves these
		}
		if passages[point] == 0 {
			t.Errorf("the demo never passes %s", point)
			continue
		}
		for done, tries := 0, 0; done < each; tries++ {
			if tries == each+10 {
				t.Fatalf("%s kills only %d of %d demos", point, done, tries)
			}
			passage := 1 + random.IntN(passages[point])
			dir := filepath.Join(root, fmt.Sprintf("%s-%d", point, tries))
			err := s.command(dir, fmt.Sprintf("HOSPES_FAULT=%s=kill@%d", point, passage)).Run()
			if !faulttest.Killed(t, err) {
				continue // runs differ a little in how often they come by
			}
			done++
			kills++
			s.resume(dir, fmt.Sprintf("the demo that died at passage %d of %d of %s", passage, passages[point], point))
		}
	}
	t.Logf("%d points, %d kills", len(passages), kills)
}

// TestFailpoint_ADemoMayDieAfterAnyOfItsCommits goes through the commits of a small demo, each of which leaves a step of
// the set-up half done. HOSPES_SWEEP says how many of them to take, evenly spread; make torture takes all.
func TestFailpoint_ADemoMayDieAfterAnyOfItsCommits(t *testing.T) {
	s := begin(t, 5, "failpoint")
	root := t.TempDir()
	commits := s.passages(root)["store.afterCommit"]
	take := min(faulttest.Number(t, "HOSPES_SWEEP", 5), commits)
	kills := 0
	for n := range take {
		commit := 1 + n*commits/take
		dir := filepath.Join(root, strconv.Itoa(commit))
		if faulttest.Killed(t, s.command(dir, fmt.Sprintf("HOSPES_FAULT=store.afterCommit=kill@%d", commit)).Run()) {
			kills++
		}
		s.resume(dir, fmt.Sprintf("the demo that died after commit %d of %d", commit, commits))
	}
	t.Logf("%d commits, %d kills", commits, kills)
	if kills < take*9/10 { // the last ones are made or not, as the end of the cycle is seen sooner or later
		t.Errorf("only %d of %d were killed", kills, take)
	}
}

// passages counts how often a whole run passes each point.
func (s trials) passages(root string) map[string]int {
	s.Helper()
	file := filepath.Join(root, "trace")
	s.finish(filepath.Join(root, "traced"), "HOSPES_FAULT_TRACE="+file)
	return faulttest.Passages(s, file)
}

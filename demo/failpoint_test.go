package demo_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFailpoint_ADemoThatKillsItselfAtANamedPointEndsAsIfItHadNot kills the program at each point that stands in the
// sources, at a passage drawn among those that a whole run makes. HOSPES_POINT_KILLS says how often at each.
func TestFailpoint_ADemoThatKillsItselfAtANamedPointEndsAsIfItHadNot(t *testing.T) {
	s := begin(t, number(t, "HOSPES_POINT_USERS", 60), "failpoint")
	root := t.TempDir()
	passages := s.passages(root)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	each, kills := number(t, "HOSPES_POINT_KILLS", 1), 0
	for _, point := range points(t) {
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
			if !killed(t, err) {
				continue // runs differ a little in how often they come by
			}
			done++
			kills++
			s.resume(dir, fmt.Sprintf("the demo that died at passage %d of %d of %s", passage, passages[point], point))
		}
	}
	t.Logf("%d points, %d kills", len(passages), kills)
}

// passages counts how often a whole run passes each point.
func (s trials) passages(root string) map[string]int {
	s.Helper()
	file := filepath.Join(root, "trace")
	s.finish(filepath.Join(root, "traced"), "HOSPES_FAULT_TRACE="+file)
	text, err := os.ReadFile(file)
	if err != nil {
		s.Fatal(err)
	}
	count := map[string]int{}
	for name := range strings.Lines(string(text)) {
		count[strings.TrimSpace(name)]++
	}
	return count
}

// points gives the names of all failpoints in the sources, so that one that is added is tested from then on.
func points(t testing.TB) []string {
	t.Helper()
	out, err := exec.Command("git", "grep", "-hoE", `fault\.Point\("[^"]+"\)`, "--", "../*.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, match := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(string(out), -1) {
		list = append(list, match[1])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

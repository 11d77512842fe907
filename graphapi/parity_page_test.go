package graphapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hospes-dev/hospes/graphapi"
)

// witnesses are the tests in which a route answered with a success, by the route. The page of parity claims nothing that
// has none.
var witnesses = struct {
	sync.Mutex
	of map[string]map[string]bool
}{of: map[string]map[string]bool{}}

// witness notes an answer.
func witness(t testing.TB, method, path string, status int) {
	if status < http.StatusOK || status >= http.StatusMultipleChoices {
		return
	}
	key := graphapi.RouteKey(method, path)
	if key == "" {
		return
	}
	name, _, _ := strings.Cut(t.Name(), "/")
	witnesses.Lock()
	defer witnesses.Unlock()
	if witnesses.of[key] == nil {
		witnesses.of[key] = map[string]bool{}
	}
	witnesses.of[key][name] = true
}

const parityPath = "../docs/parity.md"

var worksRow = regexp.MustCompile("(?m)^\\| `(.*)` \\| works \\| (\\w+) \\|$")

// named gives the test that the page names for each operation: the one that it names already, as long as that shows it,
// so that a new test does not change the page.
func named() map[string]string {
	names := map[string]string{}
	for key, tests := range witnesses.of {
		names[key] = slices.Min(slices.Collect(maps.Keys(tests)))
	}
	kept, err := os.ReadFile(parityPath)
	if err != nil {
		return names // it is written for the first time
	}
	for _, row := range worksRow.FindAllStringSubmatch(string(kept), -1) {
		if witnesses.of[row[1]][row[2]] {
			names[row[1]] = row[2]
		}
	}
	return names
}

// exception is one line of parity.txt.
type exception struct{ operation, kind, why string }

func exceptions() (list []exception, err error) {
	text, err := os.ReadFile("testdata/parity.txt")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.SplitN(line, "|", 3)
		if len(cells) != 3 {
			return nil, fmt.Errorf("parity.txt: %q has no three cells", line)
		}
		list = append(list, exception{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])})
	}
	return list, nil
}

const parityHead = `# What of Microsoft Graph there is

Written by the tests: an operation *works* where a test got a success from it, and the last column names one. Sign-in and
its protocol are in the second table, the clients in [clients](clients/README.md), who may call what in
[permissions](permissions.md). Both /v1.0 and /beta lead to the same operations; /beta shows every property, but
for employeeLeaveDateTime, customSecurityAttributes (of which there are none), signInActivity and membershipRuleProcessingStatus,
which take $select in the original as well.

`

// parityPage says of each operation that it works, that it differs on purpose, or that it is absent. The problems are
// claims that nothing shows.
func parityPage() (page string, problems []string, err error) {
	list, err := exceptions()
	if err != nil {
		return "", nil, err
	}
	known := map[string]exception{}
	for _, e := range list {
		known[e.operation] = e
	}
	shown := named()
	rows := map[string]string{}
	counts := map[string]int{}
	for _, route := range graphapi.Routes() {
		e, excepted := known[route.Key]
		by := shown[route.Key]
		switch {
		case excepted && e.kind == "differs":
			counts["differ on purpose"]++
			rows[route.Key] = fmt.Sprintf("| `%s` | differs | %s |", route.Key, e.why)
		case excepted:
			problems = append(problems, route.Key+" is said to be absent, and is there")
		case by == "":
			problems = append(problems, "no test has a success of "+route.Key)
		default:
			counts["work"]++
			rows[route.Key] = fmt.Sprintf("| `%s` | works | %s |", route.Key, by)
		}
		delete(known, route.Key)
	}
	for _, e := range known {
		if e.kind != "absent" {
			problems = append(problems, e.operation+" is said to differ, and is not there")
		}
		counts["are absent"]++
		rows[e.operation] = fmt.Sprintf("| `%s` | absent | %s |", e.operation, e.why)
	}
	var b strings.Builder
	b.WriteString(parityHead)
	fmt.Fprintf(&b, "%d operations work, %d differ on purpose, %d of the original are absent.\n", counts["work"], counts["differ on purpose"], counts["are absent"])
	path := func(key string) string {
		method, path, _ := strings.Cut(key, " ")
		return sectionOf(path) + " " + path + " " + method
	}
	section := ""
	for _, key := range slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return strings.Compare(path(a), path(b)) }) {
		_, p, _ := strings.Cut(key, " ")
		if name := sectionOf(p); name != section {
			section = name
			fmt.Fprintf(&b, "\n## %s\n\n| operation | | shown by, or why |\n| --- | --- | --- |\n", strings.TrimSuffix(section, "/"))
		}
		b.WriteString(rows[key] + "\n")
	}
	signIn, more, err := signInRows()
	b.WriteString(signIn)
	slices.Sort(problems)
	return b.String(), append(problems, more...), err
}

// signInRows are the operations of the protocol, of which signin.txt names a test each.
func signInRows() (text string, problems []string, err error) {
	lines, err := os.ReadFile("testdata/parity_signin.txt")
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	b.WriteString("\n## Sign-in\n\n| operation | | shown by, or why |\n| --- | --- | --- |\n")
	for line := range strings.Lines(string(lines)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.SplitN(line, "|", 3)
		if len(cells) != 3 {
			return "", nil, fmt.Errorf("parity_signin.txt: %q has no three cells", line)
		}
		operation, kind, shown := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		if kind == "works" {
			folder, name, _ := strings.Cut(shown, " ")
			if !testThere("../"+folder, name) {
				problems = append(problems, shown+" is no test")
			}
			shown = name
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", operation, kind, shown)
	}
	return b.String(), problems, nil
}

// testThere tells that a folder has a test of a name.
func testThere(folder, name string) bool {
	files, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, f := range files {
		if text, err := os.ReadFile(folder + "/" + f.Name()); err == nil && strings.HasSuffix(f.Name(), "_test.go") && strings.Contains(string(text), "func "+name+"(") {
			return true
		}
	}
	return false
}

// checkParity compares the page with what the tests have shown. It runs after all of them, and not where only some did.
func checkParity() error {
	text, problems, err := parityPage()
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("docs/parity.md claims what nothing shows:\n\t%s", strings.Join(problems, "\n\t"))
	}
	if *update {
		return os.WriteFile(parityPath, []byte(text), 0o644)
	}
	kept, err := os.ReadFile(parityPath)
	if err == nil && string(kept) != text {
		err = fmt.Errorf("%s is not what the tests have shown; write it anew with: go test ./graphapi -update", parityPath)
	}
	return err
}

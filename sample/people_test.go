package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/sample/stock"
)

// TestPeople holds that every generated person can be created: what must be unique is, and everything fits.
func TestPeople(t *testing.T) {
	n := 3*stock.AllPairs() + 5 // every name comes three times
	alias := regexp.MustCompile(`^[a-z]+\.[a-z]+[0-9]*$`)
	seen := make(map[string]bool)
	names := make(map[string]int)
	count := 0
	for rec := range People(n, 7) {
		count++
		if rec.Kind != importer.Person || rec.Key == "" || rec.Disabled || (rec.Manager == "") != (count == 1) {
			t.Fatalf("person %d: %+v", count, rec)
		}
		if rec.Manager != "" && !seen["employeeId "+rec.Manager] {
			t.Fatalf("%s is managed by %s, who comes later or never", rec.Key, rec.Manager)
		}
		for _, unique := range []string{"userPrincipalName", "mail", "mailNickname", "employeeId"} {
			key := unique + " " + rec.Text(unique)
			if seen[key] {
				t.Fatalf("two people have the %s", key)
			}
			seen[key] = true
		}
		if nick := rec.Text("mailNickname"); !alias.MatchString(nick) || rec.Text("userPrincipalName") != nick+"@"+Domain {
			t.Fatalf("%s has the alias %q and is %s", rec.Key, nick, rec.Text("userPrincipalName"))
		}
		if len(rec.Edits()) != len(rec.Fields) {
			t.Fatalf("%s has fields that are no properties", rec.Key)
		}
		for _, e := range rec.Edits() {
			if text := e.Value.Texts()[0]; e.Property.Max > 0 && utf8.RuneCountInString(text) > e.Property.Max || strings.TrimSpace(text) != text || text == "" {
				t.Fatalf("%s: %q does not fit %s", rec.Key, text, e.Property.Name)
			}
		}
		names[rec.Text("displayName")]++
	}
	if count != n || len(names) < stock.AllPairs()*99/100 {
		t.Errorf("%d people with %d names", count, len(names))
	}
}

// TestPeopleStay holds that a person depends on the seed and its place only.
func TestPeopleStay(t *testing.T) {
	few, many := slices.Collect(People(50, 1)), slices.Collect(People(5000, 1))[:50]
	other := slices.Collect(People(50, 2))
	same := 0
	for i := range few {
		if few[i].Text("userPrincipalName") != many[i].Text("userPrincipalName") || !slices.Equal(few[i].Fields, many[i].Fields) {
			t.Fatalf("person %d of 50 is %v, of 5000 %v", i, few[i], many[i])
		}
		if few[i].Text("displayName") == other[i].Text("displayName") {
			same++
		}
	}
	if same > 5 {
		t.Errorf("another seed gives %d of 50 the same name", same)
	}
	// pinned, since directories filled by an earlier release are compared with it
	if got := few[0].Text("userPrincipalName") + " " + few[49].Text("businessPhones"); got != pinned {
		t.Errorf("seed 1 begins with %s", got)
	}
	for range People(10, 1) {
		break // stopping early is allowed
	}
}

const pinned = "renee.noirmoutin@aurora.example +420 58 060 775 20"

// TestVariety holds that a small number of people already shows what a directory must cope with.
func TestVariety(t *testing.T) {
	scripts := map[string]*unicode.RangeTable{
		"Greek": unicode.Greek, "Cyrillic": unicode.Cyrillic, "Arabic": unicode.Arabic, "Hebrew": unicode.Hebrew,
		"Han": unicode.Han, "Devanagari": unicode.Devanagari,
	}
	departments := make(map[string]bool)
	cities := make(map[string]bool)
	for rec := range People(300, 42) {
		for script, table := range scripts {
			if strings.ContainsFunc(rec.Text("displayName"), func(c rune) bool { return unicode.Is(table, c) }) {
				delete(scripts, script)
			}
		}
		departments[rec.Text("department")] = true
		cities[rec.Text("city")] = true
	}
	if len(scripts) > 0 || len(departments) != len(stock.Departments) || len(cities) < 30 {
		t.Errorf("missing scripts %v; %d departments, %d cities", scripts, len(departments), len(cities))
	}
}

func BenchmarkPeople(b *testing.B) {
	b.ReportAllocs()
	var last importer.Record
	for rec := range People(b.N, 1) {
		last = rec
	}
	if last.Schema() != hospes.UserSchema {
		b.Fatal("not a person")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

package sample

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hospes-dev/hospes/importer"
)

// TestAurora reads the bundled file as an import does, and holds what its documentation promises.
func TestAurora(t *testing.T) {
	people, groups := readAurora(t)
	upn := regexp.MustCompile(`^[a-z0-9.]+@aurora\.example$`)
	objects := make(map[string]*importer.Record)
	for _, rec := range append(people, groups...) {
		for _, key := range append([]string{rec.Key, "upn " + rec.Text("userPrincipalName"), "id " + rec.Text("onPremisesImmutableId"), "nick " + rec.Text("mailNickname")}, rec.Aliases...) {
			if objects[key] != nil && !strings.HasSuffix(key, " ") {
				t.Errorf("lines %d and %d are both %s", objects[key].Line, rec.Line, key)
			}
			objects[key] = rec
		}
		for _, e := range rec.Edits() {
			for _, text := range e.Value.Texts() {
				if e.Property.Max > 0 && utf8.RuneCountInString(text) > e.Property.Max {
					t.Errorf("line %d: %q is too long for %s", rec.Line, text, e.Property.Name)
				}
			}
		}
		if rec.Text("displayName") == "" {
			t.Errorf("line %d: no display name", rec.Line)
		}
	}
	count := make(map[string]int)
	names := make(map[string]int)
	for _, p := range people {
		if !upn.MatchString(p.Text("userPrincipalName")) {
			t.Errorf("line %d: the name %q", p.Line, p.Text("userPrincipalName"))
		}
		for _, property := range []string{"mail", "givenName", "department", "jobTitle", "employeeId"} {
			if p.Text(property) == "" {
				count["without "+property]++
			}
		}
		switch {
		case p.Manager == "":
			count["without manager"]++
		case objects[p.Manager] == nil || objects[p.Manager].Kind != importer.Person:
			t.Errorf("line %d: the manager %s is nobody", p.Line, p.Manager)
		case objects[p.Manager].Line > p.Line:
			count["manager comes later"]++
		}
		for steps, m := 0, p; m.Manager != ""; m = objects[m.Manager] {
			if steps++; steps > 4 {
				t.Fatalf("line %d: the managers go round", p.Line)
			}
		}
		if p.Disabled {
			count["disabled"]++
		}
		if names[p.Text("displayName")]++; names[p.Text("displayName")] == 2 {
			count["shared names"]++
		}
	}
	for _, g := range groups {
		if len(g.Members) == 0 {
			count["empty groups"]++
		}
		if len(g.Members) > 300 {
			count["big groups"]++
		}
		nested := 0
		for _, key := range g.Members {
			switch {
			case objects[key] == nil:
				t.Errorf("line %d: the member %s is nobody", g.Line, key)
			case objects[key].Kind == importer.Group:
				nested++
			}
		}
		if nested > 0 {
			count["groups with groups"]++
		}
	}
	for what, want := range map[string][2]int{
		"without mail": {15, 25}, "without givenName": {5, 10}, "without department": {10, 25}, "without jobTitle": {1, 9},
		"without employeeId": {6, 6}, "without manager": {5, 15}, "manager comes later": {50, 300}, "disabled": {16, 16},
		"shared names": {5, 12}, "empty groups": {1, 1}, "big groups": {1, 1}, "groups with groups": {4, 4},
	} {
		if n := count[what]; n < want[0] || n > want[1] {
			t.Errorf("%s: %d, want %d to %d", what, n, want[0], want[1])
		}
	}
}

// TestAuroraScripts holds that display names come in every script, at least five of each.
func TestAuroraScripts(t *testing.T) {
	people, _ := readAurora(t)
	for script, table := range map[string]*unicode.RangeTable{
		"Latin": unicode.Latin, "Greek": unicode.Greek, "Cyrillic": unicode.Cyrillic, "Arabic": unicode.Arabic,
		"Hebrew": unicode.Hebrew, "Han": unicode.Han, "Devanagari": unicode.Devanagari,
	} {
		n := 0
		for _, p := range people {
			if strings.ContainsFunc(p.Text("displayName"), func(c rune) bool { return unicode.Is(table, c) }) {
				n++
			}
		}
		if n < 5 {
			t.Errorf("%d names in %s", n, script)
		}
	}
	marks := ""
	for _, p := range people {
		marks += p.Text("displayName")
	}
	for _, letter := range "åäöłążěřşğıễéß" {
		if !strings.ContainsRune(marks, letter) {
			t.Errorf("nobody has the letter %c", letter)
		}
	}
}

func readAurora(t *testing.T) (people, groups []*importer.Record) {
	t.Helper()
	in, size := Aurora()
	r, err := importer.Open("aurora.ldif", in, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range importer.All(r) {
		switch {
		case err != nil:
			t.Fatal(err)
		case rec.Kind == importer.Person:
			people = append(people, &rec)
		default:
			groups = append(groups, &rec)
		}
	}
	if len(people) != 320 || len(groups) != 19 || r.Ignored() != 3 || r.Bytes() != size {
		t.Errorf("%d people, %d groups, %d others, %d of %d bytes", len(people), len(groups), r.Ignored(), r.Bytes(), size)
	}
	if rest, _ := io.ReadAll(in); len(rest) != 0 {
		t.Errorf("%d bytes are left", len(rest))
	}
	return people, groups
}

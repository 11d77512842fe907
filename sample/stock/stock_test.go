package stock

import (
	"regexp"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestNames holds that every name has an alias of its own that an address can be made of, and fits the directory.
func TestNames(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z]+\.[a-z]+$`)
	seen := make(map[string]string)
	for _, r := range Regions {
		for n := range Pairs {
			name := r.Name(n)
			if other := seen[name.Alias]; other != "" {
				t.Errorf("%s and %s are both %s", other, name.Full, name.Alias)
			}
			seen[name.Alias] = name.Full
			if !plain.MatchString(name.Alias) || len(name.Alias) > 40 {
				t.Errorf("%s has the alias %q", name.Full, name.Alias)
			}
			if given, surname := r.Parts(n); given != name.Given || surname != name.Surname || given == "" || surname == "" {
				t.Errorf("%s consists of %q and %q", name.Full, given, surname)
			}
			if !norm.NFC.IsNormalString(name.Full) || utf8.RuneCountInString(name.Full) > 60 {
				t.Errorf("%q is not composed, or long", name.Full)
			}
		}
	}
	if len(seen) != AllPairs() {
		t.Errorf("%d aliases for %d names", len(seen), AllPairs())
	}
}

// TestScripts holds that the names come in every script that a directory must cope with.
func TestScripts(t *testing.T) {
	for script, table := range map[string]*unicode.RangeTable{
		"Latin": unicode.Latin, "Greek": unicode.Greek, "Cyrillic": unicode.Cyrillic, "Arabic": unicode.Arabic,
		"Hebrew": unicode.Hebrew, "Han": unicode.Han, "Devanagari": unicode.Devanagari,
	} {
		found := 0
		for _, r := range Regions {
			first, _ := utf8.DecodeRuneInString(r.Name(0).Full)
			if unicode.Is(table, first) {
				found++
			}
		}
		if found == 0 {
			t.Errorf("no names in %s", script)
		}
	}
}

func TestForms(t *testing.T) {
	for _, want := range []Name{
		{"Bohumil", "Krejčík", "Bohumil Krejčík", "bohumil.krejcik"},
		{"Alžběta", "Krejčíková", "Alžběta Krejčíková", "alzbeta.krejcikova"},
		{"Бояна", "Ангелова", "Бояна Ангелова", "boyana.angelova"},
		{"晓雯", "王", "王晓雯", "xiaowen.wang"},
		{"結衣", "佐々木", "佐々木 結衣", "yui.sasaki"},
		{"Minh Anh", "Nguyễn", "Nguyễn Minh Anh", "minhanh.nguyen"},
		{"Anouk", "van den Heuvelink", "Anouk van den Heuvelink", "anouk.vandenheuvelink"},
	} {
		found := false
		for _, r := range Regions {
			for n := range Pairs {
				found = found || r.Name(n) == want
			}
		}
		if !found {
			t.Errorf("nobody is called %+v", want)
		}
	}
}

func TestDepartments(t *testing.T) {
	sum := 0
	for _, d := range Departments {
		if sum += d.Weight; len(d.Titles) == 0 || d.Weight < 1 {
			t.Errorf("%s has no titles or no people", d.Name)
		}
	}
	if sum != 320 {
		t.Errorf("%d people work in the departments", sum)
	}
}

// TestDice pins the numbers: another order of the dice would make other people of the same seed.
func TestDice(t *testing.T) {
	d := DiceFor(1, 2)
	if a, b := d.Next(), d.Below(1000); a != 0x9a2e2fad63c1cab2 || b != 95 {
		t.Errorf("the dice fall %#x, %d", a, b)
	}
}

package rule_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/rule"
)

const shortID = "00000000-0000-4000-8000-00000000000"

// extensions knows one property that an application has added.
func extensions(name string) *hospes.Property {
	e := hospes.Extension{Name: "extension_c272a57b722d4eb29bfe327874ae79cb_OfficeNumber", Type: hospes.ExtensionString, Targets: []string{"User"}}
	if !strings.EqualFold(name, e.Name) {
		return nil
	}
	return e.Property(hospes.UserSchema)
}

// TestRules_Vectors asks every rule of testdata/rules.txt (graph-wire 4, 7.9).
func TestRules_Vectors(t *testing.T) {
	count := 0
	for _, v := range vectors(t) {
		count++
		got := answer(v.rule, person(t, v.person))
		if wanted, isError := strings.CutPrefix(v.want, "error: "); isError {
			if !strings.HasPrefix(got, "error: ") || !strings.Contains(got, wanted) {
				t.Errorf("%s of %s is %s, not %s", v.rule, v.person, got, v.want)
			}
			continue
		}
		if got != v.want {
			t.Errorf("%s of %s is %s, not %s", v.rule, v.person, got, v.want)
		}
		n, err := rule.Parse(v.rule)
		if err != nil {
			t.Fatal(err)
		}
		if again := answer(n.String(), person(t, v.person)); again != got {
			t.Errorf("%s is printed as %s, which answers %s", v.rule, n, again)
		}
	}
	if count < 100 {
		t.Errorf("only %d vectors were read", count)
	}
}

func answer(source string, p rule.Person) string {
	r, err := rule.Compile(source, extensions)
	if err != nil {
		return "error: " + err.Error()
	}
	is, err := r.Holds(p)
	if err != nil {
		return "error: " + err.Error()
	}
	d, err := r.Explain(p)
	if err != nil || d.Holds != is {
		return "error: explained otherwise"
	}
	return string(hospes.Bool(is))
}

type vector struct{ rule, person, want string }

func vectors(t testing.TB) (list []vector) {
	t.Helper()
	f, err := os.Open("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.ReplaceAll(lines.Text(), "..", shortID)
		if line == "" || line[0] == '#' {
			continue
		}
		line = strings.ReplaceAll(line, "| |", "|  |")
		end := strings.LastIndex(line, " | ")
		mid := strings.LastIndex(line[:end], " | ")
		list = append(list, vector{strings.TrimSpace(line[:mid]), strings.TrimSpace(line[mid+3 : end]), line[end+3:]})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func person(t testing.TB, text string) rule.Person {
	t.Helper()
	p := rule.Person{Object: hospes.NewObject(hospes.UserSchema, hospes.ObjectID{1})}
	for _, part := range strings.Split(text, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found {
			continue
		}
		list := strings.Split(strings.Trim(value, "[]"), ",")
		switch {
		case name == "id":
			p.Object.ID = id(t, value)
		case name == "manager":
			p.Manager = id(t, value)
		case name == "memberOf":
			for _, one := range list {
				p.MemberOf = append(p.MemberOf, id(t, one))
			}
		case strings.HasPrefix(name, "extensionAttribute"):
			p.Object.Set(hospes.UserSchema.Must("onPremisesExtensionAttributes"), hospes.JSON(map[string]string{name: value}))
		case strings.HasPrefix(name, hospes.ExtensionPrefix):
			p.Object.Set(extensions(name), hospes.String(value))
		case name == "assignedPlans":
			p.Object.Set(hospes.UserSchema.Must(name), hospes.JSON([]json.RawMessage{json.RawMessage(value)}))
		case value == "true", value == "false":
			p.Object.Set(hospes.UserSchema.Must(name), hospes.Value(value))
		case hospes.UserSchema.Must(name).Many:
			p.Object.Set(hospes.UserSchema.Must(name), hospes.Strings(list...))
		default:
			p.Object.Set(hospes.UserSchema.Must(name), hospes.String(value))
		}
	}
	return p
}

func id(t testing.TB, text string) hospes.ObjectID {
	t.Helper()
	n, ok := hospes.ParseObjectID(text)
	if !ok {
		t.Fatalf("%q is no id", text)
	}
	return n
}

// TestRules_AreBoundedInLengthAndDepth refuses what would take too long to read.
func TestRules_AreBoundedInLengthAndDepth(t *testing.T) {
	for source, want := range map[string]string{
		strings.Repeat("(", 60) + `user.city -eq "a"` + strings.Repeat(")", 60):  "more than 50 deep",
		strings.Repeat("-not ", 60) + `user.city -eq "a"`:                        "more than 50 deep",
		`user.city -eq "` + strings.Repeat("å", rule.MaxLength) + `"`:            "the limit is 3072",
		"user.city -eq \"\xff\"":                                                 "not valid UTF-8",
		strings.Repeat(`user.city -eq "a" -or `, 140)[:3000] + `user.city -eq "`: "",
		`user.displayName -match "` + strings.Repeat("(a|b)*", 400) + `"`:        "the limit is 2000",
	} {
		_, err := rule.Compile(source, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s…: %v", source, err)
		}
	}
	if _, err := rule.Compile(strings.Repeat(`user.city -eq "a" -or `, 130)+`user.city -eq "b"`, nil); err != nil {
		t.Errorf("a long rule: %v", err)
	}
}

// FuzzRule reads anything: what can be read is printed, read again and printed the same, and answers the same.
func FuzzRule(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.rule, v.person)
	}
	p := person(f, "department=Sales; city=a; otherMails=[a@b.example]; accountEnabled=true; displayName=a")
	f.Fuzz(func(t *testing.T, source, _ string) {
		n, err := rule.Parse(source)
		if err != nil {
			return
		}
		printed := n.String()
		again, err := rule.Parse(printed)
		if err != nil {
			if strings.Contains(err.Error(), "the limit is") {
				return // a quote takes two characters in print
			}
			t.Fatalf("%q is printed as %q, which cannot be read: %v", source, printed, err)
		}
		if again.String() != printed {
			t.Fatalf("%q is printed as %q and then as %q", source, printed, again)
		}
		if strings.Contains(strings.ToLower(source), "match") {
			return // a pattern may run out of time once and not the other time
		}
		if a, b := answer(source, p), answer(printed, p); a != b && !strings.HasPrefix(a, "error: ") {
			t.Fatalf("%q answers %s, printed as %q it answers %s", source, a, printed, b)
		}
	})
}

package importer

import (
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"pgregory.net/rapid"
)

// TestTables holds that every property the tables name is one of the schema, so that no value is lost on the way.
func TestTables(t *testing.T) {
	for _, r := range rules {
		if r.how == truthless {
			continue
		}
		for _, kind := range r.kinds {
			schema := map[rune]*hospes.Schema{'p': hospes.UserSchema, 'g': hospes.GroupSchema}[kind]
			if schema == nil || schema.Property(r.property) == nil || schema.Property(r.property).Name != r.property {
				t.Errorf("rule %s: no property of %c", r.property, kind)
			}
		}
		if strings.ToLower(r.from) != r.from {
			t.Errorf("rule %s: attribute names are written in lower case", r.property)
		}
	}
	for _, c := range columns {
		if p := hospes.UserSchema.Property(c.property); c.role == property && (p == nil || p.Name != c.property || p.Many != c.list) {
			t.Errorf("column %s: no such property, or not with one value", c.property)
		}
		for _, name := range c.names {
			if heading(name) != name {
				t.Errorf("column %s: the name %q can never be found", c.property, name)
			}
		}
	}
}

func TestEdits(t *testing.T) {
	rec := Record{Kind: Person}
	rec.Add("displayName", `Anna "Ann" Berg`)
	rec.Add("otherMails", "a@x.example")
	rec.Add("otherMails", "b@x.example")
	rec.Add("accountEnabled", "false")
	rec.Add("unheardOf", "x")
	var got []string
	for _, e := range rec.Edits() {
		got = append(got, e.Property.Name+"="+string(e.Value))
	}
	want := []string{`displayName="Anna \"Ann\" Berg"`, `otherMails=["a@x.example","b@x.example"]`, `accountEnabled=false`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if list := slices.Collect(rec.Texts("otherMails")); len(list) != 2 || rec.Text("otherMails") != "a@x.example" {
		t.Errorf("Texts gives %q", list)
	}
	group := Record{Kind: Group, Fields: []Field{{"description", "x"}}}
	if edits := group.Edits(); len(edits) != 1 || edits[0].Property != hospes.GroupDescription {
		t.Errorf("a group has the edits %v", edits)
	}
}

// TestPlainNames holds that the short way to the key of a distinguished name gives what parsing gives.
func TestPlainNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOfN(rapid.SampledFrom([]rune("aB1 -_.@'()&/:")), 1, 6, -1)
		var parts []string
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			parts = append(parts, rapid.SampledFrom([]string{"cn", "OU", "d-c", "2.5.4.3"}).Draw(t, "type")+"="+value.Draw(t, "value"))
		}
		dn := strings.Join(parts, ",")
		if !plainDN(dn) {
			if dn == strings.ReplaceAll(dn, " ", "") {
				t.Fatalf("%q is plain", dn)
			}
			return
		}
		fast, _ := dnKey(dn)
		if slow, err := parsedKey(dn); err != nil || fast != slow {
			t.Fatalf("%q: %q, parsed %q, %v", dn, fast, slow, err)
		}
	})
}

// TestKeysAreStable holds that the key of a key is the key itself: references may be folded twice.
func TestKeysAreStable(t *testing.T) {
	for _, dn := range []string{"cn=A,dc=b", `cn=Kim\, Ann,dc=c`, `cn=a\\b,dc=c`, `cn=a\+b+uid=c`, "cn=ZOË ,dc=x"} {
		key, err := dnKey(dn)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := dnKey(key); err != nil || again != key {
			t.Errorf("%q: %q, then %q, %v", dn, key, again, err)
		}
	}
}

func TestDetect(t *testing.T) {
	for head, want := range map[string]Format{
		"":                            "",
		"\xEF\xBB\xBFversion: 1\n":    LDIFFormat,
		"version:1\n":                 LDIFFormat,
		"version:v1.0\n":              CSVFormat,
		"version: x\n":                "",
		"\n# a, b\n\nDN: cn=a\n":      LDIFFormat,
		"a;b":                         CSVFormat,
		"User name [upn] Required":    CSVFormat,
		"some text without separator": "",
	} {
		if got := Detect("people.txt", []byte(head)); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
}

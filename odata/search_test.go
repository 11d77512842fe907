package odata_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

func TestWire1_7_ParseSearch(t *testing.T) {
	for text, want := range map[string]string{
		`"displayName:wa"`:                                      `"displayName:wa"`,
		`"displayName:wa" OR "mail:admin"`:                      `"displayName:wa" OR "mail:admin"`,
		`"a:1" AND "b:2" OR "c:3"`:                              `("a:1" AND "b:2") OR "c:3"`,
		`"a:1" AND ("b:2" OR "c:3")`:                            `"a:1" AND ("b:2" OR "c:3")`,
		` ( "a:1" ) `:                                           `"a:1"`,
		`"displayName: x \" and \\ : y "`:                       `"displayName:x \" and \\ : y"`,
		`"a:1"AND"b:2"`:                                         `"a:1" AND "b:2"`,
		`"onPremisesExtensionAttributes/extensionAttribute1:x"`: `"onPremisesExtensionAttributes/extensionAttribute1:x"`,
	} {
		s, err := odata.ParseSearch(text)
		if err != nil || s.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, s, err, want)
		}
	}
	for text, want := range map[string]string{
		``:                      "Invalid $search clause: it is empty at position 1.",
		`displayName:wa`:        `Invalid $search clause: a clause "property:text" in double quotes was expected at position 1.`,
		`"displayName"`:         `Invalid $search clause: "property:text" was expected at position 1.`,
		`"displayName:"`:        `Invalid $search clause: "property:text" was expected at position 1.`,
		`":x"`:                  `Invalid $search clause: "property:text" was expected at position 1.`,
		`"a:1" or "b:2"`:        "Invalid $search clause: AND, OR or the end was expected at position 7.",
		`"a:1" "b:2"`:           "Invalid $search clause: AND, OR or the end was expected at position 7.",
		`"a:1" AND`:             "Invalid $search clause: a clause was expected at position 10.",
		`("a:1"`:                "Invalid $search clause: ')' was expected at position 7.",
		`"a:1`:                  "Invalid $search clause: a clause has no closing quote at position 1.",
		`"a:\n"`:                `Invalid $search clause: only \" and \\ can be escaped at position 5.`,
		"\"a:\xff\"":            "Invalid $search clause: it has what is no text at position 1.",
		"\"a:1\x002\"":          "Invalid $search clause: it has what is no text at position 1.",
		`NOT "a:1"`:             `Invalid $search clause: a clause "property:text" in double quotes was expected at position 1.`,
		`é"a:1"`:                `Invalid $search clause: a clause "property:text" in double quotes was expected at position 1.`,
		strings.Repeat("(", 60): "Invalid $search clause: more than 50 parentheses stand inside each other at position 51.",
		strings.Repeat(`"a:1" OR `, 51) + `"a:1"`: "Invalid $search clause: there are more than 50 clauses at position 451.",
		strings.Repeat(" ", 10001):                "Invalid $search clause: it is longer than 10000 characters at position 10001.",
	} {
		if _, err := odata.ParseSearch(text); err == nil || !strings.HasSuffix(err.Error(), want) || hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%.40s: %v, want %s", text, err, want)
		}
	}
}

func TestWire1_7_SearchSelects(t *testing.T) {
	schema := odata.ObjectSchema(hospes.UserSchema)
	o := hospes.NewObject(hospes.UserSchema, hospes.ObjectID{1})
	o.Set(hospes.UserDisplayName, hospes.String("Anna-Maria OneVideo"))
	o.Set(hospes.UserMail, hospes.String("Anna.Berg@x.example"))
	o.Set(hospes.UserOtherMails, hospes.Value(`["second@x.example"]`))
	for text, want := range map[string]bool{
		`"displayName:ann"`: true, `"displayName:maria anna"`: true, `"displayName:VID"`: true, `"displayName:nna"`: false, `"displayName:annamaria"`: true,
		`"displayName:Anna-Maria"`: true, `"displayName:anna berg"`: false, `"mail:anna.b"`: true, `"mail:berg"`: false, `"otherMails:Sec"`: true, `"otherMails:x"`: false,
		`"displayName:zoe" OR "mail:anna"`: true, `"displayName:anna" AND "mail:zoe"`: false, "\"displayName:\x01\"": false,
	} {
		s, err := odata.ParseSearch(text)
		if err != nil {
			t.Fatal(err)
		}
		filter, err := odata.Query{Search: s}.CheckFilter(schema, odata.Mode{Advanced: true})
		if err != nil || filter.Match(odata.ObjectRecord{Object: o}) != want {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	for text, want := range map[string]string{
		`"nothing:x"`:           "Could not find a property named 'nothing' on type 'microsoft.graph.user'.",
		`"accountEnabled:true"`: "Unsupported Query.",
		`"ageGroup:x"`:          "Unsupported Query.",
	} {
		s, err := odata.ParseSearch(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (odata.Query{Search: s}).CheckFilter(schema, odata.Mode{Advanced: true}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func FuzzParseSearch(f *testing.F) {
	schema := odata.ObjectSchema(hospes.GroupSchema)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := odata.ParseSearch(text)
		if err != nil {
			if hospes.KindOf(err) != hospes.KindInvalid {
				t.Fatal(err)
			}
			return
		}
		again, err := odata.ParseSearch(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q is written %q, which is read as %v, %v", text, s, again, err)
		}
		if _, err := (odata.Query{Search: s}).CheckFilter(schema, odata.Mode{Advanced: true}); err != nil && hospes.KindOf(err) != hospes.KindInvalid {
			t.Fatal(err)
		}
	})
}

package provision

import (
	"encoding/json"
	"testing"

	"github.com/hospes-dev/hospes"
)

// FuzzSchema reads schemas as the API hands them on: whatever the text, it is refused with a code or can be run, and one
// that was taken is still taken once it has been stored.
func FuzzSchema(f *testing.F) {
	whole, err := json.Marshal(DefaultSchema(hospes.Job{ID: "job"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	const people = `{"synchronizationRules":[{"objectMappings":[{"sourceObjectName":"User","targetObjectName":"User","enabled":true,"attributeMappings":[` +
		`{"targetAttributeName":"alternativeSecurityIds","matchingPriority":1,"source":{"expression":"AltSecIdFromNetId([netId])"}}`
	for _, more := range []string{
		``, `,null`, `,{"targetAttributeName":"city"}`, `,{"targetAttributeName":"city","source":{"type":"Function","name":"ToUpper","parameters":[{"key":"source","value":{"type":"Attribute","name":"city"}}]}}`,
		`,{"targetAttributeName":"city","defaultValue":"x","flowType":"ObjectAddOnly","source":{"type":"Constant","name":"y"}}`, `,{"targetAttributeName":"manager","source":{"expression":"[manager]"}}`,
		`,{"targetAttributeName":"city","source":{"type":"Function","name":"Switch","parameters":[null]}}`,
	} {
		f.Add([]byte(people + more + `]}]}]}`))
	}
	f.Add([]byte(people + `],"scope":{"groups":[{"name":"g","clauses":[{"operatorName":"REGEX MATCH","sourceOperandName":"city","targetOperand":{"values":["a+"]}}]}]}}]}]}`))
	f.Add([]byte(`{"directories":[{"name":"Azure Active Directory","objects":[{"name":"User","attributes":[{"name":"extension_x","type":"String"}]}]}],"synchronizationRules":[null]}`))
	template := (&Engine{}).crossTenant()
	f.Fuzz(func(t *testing.T, text []byte) {
		var s Schema
		if json.Unmarshal(text, &s) != nil {
			return
		}
		if _, _, err := compile(s, template); err != nil {
			if hospes.KindOf(err) != hospes.KindInvalid || hospes.CodeOf(err) != "schemaInvalid" {
				t.Fatalf("%v", err)
			}
			return
		}
		stored, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readSchema(string(stored))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := compile(again, template); err != nil {
			t.Errorf("what was taken is refused once it was stored: %v\n%s", err, stored)
		}
	})
}

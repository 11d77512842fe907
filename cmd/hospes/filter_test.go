package main

import (
	"strings"
	"testing"
)

func TestFilterEval(t *testing.T) {
	clause := `{"operatorName":"EQUALS","sourceOperandName":"department","targetOperand":{"values":["Sales"]}}`
	for _, test := range []struct {
		name, filter, attributes, out, err string
		code                               int
	}{
		{"a clause", clause, `{"department":"Sales"}`, "true\n", "", 0},
		{"a clause on nothing", clause, `{}`, "false\n", "", 0},
		{"a group", `{"name":"g","clauses":[` + clause + `]}`, `{"department":"Sales"}`, "true\n", "", 0},
		{"a filter", `{"groups":[{"name":"g","clauses":[` + clause + `]}]}`, `{"department":"HR"}`, "false\n", "", 0},
		{"no filter at all", `{}`, `{}`, "true\n", "", 0},
		{"no JSON", `x`, `{}`, "", "hospes: the filter is not a JSON object", 2},
		{"something else", `{"a":1}`, `{}`, "", "hospes: this is no filter", 2},
		{"no operator", `{"operatorName":"LIKE","sourceOperandName":"x","targetOperand":{"values":["("]}}`, `{}`, "", "hospes: 'LIKE' is not an operator", 1},
		{"a broken pattern", `{"operatorName":"REGEX MATCH","sourceOperandName":"x","targetOperand":{"values":["("]}}`, `{}`, "", "hospes: The clause on 'x' cannot read its pattern", 1},
		{"several values", clause, `{"department":["a","b"]}`, "", "hospes: The attribute 'department' cannot be used", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(0)
			code := p.run(t.Context(), []string{"filter", "eval", "--attributes", test.attributes, test.filter})
			if code != test.code || p.stdout.String() != test.out || !strings.HasPrefix(p.stderr.String(), test.err) {
				t.Errorf("%d, %q, %q", code, p.stdout.String(), p.stderr.String())
			}
		})
	}
}

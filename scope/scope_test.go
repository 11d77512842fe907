package scope_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/scope"
)

// schemaOf knows one attribute.
func schemaOf(kind string) scope.Schema {
	return func(name string) (scope.Attribute, bool) {
		return scope.Attribute{Name: name, Type: kind}, name == "attribute"
	}
}

func clause(operator, operand string) scope.Clause {
	c := scope.Clause{SourceOperandName: "attribute", OperatorName: operator}
	if operand != "-" {
		c.TargetOperand.Values = []string{operand}
	}
	return c
}

func answer(f *scope.Filter, schema scope.Schema, row scope.Row) string {
	program, err := scope.Compile(f, schema)
	if err != nil {
		return "error"
	}
	result, err := program.Run(row)
	switch {
	case err != nil:
		return "error"
	case result.Passes:
		return "true"
	}
	return "false"
}

func TestVectors5_3(t *testing.T) {
	text, err := os.ReadFile("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(line, "|")
		if len(part) != 5 {
			t.Fatalf("%q has %d columns", line, len(part))
		}
		for i := range part {
			part[i] = strings.TrimSpace(part[i])
		}
		value := part[0]
		if value == "(none)" {
			value = ""
		}
		f := &scope.Filter{Groups: []scope.Group{{Name: "g", Clauses: []scope.Clause{clause(part[2], part[3])}}}}
		if got := answer(f, schemaOf(part[1]), func(int) string { return value }); got != part[4] {
			t.Errorf("%s: %s", strings.TrimSpace(line), got)
		}
		n++
	}
	if n < 40 {
		t.Errorf("only %d vectors", n)
	}
}

func TestGroupsAreJoinedByOrAndClausesByAnd(t *testing.T) {
	schema := func(name string) (scope.Attribute, bool) {
		return scope.Attribute{Name: name, Slot: map[string]int{"state": 0, "department": 1}[name], Type: "String"}, true
	}
	equals := func(attribute, value string) scope.Clause {
		return scope.Clause{SourceOperandName: attribute, OperatorName: "EQUALS", TargetOperand: scope.Operand{Values: []string{value}}}
	}
	a := scope.Group{Name: "A", Clauses: []scope.Clause{equals("state", "NY"), equals("department", "Eng")}}
	b := scope.Group{Name: "B", Clauses: []scope.Clause{equals("department", "Sales")}}
	row := func(slot int) string { return []string{"NY", "Sales"}[slot] }
	for want, f := range map[string]*scope.Filter{"false": {Groups: []scope.Group{a}}, "true": {Groups: []scope.Group{a, b}}} {
		if got := answer(f, schema, row); got != want {
			t.Errorf("%d groups: %s", len(f.Groups), got)
		}
	}
	if answer(nil, schema, row) != "true" || answer(&scope.Filter{}, schema, row) != "true" {
		t.Error("no filter lets everybody pass")
	}
	program, err := scope.Compile(&scope.Filter{Groups: []scope.Group{a, b}}, schema)
	if err != nil {
		t.Fatal(err)
	}
	result, err := program.Run(row)
	if err != nil || len(result.Verdicts) != 3 || result.Verdicts[1] != (scope.Verdict{Label: "A.department EQUALS 'Eng'", Holds: false}) {
		t.Errorf("%+v, %v", result, err)
	}
	input, err := scope.Compile(&scope.Filter{InputFilterGroups: []scope.Group{a}}, schema)
	if err != nil {
		t.Fatal(err)
	}
	if result, err := input.Run(row); err != nil || !result.Passes || result.Imported {
		t.Errorf("input groups: %+v, %v", result, err)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("REGEX MATCH", "(a+)+$", "aaaaaaaaaaaaaaaaaaaa!")
	f.Add("&", "4", "6")
	f.Add("GREATER_THAN", "9223372036854775808", "1")
	f.Fuzz(func(t *testing.T, operator, operand, value string) {
		c := clause(operator, operand)
		program, err := scope.Compile(&scope.Filter{Groups: []scope.Group{{Name: "g", Clauses: []scope.Clause{c}}}}, schemaOf("String"))
		if err != nil {
			return
		}
		if result, err := program.Run(func(int) string { return value }); err == nil && value == "" && result.Passes && !strings.EqualFold(operator, "IS NULL") {
			t.Errorf("%s holds on nothing", operator)
		}
	})
}

package provision

import (
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// Filter is the scope of an object mapping (provisioning 5.1): groups are joined by or, their clauses by and.
type Filter struct {
	Groups              []FilterGroup `json:"groups"`
	CategoryFilterGroup []FilterGroup `json:"categoryFilterGroups"`
	InputFilterGroups   []FilterGroup `json:"inputFilterGroups"`
}

// FilterGroup is a named list of clauses.
type FilterGroup struct {
	Name    string         `json:"name"`
	Clauses []FilterClause `json:"clauses"`
}

// FilterClause compares one attribute.
type FilterClause struct {
	OperatorName      string        `json:"operatorName"`
	SourceOperandName string        `json:"sourceOperandName"`
	TargetOperand     TargetOperand `json:"targetOperand"`
}

// TargetOperand is what a clause compares with.
type TargetOperand struct {
	Values []string `json:"values"`
}

// operator is one row of the table of provisioning 5.2.
type operator struct {
	Name  string
	Unary bool
	Types []connector.AttributeType
	test  func(value, operand string) bool
}

var filterOperators = []operator{
	{"EQUALS", false, []connector.AttributeType{connector.String, connector.Integer}, func(v, o string) bool { return v == o }},
	{"NOT EQUALS", false, []connector.AttributeType{connector.String, connector.Integer}, func(v, o string) bool { return v != o }},
	{"IS TRUE", true, []connector.AttributeType{connector.Boolean}, func(v, _ string) bool { return strings.EqualFold(v, "true") }},
	{"IS FALSE", true, []connector.AttributeType{connector.Boolean}, func(v, _ string) bool { return strings.EqualFold(v, "false") }},
	{"IS NULL", true, nil, nil},
	{"IS NOT NULL", true, nil, func(string, string) bool { return true }},
	{"INCLUDES", false, []connector.AttributeType{connector.String}, strings.Contains},
	{"ENDS_WITH", false, []connector.AttributeType{connector.String}, strings.HasSuffix},
	{"GREATER_THAN", false, []connector.AttributeType{connector.Integer, connector.String}, func(v, o string) bool { return compare(v, o, func(a, b int64) bool { return a > b }) }},
	{"GREATER_THAN_OR_EQUALS", false, []connector.AttributeType{connector.Integer, connector.String}, func(v, o string) bool { return compare(v, o, func(a, b int64) bool { return a >= b }) }},
}

// compare compares two integers; what is no integer compares false.
func compare(value, operand string, holds func(a, b int64) bool) bool {
	a, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return false
	}
	b, err := strconv.ParseInt(operand, 10, 64)
	return err == nil && holds(a, b)
}

func findOperator(name string) (operator, bool) {
	for _, o := range filterOperators {
		if strings.EqualFold(o.Name, name) {
			return o, true
		}
	}
	return operator{}, false
}

// compiledFilter is a filter with its attributes resolved.
type compiledFilter struct {
	groups []compiledGroup
	mask   hospes.Mask
}

type compiledGroup struct {
	name    string
	clauses []compiledClause
}

type compiledClause struct {
	label   string // "{attribute} {OPERATOR} '{value}'", as the log shows it
	slot    int
	op      operator
	operand string
}

// filterable refuses attributes that filters cannot ask for (provisioning 5.2).
func filterable(a connector.Attribute) bool {
	return !a.Many && a.Type != connector.Reference && a.Type != connector.DateTime && a.Name != "userType"
}

func compileFilter(f *Filter, d *connector.Directory, mask func(slot int) hospes.Mask) (compiledFilter, error) {
	var out compiledFilter
	if f == nil {
		return out, nil
	}
	for _, g := range f.Groups {
		group := compiledGroup{name: g.Name}
		for _, c := range g.Clauses {
			slot, ok := d.Slot(c.SourceOperandName)
			if !ok {
				return out, invalidSchema("The scoping filter '%s' names the attribute '%s', which the source does not have.", g.Name, c.SourceOperandName)
			}
			if !filterable(d.Attributes[slot]) {
				return out, invalidSchema("The attribute '%s' cannot be used in a scoping filter.", c.SourceOperandName)
			}
			op, ok := findOperator(c.OperatorName)
			if !ok {
				return out, invalidSchema("'%s' is not an operator of scoping filters.", c.OperatorName)
			}
			clause := compiledClause{slot: slot, op: op, label: d.Attributes[slot].Name + " " + op.Name}
			if !op.Unary {
				if len(c.TargetOperand.Values) != 1 {
					return out, invalidSchema("The clause on '%s' needs exactly one value.", c.SourceOperandName)
				}
				clause.operand = c.TargetOperand.Values[0]
				clause.label += " '" + clause.operand + "'"
			}
			group.clauses = append(group.clauses, clause)
			out.mask = out.mask.Union(mask(slot))
		}
		out.groups = append(out.groups, group)
	}
	return out, nil
}

// verdict is the answer of one clause.
type verdict struct {
	label string
	holds bool
}

// passes evaluates the filter; without groups everything passes. Every clause is answered, for the log.
func (f compiledFilter) passes(read func(slot int) hospes.Value) (bool, []verdict) {
	if len(f.groups) == 0 {
		return true, nil
	}
	var verdicts []verdict
	passed := false
	for _, g := range f.groups {
		all := true
		for _, c := range g.clauses {
			holds := c.holds(read(c.slot))
			all = all && holds
			verdicts = append(verdicts, verdict{g.name + "." + c.label, holds})
		}
		passed = passed || all
	}
	return passed, verdicts
}

// holds applies the null rule: on an absent or empty value every clause is false but IS NULL.
func (c compiledClause) holds(v hospes.Value) bool {
	text := v.Text()
	if v == hospes.Null || text == "" {
		return c.op.test == nil
	}
	return c.op.test != nil && c.op.test(text, c.operand)
}

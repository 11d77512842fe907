package scope

import (
	"fmt"
	"slices"
	"strings"
)

// Attribute is what a filter asks for.
type Attribute struct {
	Name string
	Slot int
	Type string // in the spelling of synchronization schemas; empty where it is not known
	Many bool
}

// Schema knows the attributes of the people that a filter asks about.
type Schema func(name string) (Attribute, bool)

// Row gives the text of an attribute; empty where there is none.
type Row func(slot int) string

// Program is a filter with its attributes resolved. The zero program lets everybody pass.
type Program struct {
	groups []group
	input  []group
	reads  []int
}

type group struct {
	name    string
	clauses []clause
}

type clause struct {
	label  string // as the log shows it: {attribute} {OPERATOR} '{value}'
	slot   int
	absent bool
	test   test
}

// Error says what is wrong with a filter, or why it has no answer, in a sentence for people.
type Error string

func (e Error) Error() string { return string(e) }

func errorf(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }

// Limits of one filter.
const (
	maxGroups  = 100
	maxClauses = 1_000
)

// Compile checks a filter and resolves it. The error is for people. A nil filter lets everybody pass.
func Compile(f *Filter, schema Schema) (Program, error) {
	var p Program
	if f == nil {
		return p, nil
	}
	if len(f.CategoryFilterGroup) > 0 {
		return p, errorf("Category filter groups are not supported; use groups.")
	}
	var err error
	if p.groups, err = p.compileGroups(f.Groups, schema); err != nil {
		return p, err
	}
	p.input, err = p.compileGroups(f.InputFilterGroups, schema)
	return p, err
}

func (p *Program) compileGroups(list []Group, schema Schema) ([]group, error) {
	if len(list) > maxGroups {
		return nil, errorf("A scoping filter has %d groups; the limit is %d.", len(list), maxGroups)
	}
	var out []group
	for _, g := range list {
		if len(g.Clauses) > maxClauses {
			return nil, errorf("The scoping filter '%s' has %d clauses; the limit is %d.", g.Name, len(g.Clauses), maxClauses)
		}
		if len(g.Clauses) == 0 { // it would let everybody in, whatever the other groups say
			return nil, errorf("The scoping filter '%s' has no clauses.", g.Name)
		}
		made := group{name: g.Name}
		for _, c := range g.Clauses {
			compiled, err := compileClause(g.Name, c, schema)
			if err != nil {
				return nil, err
			}
			made.clauses = append(made.clauses, compiled)
			if !slices.Contains(p.reads, compiled.slot) {
				p.reads = append(p.reads, compiled.slot)
			}
		}
		out = append(out, made)
	}
	return out, nil
}

func compileClause(filter string, c Clause, schema Schema) (clause, error) {
	a, ok := schema(c.SourceOperandName)
	if !ok {
		return clause{}, errorf("The scoping filter '%s' names the attribute '%s', which the source does not have.", filter, c.SourceOperandName)
	}
	if a.Many || slices.Contains([]string{"Reference", "DateTime"}, a.Type) || a.Name == "userType" {
		return clause{}, errorf("The attribute '%s' cannot be used in a scoping filter.", a.Name)
	}
	if strings.EqualFold(c.OperatorName, "IsMemberOf") {
		return clause{}, errorf("The operator IsMemberOf is not supported: assign the group instead.")
	}
	op, ok := find(c.OperatorName)
	if !ok {
		return clause{}, errorf("'%s' is not an operator of scoping filters.", c.OperatorName)
	}
	if a.Type != "" && !slices.Contains(op.Types, a.Type) {
		return clause{}, errorf("The operator %s cannot be used on '%s', which is of the type %s.", op.Name, a.Name, a.Type)
	}
	out := clause{slot: a.Slot, absent: op.absent, label: a.Name + " " + op.Name}
	operand := ""
	if op.Arity == binary {
		if len(c.TargetOperand.Values) != 1 {
			return clause{}, errorf("The clause on '%s' needs exactly one value.", c.SourceOperandName)
		}
		operand = c.TargetOperand.Values[0]
		out.label += " '" + operand + "'"
	}
	var err error
	if out.test, err = op.compile(operand); err != nil {
		return clause{}, errorf("The clause on '%s' %v.", c.SourceOperandName, err)
	}
	return out, nil
}

// Reads gives the slots that the filter looks at.
func (p *Program) Reads() []int { return p.reads }

// Verdict is the answer of one clause.
type Verdict struct {
	Label string
	Holds bool
}

// Result is the answer of a filter.
type Result struct {
	Passes   bool
	Imported bool // passes the input groups too
	Verdicts []Verdict
}

// Run asks the filter about one object. Every clause is answered, for the log. An error says nothing about whether the
// object passes.
func (p *Program) Run(row Row) (Result, error) {
	r := Result{Passes: true, Imported: true}
	var err error
	if r.Imported, err = r.any(p.input, row); err != nil {
		return Result{}, err
	}
	if r.Passes, err = r.any(p.groups, row); err != nil {
		return Result{}, err
	}
	return r, nil
}

// any tells that all clauses of one of the groups hold, or that there are no groups.
func (r *Result) any(groups []group, row Row) (bool, error) {
	passed := len(groups) == 0
	for _, g := range groups {
		all := true
		for _, c := range g.clauses {
			holds, err := c.holds(row(c.slot))
			if err != nil {
				return false, errorf("The scoping filter '%s', clause %s, %v.", g.name, c.label, err)
			}
			all = all && holds
			r.Verdicts = append(r.Verdicts, Verdict{g.name + "." + c.label, holds})
		}
		passed = passed || all
	}
	return passed, nil
}

// holds applies the rule for absent values: on one, or an empty one, every clause is false but IS NULL.
func (c *clause) holds(value string) (bool, error) {
	if value == "" {
		return c.absent, nil
	}
	return c.test(value)
}

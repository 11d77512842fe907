package scope

import (
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes/mapping"
)

// Operator is one row of the table of provisioning 5.2, in the wire form of a filterOperatorSchema.
type Operator struct {
	Name       string   `json:"name"`
	Arity      string   `json:"arity"` // Binary or Unary
	Comparison string   `json:"multivaluedComparisonType"`
	Types      []string `json:"supportedAttributeTypes"`

	absent  bool // the answer on an absent or empty value
	compile func(operand string) (test, error)
}

// test answers for a value that is there.
type test func(value string) (bool, error)

const (
	binary = "Binary"
	unary  = "Unary"
)

var (
	texts    = []string{"String"}
	plain    = []string{"String", "Integer"}
	numbers  = []string{"Integer", "String"}
	booleans = []string{"Boolean"}
	anything = []string{"Boolean", "Binary", "Reference", "Integer", "String"}
)

var operators = []Operator{
	binaryOperator("&", plain, overlaps),
	binaryOperator("!&", plain, func(v, o string) bool { return !overlaps(v, o) }),
	binaryOperator("ENDS_WITH", texts, strings.HasSuffix),
	binaryOperator("EQUALS", plain, func(v, o string) bool { return v == o }),
	binaryOperator("GREATER_THAN", numbers, func(v, o string) bool { return both(v, o, func(a, b int64) bool { return a > b }) }),
	binaryOperator("GREATER_THAN_OR_EQUALS", numbers, func(v, o string) bool { return both(v, o, func(a, b int64) bool { return a >= b }) }),
	binaryOperator("INCLUDES", texts, strings.Contains),
	unaryOperator("IS FALSE", booleans, false, func(v string) bool { return strings.EqualFold(v, "false") }),
	unaryOperator("IS NOT NULL", anything, false, func(string) bool { return true }),
	unaryOperator("IS NULL", anything, true, func(string) bool { return false }),
	unaryOperator("IS TRUE", booleans, false, func(v string) bool { return strings.EqualFold(v, "true") }),
	binaryOperator("NOT EQUALS", plain, func(v, o string) bool { return v != o }),
	patternOperator("NOT REGEX MATCH", false),
	patternOperator("REGEX MATCH", true),
}

// Operators lists the operators, by name.
func Operators() []Operator { return append([]Operator(nil), operators...) }

func binaryOperator(name string, types []string, holds func(value, operand string) bool) Operator {
	return Operator{Name: name, Arity: binary, Comparison: "All", Types: types, compile: func(operand string) (test, error) {
		return func(value string) (bool, error) { return holds(value, operand), nil }, nil
	}}
}

func unaryOperator(name string, types []string, absent bool, holds func(value string) bool) Operator {
	return Operator{Name: name, Arity: unary, Comparison: "All", Types: types, absent: absent, compile: func(string) (test, error) {
		return func(value string) (bool, error) { return holds(value), nil }, nil
	}}
}

// patternOperator searches for a .NET regular expression, anywhere in the value as .NET does.
func patternOperator(name string, wanted bool) Operator {
	return Operator{Name: name, Arity: binary, Comparison: "All", Types: texts, compile: func(operand string) (test, error) {
		p, err := mapping.CompilePattern(operand)
		if err != nil {
			return nil, err
		}
		return func(value string) (bool, error) {
			found, err := p.Matches(value)
			return found == wanted, err
		}, nil
	}}
}

// overlaps is the operator "&": numbers have a bit in common, a text stands within the operand.
func overlaps(value, operand string) bool {
	a, errA := strconv.ParseInt(value, 10, 64)
	b, errB := strconv.ParseInt(operand, 10, 64)
	if errA == nil && errB == nil {
		return a&b != 0
	}
	return strings.Contains(operand, value)
}

// both compares two integers; what is no integer compares false.
func both(value, operand string, holds func(a, b int64) bool) bool {
	a, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return false
	}
	b, err := strconv.ParseInt(operand, 10, 64)
	return err == nil && holds(a, b)
}

// find gives an operator by its name, in any case.
func find(name string) (Operator, bool) {
	for _, o := range operators {
		if strings.EqualFold(o.Name, name) {
			return o, true
		}
	}
	return Operator{}, false
}

package mapping

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// Type is the type of a parameter or result in the words of the Graph API (attributeType).
type Type string

// The types. Values are texts whatever the type; it says what a text is read as.
const (
	TypeString  Type = "String"
	TypeInteger Type = "Integer"
	TypeBoolean Type = "Boolean"
)

// Func is one function of the language: a row of the table from which the checker, the compiler, the Graph listing
// (attributeMappingFunctionSchema, which its JSON is), the reference page and completion are all fed.
type Func struct {
	Name   string  `json:"name"`
	Params []Param `json:"parameters"`

	// Result is what the function gives; Lists says that it may be several values.
	Result Type `json:"-"`
	Lists  bool `json:"-"`

	// Doc says in a few sentences what the function does, and what it does with null.
	Doc string `json:"-"`

	// compile turns one call into a step. It sees constant arguments and reports what is wrong with them, so that a
	// bad pattern or number is found before any object is.
	compile func(*call) (step, *Error)
}

// Param is one parameter of a function.
type Param struct {
	// Name is the key of the parameter in the Graph API. Alias is the name that Microsoft's reference page gives it,
	// where that is another; people know the alias, so messages use it.
	Name  string `json:"name"`
	Alias string `json:"-"`

	Required bool `json:"required"`
	// Multiple marks a last parameter that takes any number of arguments.
	Multiple bool `json:"allowMultipleOccurrences"`
	Type     Type `json:"type"`

	// List says that the parameter reads every value of an attribute. Others read the first and give a warning.
	List bool `json:"-"`
	// Names are the bare names that the parameter accepts, such as vbTextCompare.
	Names []string `json:"-"`
}

// Label is the name of the parameter for people.
func (p Param) Label() string {
	if p.Alias != "" {
		return p.Alias
	}
	return p.Name
}

// Functions lists every function by name. The list is the caller's; the parameters within are shared.
func Functions() []Func {
	list := make([]Func, 0, len(functions))
	for _, f := range functions {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Func) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// functions is the table by name. A family joins the language by being named here.
var functions = table(stringFuncs, caseFuncs, replaceFuncs, multiFuncs, logicFuncs, identityFuncs)

func table(families ...[]Func) map[string]*Func {
	byName := make(map[string]*Func)
	for _, family := range families {
		for i := range family {
			byName[family[i].Name] = &family[i]
		}
	}
	return byName
}

// arity gives the least and the greatest number of arguments; -1 means any number.
func (f *Func) arity() (least, most int) {
	for i, p := range f.Params {
		if p.Required {
			least = i + 1
		}
		if p.Multiple {
			return least, -1
		}
	}
	return least, len(f.Params)
}

// param gives the parameter of the i-th argument.
func (f *Func) param(i int) *Param {
	return &f.Params[min(i, len(f.Params)-1)]
}

// expectation says how many arguments a call must have.
func (f *Func) expectation() string {
	switch least, most := f.arity(); {
	case most < 0:
		return "at least " + arguments(least)
	case least == most:
		return arguments(least)
	case least+1 == most:
		return strconv.Itoa(least) + " or " + arguments(most)
	default:
		return strconv.Itoa(least) + " to " + arguments(most)
	}
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	default:
		return strconv.Itoa(n) + " arguments"
	}
}

// names lists the functions for messages that suggest one.
func names(funcs map[string]*Func) []string { return slices.Sorted(maps.Keys(funcs)) }

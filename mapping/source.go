package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Source is an expression as the Graph API carries it (attributeMappingSource): its text, and its tree.
type Source struct {
	Expression string            `json:"expression"`
	Name       string            `json:"name"`
	Parameters []SourceParameter `json:"parameters"`
	Type       SourceType        `json:"type"`
}

// SourceParameter is an argument under the name of its parameter. Those of a parameter that takes several repeat it.
type SourceParameter struct {
	Key   string `json:"key"`
	Value Source `json:"value"`
}

// SourceType says what a Source is.
type SourceType string

// The types of sources. The operators are functions by the name of their sign.
const (
	SourceAttribute SourceType = "Attribute"
	SourceConstant  SourceType = "Constant"
	SourceFunction  SourceType = "Function"
)

// Keys of the operands of operators, which no table of the API names.
const (
	keyLeft  = "left"
	keyRight = "right"
	keyPart  = "source"
)

const concatName = "&"

// FromExpr gives the tree of an expression. Numbers become texts in it, and arguments left out are not in it. The text
// of the whole is what its author wrote, and so never longer than Parse accepts; those within are canonical.
func FromExpr(e *Expr) Source {
	s := fromNode(e.Root)
	if s.Type != SourceConstant {
		s.Expression = strings.TrimSpace(e.source)
	}
	return s
}

func fromNode(n Node) Source {
	s := Source{Expression: n.String(), Parameters: []SourceParameter{}, Type: SourceFunction}
	switch n := n.(type) {
	case *Attribute:
		s.Type, s.Name = SourceAttribute, n.Name
	case *Constant:
		s.Type, s.Name = SourceConstant, n.Text
		s.Expression = (&Constant{Kind: TextConstant, Text: n.Text}).String()
	case *Call:
		s.Name = n.Name
		for i, a := range n.Args {
			if _, empty := a.(*Empty); !empty {
				s.Parameters = append(s.Parameters, SourceParameter{Key: keyOf(n.Name, i), Value: fromNode(a)})
			}
		}
	case *Compare:
		s.Name = n.Op
		s.Parameters = []SourceParameter{{keyLeft, fromNode(n.Left)}, {keyRight, fromNode(n.Right)}}
	case *Concat:
		s.Name = concatName
		for _, p := range n.Parts {
			s.Parameters = append(s.Parameters, SourceParameter{Key: keyPart, Value: fromNode(p)})
		}
	}
	return s
}

// positional is the key of an argument that the table has no parameter for, followed by its number.
const positional = "argument"

func keyOf(function string, i int) string {
	f := functions[function]
	if f == nil || len(f.Params) == 0 || i >= len(f.Params) && !f.Params[len(f.Params)-1].Multiple {
		return positional + strconv.Itoa(i+1)
	}
	return f.param(i).Name
}

// ToExpr gives the expression of a source: that of its text if it has one, else that of its tree. The same holds for
// every source within.
func ToExpr(s Source) (*Expr, error) {
	if s.Expression != "" {
		return Parse(s.Expression)
	}
	n, err := toNode(s, 0)
	if err != nil {
		return nil, err
	}
	return Parse(n.String())
}

func invalidSource(format string, args ...any) error {
	return hospes.Invalidf("mapping.ToExpr", format, args...)
}

func toNode(s Source, depth int) (Node, error) {
	if depth > MaxDepth {
		return nil, invalidSource("the source is nested more than %d deep", MaxDepth)
	}
	if s.Expression != "" {
		return parse(s.Expression, (*parser).argument)
	}
	switch s.Type {
	case SourceAttribute:
		return toAttribute(s.Name)
	case SourceConstant:
		return &Constant{Kind: TextConstant, Text: s.Name}, nil
	case SourceFunction:
		if s.Name == concatName || comparisons[s.Name] != nil {
			return toOperator(s, depth)
		}
		return toCall(s, depth)
	default:
		return nil, invalidSource("unknown type of source %q", s.Type)
	}
}

// toAttribute takes only a name that reads back as itself: what is printed must not say something else.
func toAttribute(name string) (Node, error) {
	a := &Attribute{Name: name}
	n, err := parse(a.String(), (*parser).whole)
	if err != nil {
		return nil, invalidSource("%q is not the name of an attribute", name)
	}
	return n, nil
}

func toOperator(s Source, depth int) (Node, error) {
	operands := make([]Node, len(s.Parameters))
	for i, p := range s.Parameters {
		n, err := toNode(p.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if _, nested := n.(*Compare); nested {
			return nil, invalidSource("an operand of %s cannot be a comparison", s.Name)
		}
		operands[i] = n
	}
	if s.Name == concatName {
		if len(operands) < 2 {
			return nil, invalidSource("& expects at least 2 parameters")
		}
		return &Concat{Parts: operands}, nil
	}
	if len(operands) != 2 || s.Parameters[0].Key != keyLeft || s.Parameters[1].Key != keyRight {
		return nil, invalidSource("%s expects the parameters left and right", s.Name)
	}
	return &Compare{Op: s.Name, Left: operands[0], Right: operands[1]}, nil
}

func toCall(s Source, depth int) (Node, error) {
	if s.Name == "" || !isLetter(s.Name[0]) || span(s.Name, isNameByte) != len(s.Name) {
		return nil, invalidSource("%q is not the name of a function", s.Name)
	}
	c := &Call{Name: s.Name}
	for _, p := range s.Parameters {
		place, err := placeOf(s.Name, p.Key, len(c.Args))
		if err != nil {
			return nil, err
		}
		for len(c.Args) <= place {
			c.Args = append(c.Args, &Empty{})
		}
		if _, free := c.Args[place].(*Empty); !free {
			return nil, invalidSource("%s has the parameter %s twice", s.Name, p.Key)
		}
		if c.Args[place], err = toNode(p.Value, depth+1); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// placeOf gives the index of the argument with that key; next is the first that is free behind all others.
func placeOf(function, key string, next int) (int, error) {
	if number, ok := strings.CutPrefix(key, positional); ok {
		if n, err := strconv.Atoi(number); err == nil && 1 <= n && n <= MaxNodes {
			return n - 1, nil
		}
	}
	if f := functions[function]; f != nil {
		i := slices.IndexFunc(f.Params, func(p Param) bool { return key == p.Name || key == p.Alias && key != "" })
		if i >= 0 && f.Params[i].Multiple {
			return max(i, next), nil
		}
		if i >= 0 {
			return i, nil
		}
	}
	return 0, invalidSource("%s has no parameter %q", function, key)
}

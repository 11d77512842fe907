package odata

import (
	"strconv"
	"strings"
)

// Predicate is a node of a checked filter: [And], [Or], [Const], or one of the leaves [Compare], [In], [Substring],
// [IsNull], [Any], [Count]. Negation stands only in the leaves; every text is canonical.
type Predicate interface {
	// String explains the predicate to a person; it is not OData.
	String() string
	holds(Record) bool
}

// And holds if all of its two or more terms do. No term is an And or a Const.
type And []Predicate

// Or holds if one of its two or more terms does. No term is an Or or a Const.
type Or []Predicate

// Const always holds, or never.
type Const bool

// Compare compares a present value with a text; an absent value compares false. Negated then turns the outcome round,
// so that "ne 'x'" (Eq, Negated) holds for the absent value.
type Compare struct {
	Ref
	Op      Op // Eq, Gt, Ge, Lt or Le; never Ne
	Text    string
	Negated bool
}

// In holds if the value is present and among the texts, which are at least two, sorted and distinct.
type In struct {
	Ref
	Texts   []string
	Negated bool
}

// Substring holds if the value is present and starts with, ends with or contains the text, which is never empty.
type Substring struct {
	Ref
	Func    Func
	Text    string
	Negated bool
}

// IsNull holds if the value is absent.
type IsNull struct {
	Ref
	Negated bool
}

// Any holds if the collection has an element for which Element holds, or any element if that is nil. The paths in
// Element start at the element; the empty path is the element itself. Nothing in Element is a Count or an Any.
type Any struct {
	Ref
	Element Predicate
	Negated bool
}

// Count compares the number of elements of a collection. A collection is never absent, so negation is in Op.
type Count struct {
	Ref
	Op Op // any of the six
	N  int64
}

// String implements [Predicate].
func (p And) String() string { return explain(p, " and ") }

// String implements [Predicate].
func (p Or) String() string { return explain(p, " or ") }

// String implements [Predicate].
func (p Const) String() string { return strconv.FormatBool(bool(p)) }

var opSigns = [...]string{"=", "!=", ">", ">=", "<", "<="}

// String implements [Predicate].
func (p Compare) String() string {
	s := p.Ref.String() + " " + opSigns[p.Op] + " " + strconv.Quote(p.Text)
	if p.Negated {
		return "not " + s
	}
	return s
}

// String implements [Predicate].
func (p In) String() string {
	quoted := make([]string, len(p.Texts))
	for i, t := range p.Texts {
		quoted[i] = strconv.Quote(t)
	}
	return p.Ref.String() + infix(p.Negated) + "in (" + strings.Join(quoted, ", ") + ")"
}

// String implements [Predicate].
func (p Substring) String() string {
	return p.Ref.String() + infix(p.Negated) + p.Func.String() + " " + strconv.Quote(p.Text)
}

// String implements [Predicate].
func (p IsNull) String() string {
	if p.Negated {
		return p.Ref.String() + " is present"
	}
	return p.Ref.String() + " is null"
}

// String implements [Predicate].
func (p Any) String() string {
	s := "any "
	if p.Negated {
		s = "no "
	}
	s += p.Ref.String()
	if p.Element != nil {
		s += " [" + p.Element.String() + "]"
	}
	return s
}

// String implements [Predicate].
func (p Count) String() string {
	return "count of " + p.Ref.String() + " " + opSigns[p.Op] + " " + strconv.FormatInt(p.N, 10)
}

func infix(negated bool) string {
	if negated {
		return " not "
	}
	return " "
}

func explain(terms []Predicate, word string) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = t.String()
		switch t.(type) {
		case And, Or:
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

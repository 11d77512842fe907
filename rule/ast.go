package rule

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/mapping"
)

// Node is a part of a rule that is true or false. Its String is the rule again.
type Node interface {
	String() string
	position() int
}

// Logic is what -and and -or make of two or more terms.
type Logic struct {
	Or    bool
	Terms []Node
}

// Not turns a term into its opposite.
type Not struct{ Of Node }

// Compare is one comparison: Property Operator Value.
type Compare struct {
	Property Path
	Operator string // one of the table, in its spelling
	Value    Literal

	at       int
	property *property
	operator *operator
	folded   []string // the values as they are compared
	pattern  mapping.Pattern
}

// Quantified asks whether any or all items of a collection fulfil a condition.
type Quantified struct {
	Property Path
	All      bool
	Where    Node

	at       int
	property *property
}

// Reports are the people whose manager somebody is. It is a rule by itself.
type Reports struct {
	Manager string

	at int
	id hospes.ObjectID
}

// Path names what is compared: user.city, assignedPlan.service, or "_" for the item of a collection of texts.
type Path struct{ Of, Name string }

func (p Path) String() string {
	if p.Of == "" {
		return p.Name
	}
	return p.Of + "." + p.Name
}

// LiteralKind is what kind of value a comparison has.
type LiteralKind uint8

// The kinds of values.
const (
	Null LiteralKind = iota
	Text
	Bare // true, false, a number, a moment: written without quotes
	List
)

// Literal is the value of a comparison; only a list has more than one text.
type Literal struct {
	Kind  LiteralKind
	Texts []string
}

func (l Literal) String() string {
	switch l.Kind {
	case Null:
		return "null"
	case Text:
		return quote(l.Texts[0])
	case Bare:
		return l.Texts[0]
	}
	quoted := make([]string, len(l.Texts))
	for i, t := range l.Texts {
		quoted[i] = quote(t)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

func (n *Logic) String() string {
	word := " -and "
	if n.Or {
		word = " -or "
	}
	parts := make([]string, len(n.Terms))
	for i, t := range n.Terms {
		parts[i] = t.String()
		if inner, ok := t.(*Logic); ok && (inner.Or || !n.Or) {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

func (n *Not) String() string {
	if _, ok := n.Of.(*Logic); ok {
		return "-not (" + n.Of.String() + ")"
	}
	return "-not " + n.Of.String()
}

func (n *Compare) String() string {
	return n.Property.String() + " -" + n.Operator + " " + n.Value.String()
}

func (n *Quantified) String() string {
	word := " -any ("
	if n.All {
		word = " -all ("
	}
	return n.Property.String() + word + n.Where.String() + ")"
}

func (n *Reports) String() string { return "Direct Reports for " + quote(n.Manager) }

func (n *Logic) position() int      { return n.Terms[0].position() }
func (n *Not) position() int        { return n.Of.position() }
func (n *Compare) position() int    { return n.at }
func (n *Quantified) position() int { return n.at }
func (n *Reports) position() int    { return n.at }

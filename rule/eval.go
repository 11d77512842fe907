package rule

import (
	"fmt"
	"slices"

	"github.com/hospes-dev/hospes"
)

// Person is who a rule is asked about. Beside the object stand those of its relations that some rules want: the manager,
// and which of the groups of the rule they are a member of.
type Person struct {
	Object   *hospes.Object
	Manager  hospes.ObjectID
	MemberOf []hospes.ObjectID
}

// Holds tells whether the person is one whom the rule takes. An error says nothing about that: a pattern took too long.
func (r *Rule) Holds(p Person) (bool, error) { return holds(r.root, p, hospes.Null) }

// holds asks a part of a rule; within -any and -all about one item of a collection.
func holds(n Node, p Person, item hospes.Value) (bool, error) {
	switch n := n.(type) {
	case *Logic:
		for _, t := range n.Terms {
			if is, err := holds(t, p, item); err != nil || is == n.Or {
				return is, err
			}
		}
		return !n.Or, nil
	case *Not:
		is, err := holds(n.Of, p, item)
		return !is, err
	case *Quantified:
		return n.holds(p)
	case *Compare:
		return n.holds(n.property.value(p, item))
	}
	return p.Manager == n.(*Reports).id, nil
}

// holds applies the comparison to a value. That of a collection holds when it does for any item; its opposite when it
// does for none.
func (n *Compare) holds(v hospes.Value) (bool, error) {
	if n.Value.Kind == Null {
		return v.IsNull() != n.operator.negated, nil
	}
	found := false
	for _, text := range v.Texts() {
		if n.operator.matches {
			var err error
			if found, err = n.pattern.Matches(text); err != nil {
				return false, fmt.Errorf("the comparison %s %w", n, err)
			}
		} else {
			text = hospes.Fold(text)
			found = slices.ContainsFunc(n.folded, func(operand string) bool { return n.operator.holds(text, operand) })
		}
		if found {
			break
		}
	}
	return found != n.operator.negated, nil
}

func (n *Quantified) holds(p Person) (is bool, err error) {
	is = n.All
	n.property.value(p, hospes.Null).Each(func(item hospes.Value) bool {
		is, err = holds(n.Where, p, item)
		return err == nil && is == n.All
	})
	return is, err
}

// Detail is how one part of a rule was answered.
type Detail struct {
	Expression string
	Holds      bool
	Property   string   // of a comparison
	Value      string   // empty where there is none
	Details    []Detail // of what -and, -or and -not join; every one is answered
}

// Explain answers every part of a rule.
func (r *Rule) Explain(p Person) (Detail, error) { return explain(r.root, p) }

func explain(n Node, p Person) (d Detail, err error) {
	d.Expression = n.String()
	var parts []Node
	switch n := n.(type) {
	case *Logic:
		parts = n.Terms
	case *Not:
		parts = []Node{n.Of}
	case *Compare:
		d.Property, d.Value = n.property.name, n.property.value(p, hospes.Null).Text()
	case *Quantified:
		d.Property, d.Value = n.property.name, n.property.value(p, hospes.Null).Text()
	case *Reports:
		if d.Property = "manager"; p.Manager != (hospes.ObjectID{}) {
			d.Value = p.Manager.String()
		}
	}
	for _, part := range parts {
		inner, err := explain(part, p)
		if err != nil {
			return d, err
		}
		d.Details = append(d.Details, inner)
	}
	d.Holds, err = holds(n, p, hospes.Null)
	return d, err
}

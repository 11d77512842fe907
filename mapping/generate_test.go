package mapping

import (
	"testing"

	"pgregory.net/rapid"
)

var (
	anyName      = rapid.StringMatching(`[A-Za-z][A-Za-z0-9]{0,5}`)
	anyAttribute = rapid.StringMatching(`[A-Za-zé](([A-Za-z0-9._:é-]| [a-z]){0,6}(\[type eq "w"\]\.v)?)?`)
	anyText      = rapid.StringMatching(`["\\a-z\[\], \n\té😀&=]{0,8}`)
	anyOperator  = rapid.SampledFrom([]string{"=", "<>", ">", ">=", "<", "<="})
)

// exprs draws an expression that the grammar allows, of functions that exist and others.
func exprs(t *rapid.T) *Expr {
	root := operands(t, 3)
	e, err := Parse(root.String())
	if err != nil {
		t.Fatalf("%s: %v", root, err)
	}
	return e
}

func operands(t *rapid.T, depth int) Node {
	if depth > 0 && rapid.Bool().Draw(t, "call") {
		return calls(t, depth-1)
	}
	switch rapid.IntRange(0, 4).Draw(t, "operand") {
	case 0:
		return &Constant{Kind: TextConstant, Text: anyText.Draw(t, "text")}
	case 1:
		return &Constant{Kind: NumberConstant, Text: rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,3})?`).Draw(t, "number")}
	case 2:
		return &Constant{Kind: HexConstant, Text: rapid.StringMatching(`&H[0-9a-fA-F]{1,4}`).Draw(t, "hex")}
	case 3:
		return &Constant{Kind: NameConstant, Text: anyName.Draw(t, "name")}
	default:
		return &Attribute{Name: anyAttribute.Draw(t, "attribute")}
	}
}

func calls(t *rapid.T, depth int) Node {
	known := rapid.SampledFrom(names(functions))
	c := &Call{Name: rapid.OneOf(known, anyName).Draw(t, "function")}
	for range rapid.IntRange(0, 5).Draw(t, "arguments") {
		c.Args = append(c.Args, argumentsOf(t, depth))
	}
	if len(c.Args) == 1 {
		if _, empty := c.Args[0].(*Empty); empty {
			c.Args = nil
		}
	}
	return c
}

func argumentsOf(t *rapid.T, depth int) Node {
	switch rapid.IntRange(0, 7).Draw(t, "argument") {
	case 0:
		return &Empty{}
	case 1:
		return concats(t, depth)
	case 2:
		return &Compare{Op: anyOperator.Draw(t, "op"), Left: operands(t, depth), Right: concats(t, depth)}
	default:
		return operands(t, depth)
	}
}

func concats(t *rapid.T, depth int) Node {
	c := &Concat{}
	for range rapid.IntRange(2, 4).Draw(t, "parts") {
		c.Parts = append(c.Parts, operands(t, depth))
	}
	return c
}

func TestParsePrintIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := operands(t, 4)
		e, err := Parse(tree.String())
		if err != nil {
			t.Fatalf("%s: %v", tree, err)
		}
		if !sameTree(tree, e.Root) {
			t.Fatalf("%s was read as %s", tree, e)
		}
	})
}

// sameTree compares all of two trees but their positions.
func sameTree(a, b Node) bool {
	switch a := a.(type) {
	case *Attribute:
		b, ok := b.(*Attribute)
		return ok && a.Name == b.Name
	case *Constant:
		b, ok := b.(*Constant)
		return ok && a.Kind == b.Kind && a.Text == b.Text
	case *Call:
		b, ok := b.(*Call)
		return ok && a.Name == b.Name && sameTrees(a.Args, b.Args)
	case *Compare:
		b, ok := b.(*Compare)
		return ok && a.Op == b.Op && sameTree(a.Left, b.Left) && sameTree(a.Right, b.Right)
	case *Concat:
		b, ok := b.(*Concat)
		return ok && sameTrees(a.Parts, b.Parts)
	default:
		_, ok := b.(*Empty)
		return ok
	}
}

func sameTrees(a, b []Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !sameTree(a[i], b[i]) {
			return false
		}
	}
	return true
}

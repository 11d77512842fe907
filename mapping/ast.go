package mapping

import "strings"

// Pos is a place in the source of an expression: a byte offset.
type Pos int

// Node is one part of an expression: *Attribute, *Constant, *Call, *Compare, *Concat or *Empty, and nothing else.
type Node interface {
	// Pos is where the node begins.
	Pos() Pos
	// String prints the node in canonical form.
	String() string

	appendTo(b []byte) []byte
}

// Attribute reads an attribute of the source object: [givenName].
type Attribute struct {
	At   Pos
	Name string
}

// Constant is a literal. Text is the content of a text, and the spelling of anything else.
type Constant struct {
	At   Pos
	Kind ConstantKind
	Text string
}

// ConstantKind says how a constant was written. All kinds evaluate to a text.
type ConstantKind uint8

// The kinds of constants.
const (
	TextConstant   ConstantKind = iota // "a \"text\""
	NumberConstant                     // -12.5
	HexConstant                        // &HF7
	NameConstant                       // vbTextCompare: a bare name, for parameters that list their names
)

// Call applies a function: Join(", ", [surname], [givenName]).
type Call struct {
	At   Pos
	Name string
	Args []Node
}

// Compare is a condition: [country] = "USA".
type Compare struct {
	Op          string // = <> > >= < <=
	OpAt        Pos
	Left, Right Node
}

// Concat joins two or more parts: "t-" & [alias].
type Concat struct {
	Parts []Node
}

// Empty is an argument that was left out between commas. It is not the same as "".
type Empty struct {
	At Pos
}

// Pos is where the opening bracket stands.
func (n *Attribute) Pos() Pos { return n.At }

// Pos is where the literal begins.
func (n *Constant) Pos() Pos { return n.At }

// Pos is where the name of the function begins.
func (n *Call) Pos() Pos { return n.At }

// Pos is where the left operand begins.
func (n *Compare) Pos() Pos { return n.Left.Pos() }

// Pos is where the first part begins.
func (n *Concat) Pos() Pos { return n.Parts[0].Pos() }

// Pos is where the argument would begin.
func (n *Empty) Pos() Pos { return n.At }

// String prints [name].
func (n *Attribute) String() string { return print(n) }

// String prints a text in quotes and anything else as it was spelled.
func (n *Constant) String() string { return print(n) }

// String prints Name(a, b), with nothing between the commas of an empty argument but a space.
func (n *Call) String() string { return print(n) }

// String prints left op right.
func (n *Compare) String() string { return print(n) }

// String prints the parts with & between them.
func (n *Concat) String() string { return print(n) }

// String prints nothing.
func (n *Empty) String() string { return "" }

func print(n Node) string { return string(n.appendTo(nil)) }

func (n *Attribute) appendTo(b []byte) []byte {
	b = append(b, '[')
	b = append(b, n.Name...)
	return append(b, ']')
}

func (n *Constant) appendTo(b []byte) []byte {
	if n.Kind != TextConstant {
		return append(b, n.Text...)
	}
	return appendQuoted(b, n.Text)
}

func (n *Call) appendTo(b []byte) []byte {
	b = append(b, n.Name...)
	b = append(b, '(')
	for i, a := range n.Args {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = a.appendTo(b)
	}
	return append(b, ')')
}

func (n *Compare) appendTo(b []byte) []byte {
	b = n.Left.appendTo(b)
	b = append(b, ' ')
	b = append(b, n.Op...)
	b = append(b, ' ')
	return n.Right.appendTo(b)
}

func (n *Concat) appendTo(b []byte) []byte {
	for i, p := range n.Parts {
		if i > 0 {
			b = append(b, " & "...)
		}
		b = p.appendTo(b)
	}
	return b
}

func (n *Empty) appendTo(b []byte) []byte { return b }

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			b = append(b, s...)
			return append(b, '"')
		}
		b = append(b, s[:i]...)
		b = append(b, '\\', s[i])
		s = s[i+1:]
	}
}

// Walk visits n and what is below it, parents first, in the order of the source. Where visit answers false, what is
// below that node is left out.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	switch n := n.(type) {
	case *Call:
		for _, a := range n.Args {
			Walk(a, visit)
		}
	case *Compare:
		Walk(n.Left, visit)
		Walk(n.Right, visit)
	case *Concat:
		for _, p := range n.Parts {
			Walk(p, visit)
		}
	}
}

// Expr is a parsed expression: its tree, and the source that the positions in the tree refer to.
type Expr struct {
	Root   Node
	source string
}

// String prints the expression in canonical form. Parsing that gives the same tree again, but for positions.
func (e *Expr) String() string { return e.Root.String() }

// Source is the text that was parsed.
func (e *Expr) Source() string { return e.source }

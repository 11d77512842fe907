package odata

// Expr is a node of the syntax tree of a filter: one of the ten structs below, or [Literal].
type Expr interface {
	// Pos is the position of the node's first character, counted from one; zero in trees that were not parsed.
	Pos() int
	// String gives the canonical text, which parses to the same tree.
	String() string
	expr()
}

// Operand is what may stand on the left of a comparison: [PathExpr], [CountExpr] or [CaseExpr].
type Operand interface {
	Expr
	operand()
}

// OrExpr holds if one of at least two terms does.
type OrExpr struct{ Terms []Expr }

// AndExpr holds if all of at least two terms do.
type AndExpr struct{ Terms []Expr }

// NotExpr negates the comparison, call or parenthesis that follows it.
type NotExpr struct {
	At   int
	Term Expr
}

// CompareExpr compares an operand with a value.
type CompareExpr struct {
	Left  Operand
	Op    Op
	Right Literal
}

// InExpr compares an operand with several values.
type InExpr struct {
	Left   Operand
	Values []Literal
}

// CallExpr looks for a piece of text.
type CallExpr struct {
	At   int
	Func Func
	Arg  Operand
	Text Literal
}

// LambdaExpr asks about the elements of a collection. Body is nil for any().
type LambdaExpr struct {
	Collection PathExpr
	All        bool
	Var        string
	Body       Expr
}

// PathExpr names a property, or a property of a property. As a condition of its own it is a true boolean.
type PathExpr struct {
	At       int
	Segments []string
}

// CountExpr is the number of elements of a collection.
type CountExpr struct{ Collection PathExpr }

// CaseExpr is tolower or toupper of a property.
type CaseExpr struct {
	At    int
	Upper bool
	Arg   PathExpr
}

// Op is a comparison.
type Op uint8

// The comparisons.
const (
	Eq Op = iota
	Ne
	Gt
	Ge
	Lt
	Le
)

var opNames = [...]string{"eq", "ne", "gt", "ge", "lt", "le"}

func (o Op) String() string { return opNames[o] }

// complement gives the comparison that holds for two present values exactly when o does not.
func (o Op) complement() Op { return [...]Op{Ne, Eq, Le, Lt, Ge, Gt}[o] }

// Func is a test for a piece of text.
type Func uint8

// The tests.
const (
	StartsWith Func = iota
	EndsWith
	Contains
)

var funcNames = [...]string{"startswith", "endswith", "contains"}

func (f Func) String() string { return funcNames[f] }

func (OrExpr) expr()      {}
func (AndExpr) expr()     {}
func (NotExpr) expr()     {}
func (CompareExpr) expr() {}
func (InExpr) expr()      {}
func (CallExpr) expr()    {}
func (LambdaExpr) expr()  {}
func (PathExpr) expr()    {}
func (CountExpr) expr()   {}
func (CaseExpr) expr()    {}
func (Literal) expr()     {}

func (PathExpr) operand()  {}
func (CountExpr) operand() {}
func (CaseExpr) operand()  {}

// Pos implements [Expr].
func (e OrExpr) Pos() int { return e.Terms[0].Pos() }

// Pos implements [Expr].
func (e AndExpr) Pos() int { return e.Terms[0].Pos() }

// Pos implements [Expr].
func (e NotExpr) Pos() int { return e.At }

// Pos implements [Expr].
func (e CompareExpr) Pos() int { return e.Left.Pos() }

// Pos implements [Expr].
func (e InExpr) Pos() int { return e.Left.Pos() }

// Pos implements [Expr].
func (e CallExpr) Pos() int { return e.At }

// Pos implements [Expr].
func (e LambdaExpr) Pos() int { return e.Collection.At }

// Pos implements [Expr].
func (e PathExpr) Pos() int { return e.At }

// Pos implements [Expr].
func (e CountExpr) Pos() int { return e.Collection.At }

// Pos implements [Expr].
func (e CaseExpr) Pos() int { return e.At }

// Pos implements [Expr].
func (e Literal) Pos() int { return e.At }

// Walk calls visit for e and, where that returned true, for the nodes under it, in the order of the text.
func Walk(e Expr, visit func(Expr) bool) {
	if !visit(e) {
		return
	}
	switch e := e.(type) {
	case OrExpr:
		walkAll(e.Terms, visit)
	case AndExpr:
		walkAll(e.Terms, visit)
	case NotExpr:
		Walk(e.Term, visit)
	case CompareExpr:
		Walk(e.Left, visit)
		Walk(e.Right, visit)
	case InExpr:
		Walk(e.Left, visit)
		walkAll(e.Values, visit)
	case CallExpr:
		Walk(e.Arg, visit)
		Walk(e.Text, visit)
	case LambdaExpr:
		Walk(e.Collection, visit)
		if e.Body != nil {
			Walk(e.Body, visit)
		}
	case CountExpr:
		Walk(e.Collection, visit)
	case CaseExpr:
		Walk(e.Arg, visit)
	}
}

func walkAll[E Expr](list []E, visit func(Expr) bool) {
	for _, e := range list {
		Walk(e, visit)
	}
}

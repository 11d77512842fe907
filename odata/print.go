package odata

import "strings"

// String implements [Expr].
func (e OrExpr) String() string { return joinTerms(e.Terms, " or ") }

// String implements [Expr]. An or among the terms keeps its parentheses.
func (e AndExpr) String() string { return joinTerms(e.Terms, " and ") }

// String implements [Expr]. The term always stands in parentheses, because dialects of OData disagree on how far a
// bare not reaches.
func (e NotExpr) String() string { return "not(" + e.Term.String() + ")" }

// String implements [Expr].
func (e CompareExpr) String() string {
	return e.Left.String() + " " + e.Op.String() + " " + e.Right.String()
}

// String implements [Expr].
func (e InExpr) String() string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = v.String()
	}
	return e.Left.String() + " in (" + strings.Join(values, ",") + ")"
}

// String implements [Expr].
func (e CallExpr) String() string {
	return e.Func.String() + "(" + e.Arg.String() + "," + e.Text.String() + ")"
}

// String implements [Expr].
func (e LambdaExpr) String() string {
	s := e.Collection.String() + "/any("
	if e.All {
		s = e.Collection.String() + "/all("
	}
	if e.Body != nil {
		s += e.Var + ":" + e.Body.String()
	}
	return s + ")"
}

// String implements [Expr].
func (e PathExpr) String() string { return strings.Join(e.Segments, "/") }

// String implements [Expr].
func (e CountExpr) String() string { return e.Collection.String() + "/$count" }

// String implements [Expr].
func (e CaseExpr) String() string {
	if e.Upper {
		return "toupper(" + e.Arg.String() + ")"
	}
	return "tolower(" + e.Arg.String() + ")"
}

// String implements [Expr].
func (e Literal) String() string {
	if e.Kind == StringLiteral {
		return "'" + strings.ReplaceAll(e.Text, "'", "''") + "'"
	}
	return e.Text
}

func joinTerms(terms []Expr, word string) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = t.String()
		if _, loose := t.(OrExpr); loose && word != " or " {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

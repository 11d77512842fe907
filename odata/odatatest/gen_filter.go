package odatatest

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes/odata"
)

// FilterGen makes filters that the schema allows in advanced mode. Their text is that of String; print and parse it to
// have positions.
func FilterGen(s *odata.Schema) *rapid.Generator[odata.Expr] {
	all := leaves(s.All(), nil)
	return rapid.Custom(func(t *rapid.T) odata.Expr { return drawExpr(t, all, 3, true) })
}

// leaf draws one condition about one property.
type leaf func(t *rapid.T) odata.Expr

// drawExpr draws a tree over the leaves; negation is not offered inside a lambda.
func drawExpr(t *rapid.T, all []leaf, depth int, negation bool) odata.Expr {
	shapes := []string{"leaf", "leaf", "and", "or"}
	if negation {
		shapes = append(shapes, "not")
	}
	if depth == 0 {
		shapes = shapes[:1]
	}
	switch shape := rapid.SampledFrom(shapes).Draw(t, "shape"); shape {
	case "not":
		return odata.NotExpr{Term: drawExpr(t, all, depth-1, negation)}
	case "and", "or":
		var terms []odata.Expr
		for range rapid.IntRange(2, 3).Draw(t, "terms") {
			terms = append(terms, drawExpr(t, all, depth-1, negation))
		}
		if shape == "and" {
			return odata.AndExpr{Terms: terms}
		}
		return odata.OrExpr{Terms: terms}
	}
	return rapid.SampledFrom(all).Draw(t, "leaf")(t)
}

// leaves lists every kind of condition the properties allow; path leads to where they are.
func leaves(properties []odata.Property, path []string) []leaf {
	var all []leaf
	for i := range properties {
		p := &properties[i]
		at := append(path[:len(path):len(path)], p.Name)
		switch {
		case p.Collection:
			all = append(all, collectionLeaves(p, at)...)
		case p.Type == odata.Object:
			all = append(all, leaves(p.Fields, at)...)
		default:
			all = append(all, valueLeaves(p, at, true)...)
		}
	}
	return all
}

func collectionLeaves(p *odata.Property, path []string) []leaf {
	var inner, all []leaf
	if p.Type == odata.Object {
		inner = fieldLeaves(p)
	} else {
		inner = valueLeaves(p, []string{"x"}, false)
	}
	if inner != nil {
		all = append(all, func(t *rapid.T) odata.Expr {
			e := odata.LambdaExpr{Collection: draw(t, path)}
			if rapid.IntRange(0, 4).Draw(t, "body") > 0 {
				e.Var, e.Body = "x", drawExpr(t, inner, 1, false)
			}
			return e
		})
	}
	if p.Ops.Count != odata.None {
		all = append(all, func(t *rapid.T) odata.Expr {
			return odata.CompareExpr{
				Left:  odata.CountExpr{Collection: draw(t, path)},
				Op:    anyOp.Draw(t, "op"),
				Right: odata.Literal{Kind: odata.NumberLiteral, Text: rapid.SampledFrom([]string{"0", "1", "2"}).Draw(t, "n")},
			}
		})
	}
	return all
}

// fieldLeaves are the conditions on the fields of a complex collection, each beside the sibling it needs.
func fieldLeaves(p *odata.Property) []leaf {
	var all []leaf
	for i := range p.Fields {
		f := &p.Fields[i]
		list := valueLeaves(f, []string{"x", f.Name}, false)
		for j := range p.Fields {
			if sibling := &p.Fields[j]; strings.EqualFold(sibling.Name, f.Needs) {
				list = beside(sibling, list)
			}
		}
		all = append(all, list...)
	}
	return all
}

func beside(sibling *odata.Property, list []leaf) []leaf {
	both := make([]leaf, len(list))
	for i, l := range list {
		both[i] = func(t *rapid.T) odata.Expr {
			return odata.AndExpr{Terms: []odata.Expr{
				odata.CompareExpr{Left: draw(t, []string{"x", sibling.Name}), Right: literal(sibling).Draw(t, "literal")}, l(t),
			}}
		}
	}
	return both
}

var anyOp = rapid.SampledFrom([]odata.Op{odata.Eq, odata.Ne, odata.Gt, odata.Ge, odata.Lt, odata.Le})

// valueLeaves are the conditions on a single value.
func valueLeaves(p *odata.Property, path []string, negation bool) []leaf {
	var all []leaf
	when := func(s odata.Support, l leaf) {
		if s != odata.None {
			all = append(all, l)
		}
	}
	equality := []odata.Op{odata.Eq}
	if negation {
		equality = append(equality, odata.Ne)
	}
	compare := func(ops []odata.Op, right *rapid.Generator[odata.Literal]) leaf {
		return func(t *rapid.T) odata.Expr {
			return odata.CompareExpr{
				Left: operand(t, p, path), Op: rapid.SampledFrom(ops).Draw(t, "op"), Right: right.Draw(t, "literal"),
			}
		}
	}
	call := func(f odata.Func) leaf {
		return func(t *rapid.T) odata.Expr {
			return odata.CallExpr{Func: f, Arg: operand(t, p, path), Text: piece(p).Draw(t, "piece")}
		}
	}
	null := rapid.Just(odata.Literal{Kind: odata.NullLiteral, Text: "null"})
	when(p.Ops.Eq, compare(equality, literal(p)))
	listed := literal(p)
	if p.Ops.Null != odata.None {
		listed = rapid.OneOf(listed, listed, null)
	}
	when(p.Ops.Eq, func(t *rapid.T) odata.Expr {
		return odata.InExpr{Left: operand(t, p, path), Values: rapid.SliceOfN(listed, 1, 3).Draw(t, "in")}
	})
	when(p.Ops.Range, compare([]odata.Op{odata.Gt, odata.Ge, odata.Lt, odata.Le}, literal(p)))
	when(p.Ops.Null, compare(equality, null))
	when(p.Ops.StartsWith, call(odata.StartsWith))
	when(p.Ops.EndsWith, call(odata.EndsWith))
	when(p.Ops.Contains, call(odata.Contains))
	if p.Type == odata.Boolean {
		when(p.Ops.Eq, func(t *rapid.T) odata.Expr { return draw(t, path) })
	}
	return all
}

// piece is a text of the pool or a part of one, so that searches find something.
func piece(p *odata.Property) *rapid.Generator[odata.Literal] {
	return rapid.Custom(func(t *rapid.T) odata.Literal {
		l := literal(p).Draw(t, "text")
		runes := []rune(l.Text)
		from := rapid.IntRange(0, len(runes)).Draw(t, "from")
		to := rapid.IntRange(from, len(runes)).Draw(t, "to")
		return odata.Literal{Kind: odata.StringLiteral, Text: string(runes[from:to])}
	})
}

// operand is the path, sometimes inside tolower where that changes nothing.
func operand(t *rapid.T, p *odata.Property, path []string) odata.Operand {
	plain := draw(t, path)
	if p.Type == odata.String && !p.CaseExact && rapid.IntRange(0, 5).Draw(t, "tolower") == 0 {
		return odata.CaseExpr{Arg: plain}
	}
	return plain
}

// draw spells the path, now and then in another case. The variable of a lambda, "x", stays as it is.
func draw(t *rapid.T, path []string) odata.PathExpr {
	segments := append([]string(nil), path...)
	if last := len(segments) - 1; segments[last] != "x" && rapid.IntRange(0, 5).Draw(t, "capitals") == 0 {
		segments[last] = strings.ToUpper(segments[last])
	}
	return odata.PathExpr{Segments: segments}
}

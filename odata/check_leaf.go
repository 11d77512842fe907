package odata

import (
	"math"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
)

func (c *checker) compare(e CompareExpr, negated bool) (Predicate, error) {
	ref, err := c.single(e.Left)
	if err != nil {
		return nil, err
	}
	if e.Right.Kind == NullLiteral {
		return c.null(ref, e, negated)
	}
	text, err := canonical(e.Left, ref, e.Right)
	if err != nil {
		return nil, err
	}
	support := ref.Property.Ops.Eq
	if e.Op != Eq && e.Op != Ne {
		support = ref.Property.Ops.Range
	}
	if err := c.offer(ref, support, notIndexed); err != nil {
		return nil, err
	}
	if e.Op == Ne {
		return Compare{Ref: ref, Op: Eq, Text: text, Negated: !negated}, c.negation()
	}
	return Compare{Ref: ref, Op: e.Op, Text: text, Negated: negated}, nil
}

func (c *checker) null(ref Ref, e CompareExpr, negated bool) (Predicate, error) {
	if e.Op != Eq && e.Op != Ne {
		return nil, invalidFilter(opCheck, e.Right.At, "null can only be compared by eq and ne")
	}
	if err := c.offer(ref, ref.Property.Ops.Null, missing); err != nil {
		return nil, err
	}
	if e.Op == Ne {
		return isNull(ref, !negated), c.negation()
	}
	return isNull(ref, negated), nil
}

// isNull knows what is never null: elements of a collection, and required properties.
func isNull(ref Ref, negated bool) Predicate {
	if ref.Path == "" || ref.Property.Required {
		return Const(negated)
	}
	return IsNull{Ref: ref, Negated: negated}
}

func (c *checker) in(e InExpr, negated bool) (Predicate, error) {
	ref, err := c.single(e.Left)
	if err != nil {
		return nil, err
	}
	var texts []string
	withNull := false
	for _, v := range e.Values {
		if v.Kind == NullLiteral {
			withNull = true
			continue
		}
		text, err := canonical(e.Left, ref, v)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	if err := c.offer(ref, ref.Property.Ops.Eq, notIndexed); err != nil {
		return nil, err
	}
	var terms []Predicate
	if texts != nil {
		terms = append(terms, oneOf(ref, texts, negated))
	}
	if withNull {
		if err := c.offer(ref, ref.Property.Ops.Null, missing); err != nil {
			return nil, err
		}
		terms = append(terms, isNull(ref, negated))
	}
	if negated {
		return allOf(terms), nil
	}
	return anyOf(terms), nil
}

func (c *checker) call(e CallExpr, negated bool) (Predicate, error) {
	ref, err := c.single(e.Arg)
	if err != nil {
		return nil, err
	}
	if ref.Property.Type != String && ref.Property.Type != GUID {
		return nil, invalidFilter(opCheck, e.Arg.Pos(), "'%s' is no text", e.Arg.String())
	}
	text, err := canonical(e.Arg, ref, e.Text)
	if err != nil {
		return nil, err
	}
	ops := ref.Property.Ops
	support := [...]Support{StartsWith: ops.StartsWith, EndsWith: ops.EndsWith, Contains: ops.Contains}[e.Func]
	if err := c.offer(ref, support, missing); err != nil {
		return nil, err
	}
	if text == "" { // every text has the empty one in it
		return isNull(ref, !negated), nil
	}
	return Substring{Ref: ref, Func: e.Func, Text: text, Negated: negated}, nil
}

// truth reads a boolean property that stands for itself.
func (c *checker) truth(e PathExpr, negated bool) (Predicate, error) {
	ref, err := c.single(e)
	if err != nil {
		return nil, err
	}
	if ref.Property.Type != Boolean {
		return nil, invalidFilter(opCheck, e.At, "'%s' is not true or false by itself", excerpt(e.String()))
	}
	if err := c.offer(ref, ref.Property.Ops.Eq, notIndexed); err != nil {
		return nil, err
	}
	return Compare{Ref: ref, Op: Eq, Text: "true", Negated: negated}, nil
}

// missing is the answer to an operator a property does not have: properties that have none are not indexed.
func missing(ref Ref) error {
	ops := ref.Property.Ops
	ops.OrderBy = None
	if ops == (Ops{}) {
		return notIndexed(ref)
	}
	return unsupported(opCheck)
}

// canonical writes a literal as the property's values are kept, or says why it cannot be one.
func canonical(left Operand, ref Ref, lit Literal) (string, error) {
	p := ref.Property
	switch {
	case p.Type == String && lit.Kind == StringLiteral, p.Type == GUID && lit.Kind == StringLiteral:
		if p.CaseExact {
			return lit.Text, nil
		}
		return hospes.Fold(lit.Text), nil
	case p.Type == GUID && lit.Kind == GUIDLiteral, p.Type == Boolean && lit.Kind == BooleanLiteral:
		return lit.Text, nil
	case p.Type == DateTime && lit.Kind == DateLiteral:
		if t, err := time.Parse(time.DateOnly, lit.Text); err == nil {
			return hospes.CanonicalTime(t), nil
		}
	case p.Type == DateTime && lit.Kind == DateTimeLiteral:
		if t, err := parseDateTime(lit.Text); err == nil {
			return hospes.CanonicalTime(t), nil
		}
	case p.Type == Integer && lit.Kind == NumberLiteral:
		if n, ok := integer(lit.Text); ok {
			return hospes.CanonicalInteger(n), nil
		}
	}
	return "", invalidFilter(opCheck, lit.At, "'%s' is compared with %s, not with %s",
		excerpt(left.String()), wanted[p.Type], excerpt(lit.String()))
}

var wanted = [...]string{
	String: "text in single quotes", GUID: "a GUID", Boolean: "true or false",
	DateTime: "a date or time without quotes", Integer: "a whole number", Object: "nothing",
}

// integer reads a whole number, also one written as 1.0 or 1e3.
func integer(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	const exact = 1 << 53 // beyond it a float does not tell neighbours apart
	f, err := strconv.ParseFloat(text, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < exact
}

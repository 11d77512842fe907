package odata

import "slices"

// allOf joins terms that must all hold.
func allOf(terms []Predicate) Predicate {
	terms, decided := flatten(terms, true)
	if decided {
		return Const(false)
	}
	switch terms = mergeEquals(terms, true); len(terms) {
	case 0:
		return Const(true)
	case 1:
		return terms[0]
	}
	return And(terms)
}

// anyOf joins terms of which one must hold.
func anyOf(terms []Predicate) Predicate {
	terms, decided := flatten(terms, false)
	if decided {
		return Const(true)
	}
	switch terms = mergeEquals(terms, false); len(terms) {
	case 0:
		return Const(false)
	case 1:
		return terms[0]
	}
	return Or(terms)
}

// flatten splices chains of the same kind and drops constants that change nothing; decided tells that a constant
// settles the whole chain.
func flatten(terms []Predicate, and bool) (flat []Predicate, decided bool) {
	for _, t := range terms {
		switch t := t.(type) {
		case Const:
			if bool(t) != and {
				return nil, true
			}
		case And:
			if and {
				flat = append(flat, t...)
			} else {
				flat = append(flat, t)
			}
		case Or:
			if and {
				flat = append(flat, t)
			} else {
				flat = append(flat, t...)
			}
		default:
			flat = append(flat, t)
		}
	}
	return flat, false
}

// mergeEquals makes one In of all comparisons of one property in a chain: "a or a" of equals, "and" of their
// negations. Clients write long lists both ways, and a back end should see one list.
func mergeEquals(terms []Predicate, negated bool) []Predicate {
	type group struct {
		ref   Ref
		texts []string
		at    int // in merged
	}
	groups := map[string]*group{} // by path
	merged := terms[:0:0]
	for _, t := range terms {
		ref, texts, ok := equals(t, negated)
		if !ok {
			merged = append(merged, t)
			continue
		}
		g := groups[ref.Path]
		if g == nil {
			g = &group{ref: ref, at: len(merged)}
			groups[ref.Path] = g
			merged = append(merged, nil)
		}
		g.texts = append(g.texts, texts...)
	}
	for _, g := range groups {
		merged[g.at] = oneOf(g.ref, g.texts, negated)
	}
	return merged
}

// equals gives the texts of a comparison for equality of that sign.
func equals(p Predicate, negated bool) (ref Ref, texts []string, ok bool) {
	switch p := p.(type) {
	case Compare:
		return p.Ref, []string{p.Text}, p.Op == Eq && p.Negated == negated
	case In:
		return p.Ref, p.Texts, p.Negated == negated
	}
	return Ref{}, nil, false
}

func oneOf(ref Ref, texts []string, negated bool) Predicate {
	slices.Sort(texts)
	texts = slices.Compact(texts)
	if len(texts) == 1 {
		return Compare{Ref: ref, Op: Eq, Text: texts[0], Negated: negated}
	}
	return In{Ref: ref, Texts: texts, Negated: negated}
}

package sqlstore

import (
	"slices"

	"github.com/hospes-dev/hospes/odata"
)

// numbered tells that a filter is written as numbers that an index of its own gives: of words, of names, of sign-ins. The
// objects are looked up by these, and sorted where an order is asked for.
func (b *builder) numbered(f *odata.Filter) bool {
	return f != nil && slices.ContainsFunc(terms(f), func(t odata.Predicate) bool {
		path, texts := "", []string(nil)
		switch t := t.(type) {
		case odata.Any:
			_, words := odata.TokensOf(t.Path)
			return words && !t.Negated
		case odata.Compare:
			if !t.Negated {
				path, texts = t.Path, []string{t.Text}
			}
			if path == "userPrincipalName" && t.Op != odata.Eq {
				return false
			}
		case odata.In:
			if !t.Negated {
				path, texts = t.Path, t.Texts
			}
		case odata.Substring:
			if !t.Negated && t.Func == odata.StartsWith {
				path, texts = t.Path, []string{t.Text}
			}
		}
		_, active := activityColumns[path]
		return active || b.named(b.text(path), texts...)
	})
}

// terms gives what must hold together.
func terms(f *odata.Filter) []odata.Predicate {
	if and, ok := f.Root.(odata.And); ok {
		return and
	}
	return []odata.Predicate{f.Root}
}

// narrows tells that a filter asks for something that has an index of its own.
func narrows(f *odata.Filter) bool {
	if f == nil {
		return false
	}
	for _, t := range terms(f) {
		path, plain := "", false
		switch t := t.(type) {
		case odata.Compare:
			path, plain = t.Path, !t.Negated
		case odata.In:
			path, plain = t.Path, !t.Negated
		case odata.Substring:
			path, plain = t.Path, !t.Negated && t.Func == odata.StartsWith
		}
		if _, active := activityColumns[path]; active && plain {
			return true
		}
		if plain && (path == "id" || path == "displayName" || path == "mail" || path == "userPrincipalName") {
			return true
		}
	}
	return false
}

// pinpoints tells that a filter names who is wanted, by something that few have in common.
func pinpoints(f *odata.Filter) bool { return f != nil && few(f.Root) }

func few(p odata.Predicate) bool {
	path := ""
	switch p := p.(type) {
	case odata.And:
		return slices.ContainsFunc(p, few)
	case odata.Or:
		return !slices.ContainsFunc(p, func(t odata.Predicate) bool { return !few(t) })
	case odata.Compare:
		if p.Op == odata.Eq && !p.Negated {
			path = p.Path
		}
	case odata.In:
		if !p.Negated {
			path = p.Path
		}
	}
	return path == "id" || path == "mail" || path == "userPrincipalName"
}

// fewLeaves is how many leaves a filter has at most that costs little more than to read the objects it goes through.
const fewLeaves = 4

// demanding tells that a filter costs more than that. To have it done before the first row costs 0.1 to 0.2 ms, which is much
// beside a small page.
func demanding(f *odata.Filter) bool { return f != nil && leaves(f.Root) > fewLeaves }

func leaves(p odata.Predicate) (n int) {
	switch p := p.(type) {
	case odata.And:
		for _, t := range p {
			n += leaves(t)
		}
		return n
	case odata.Or:
		for _, t := range p {
			n += leaves(t)
		}
		return n
	case odata.Any:
		return 1 + leaves(p.Element)
	}
	return 1
}

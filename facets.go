package hospes

import (
	"strconv"
	"strings"
	"time"
)

// MomentLayout is how dates are written where they are compared as texts: UTC, fixed width, microseconds.
const MomentLayout = "2006-01-02T15:04:05.000000Z"

// Facets gives the canonical texts of the filterable properties that have no column of their own, as a JSON object.
// The store filters on it; Facet says what each text is.
func (o *Object) Facets() string {
	b := make([]byte, 0, 384)
	b = append(b, '{')
	for i, p := range o.Schema.Properties {
		v := o.values[i]
		if p == o.Schema.extensions {
			b = appendExtensions(b, v)
			continue
		}
		if v == Null || !p.Filterable() || o.Schema.HasColumn(p) {
			continue
		}
		b = appendFacets(b, p, v)
	}
	if len(b) > 1 {
		b = b[:len(b)-1]
	}
	return string(append(b, '}'))
}

// appendExtensions writes the directory extensions that can be filtered by.
func appendExtensions(b []byte, all Value) []byte {
	eachExtension(all, func(p *Property, v Value) {
		if p.Type != TypeBinary {
			b = appendFacets(b, p, v)
		}
	})
	return b
}

// HasColumn tells that the store keeps the property's canonical text in a column rather than among the facets.
func (s *Schema) HasColumn(p *Property) bool {
	return p == s.displayName || p == s.mail || p == s.upn
}

func appendFacets(b []byte, p *Property, v Value) []byte {
	switch {
	case p.Many:
		b = appendName(b, p.path)
		b = append(b, '[')
		n := len(b)
		v.Each(func(item Value) bool {
			b = append(appendElement(b, p, item), ',')
			return true
		})
		if len(b) > n {
			b = b[:len(b)-1]
		}
		return append(b, ']', ',')
	case p.Type == TypeComplex:
		for _, f := range p.Fields {
			if member := v.Member(f.Name); f.Filterable() && member != Null {
				b = appendFacets(b, f, member)
			}
		}
		return b
	}
	text, ok := Canonical(p, v)
	if !ok {
		return b
	}
	return append(AppendQuoted(appendName(b, p.path), text), ',')
}

// appendElement writes one element of a collection: a text, or an object of the texts of its fields.
func appendElement(b []byte, p *Property, item Value) []byte {
	if p.Type != TypeComplex {
		text, _ := Canonical(p, item)
		return AppendQuoted(b, text)
	}
	b = append(b, '{')
	n := len(b)
	for _, f := range p.Fields {
		if text, ok := Canonical(f, item.Member(f.Name)); ok {
			b = append(AppendQuoted(appendName(b, f.Name), text), ',')
		}
	}
	if len(b) > n {
		b = b[:len(b)-1]
	}
	return append(b, '}')
}

func appendName(b []byte, name string) []byte {
	b = append(append(b, '"'), name...)
	return append(b, '"', ':')
}

// Canonical gives the text by which a value is compared: folded strings, lower-case ids, dates in MomentLayout,
// integers so padded that their order is that of their texts. ok is false for the absent value.
func Canonical(p *Property, v Value) (text string, ok bool) {
	if v.IsNull() {
		return "", false
	}
	switch p.Type {
	case TypeString, TypeGuid:
		if p.Exact {
			return v.Text(), true
		}
		return Fold(v.Text()), true
	case TypeDateTime:
		return v.Time().Format(MomentLayout), true
	case TypeInteger, TypeInteger32:
		n, err := strconv.ParseInt(string(v), 10, 64)
		return CanonicalInteger(n), err == nil
	}
	return string(v), true
}

// CanonicalInteger writes an integer so that texts compare as the numbers do.
func CanonicalInteger(n int64) string {
	s := strconv.FormatUint(uint64(n)^(1<<63), 10)
	return strings.Repeat("0", 20-len(s)) + s
}

// CanonicalTime writes a moment as Canonical does.
func CanonicalTime(t time.Time) string { return t.UTC().Format(MomentLayout) }

package sqlstore

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// filter writes a checked filter as a condition. Every leaf is true or false, never null, so that negation is plain:
// the absent value makes a leaf false and a negated leaf true, as it does in odata's own reading.
func (b *builder) filter(p odata.Predicate) string {
	return b.predicate(p, b.text)
}

// reader gives the SQL of the canonical text at a path.
type reader func(path string) string

// text gives the column of a property, or its facet.
func (b *builder) text(path string) string {
	switch path {
	case "id":
		return "o.id"
	case "displayName":
		return "o.name"
	case "userPrincipalName":
		return "o.upn"
	case "mail":
		return "o.mail"
	}
	if column, ok := activityColumns[path]; ok {
		return "(SELECT a." + column + " FROM sign_in_activities a WHERE a.tenant = o.tenant AND a.number = o.number)"
	}
	return b.d.facet(path)
}

func (b *builder) predicate(p odata.Predicate, read reader) string {
	switch p := p.(type) {
	case odata.And:
		return b.join(p, " AND ", read)
	case odata.Or:
		return b.join(p, " OR ", read)
	case odata.Const:
		if p {
			return "1 = 1"
		}
		return "1 = 0"
	case odata.Compare:
		return b.compare(p, read)
	case odata.In:
		return b.in(p, read)
	case odata.Substring:
		return b.substring(p, read)
	case odata.IsNull:
		return read(p.Path) + isNull(!p.Negated)
	case odata.Any:
		return b.anyElement(p)
	case odata.Count:
		return "COALESCE(" + b.d.size(p.Path) + ", 0) " + signs[p.Op] + " " + strconv.FormatInt(p.N, 10)
	}
	panic("sqlstore: a predicate of an unknown kind") // a new kind of node must be written here first
}

var signs = map[odata.Op]string{odata.Eq: "=", odata.Ne: "<>", odata.Gt: ">", odata.Ge: ">=", odata.Lt: "<", odata.Le: "<="}

func isNull(wanted bool) string {
	if wanted {
		return " IS NULL"
	}
	return " IS NOT NULL"
}

// join ties terms together two by two, because the depth of an expression has its limit, and a chain is as deep as it is long.
func (b *builder) join(terms []odata.Predicate, word string, read reader) string {
	if len(terms) == 1 {
		return b.predicate(terms[0], read)
	}
	half := len(terms) / 2
	return "(" + b.join(terms[:half], word, read) + word + b.join(terms[half:], word, read) + ")"
}

// leaf turns a condition on a text into one that is never null.
func leaf(text, condition string, negated bool) string {
	if negated {
		return "(" + text + " IS NULL OR NOT (" + condition + "))"
	}
	return "(" + text + " IS NOT NULL AND " + condition + ")"
}

// bind gives the placeholder of a canonical text; ids are kept as bytes.
func (b *builder) bind(path, text string) string {
	if path == "id" {
		id, ok := hospes.ParseObjectID(text)
		if !ok {
			return b.arg([]byte{}) // the id of nothing
		}
		return b.arg(id.Bytes())
	}
	return b.arg(text)
}

func (b *builder) compare(p odata.Compare, read reader) string {
	if column, ok := activityColumns[p.Path]; ok && !p.Negated {
		return "o.number IN (SELECT number FROM sign_in_activities WHERE tenant = $1 AND " + column + " " + signs[p.Op] + " " + b.arg(p.Text) + ")"
	}
	text := read(p.Path)
	if p.Op == odata.Eq && !p.Negated && b.named(text, p.Text) {
		return "o.number = " + b.holder(p.Text)
	}
	return leaf(text, text+" "+signs[p.Op]+" "+b.bind(p.Path, p.Text), p.Negated)
}

// named tells that the objects with these texts are the holders of unique values, which live names are.
func (b *builder) named(column string, texts ...string) bool {
	return column == "o.upn" && b.bin == store.Live && !slices.Contains(texts, "")
}

// holder gives the number of the one who has a name. It is a value, not a list, so that no engine takes it for a reason to
// go through everybody.
func (b *builder) holder(name string) string {
	return "(SELECT number FROM object_keys WHERE tenant = $1 AND space = " + b.arg(int64(hospes.SpaceUPN)) + " AND value = " + b.arg(name) + ")"
}

func (b *builder) in(p odata.In, read reader) string {
	text := read(p.Path)
	marks := make([]string, len(p.Texts))
	if !p.Negated && b.named(text, p.Texts...) {
		for i, t := range p.Texts {
			marks[i] = b.holder(t)
		}
		return "o.number IN (" + strings.Join(marks, ", ") + ")"
	}
	for i, t := range p.Texts {
		marks[i] = b.bind(p.Path, t)
	}
	return leaf(text, text+" IN ("+strings.Join(marks, ", ")+")", p.Negated)
}

func (b *builder) substring(p odata.Substring, read reader) string {
	text := read(p.Path)
	var condition string
	switch p.Func {
	case odata.StartsWith:
		if !p.Negated && b.named(text, p.Text) {
			return "o.number IN (SELECT number FROM object_keys WHERE tenant = $1 AND space = " + b.arg(int64(hospes.SpaceUPN)) + " AND " + b.begins("value", p.Text) + ")"
		}
		condition = b.begins(text, p.Text)
	case odata.EndsWith:
		n := strconv.Itoa(utf8.RuneCountInString(p.Text))
		condition = "(length(" + text + ") >= " + n + " AND substr(" + text + ", length(" + text + ") - " + n + " + 1) = " + b.arg(p.Text) + ")"
	default:
		condition = b.d.position(text, b.arg(p.Text)) + " > 0"
	}
	return leaf(text, condition, p.Negated)
}

// begins writes that a text begins with another.
func (b *builder) begins(text, prefix string) string {
	condition := text + " >= " + b.arg(prefix)
	if end, ok := successor(prefix); ok {
		condition += " AND " + text + " < " + b.arg(end)
	}
	return "(" + condition + ")"
}

// successor gives the least text that is greater than every text with the prefix; ok is false where there is none.
func successor(prefix string) (end string, ok bool) {
	runes := []rune(prefix)
	for i := len(runes) - 1; i >= 0; i-- {
		r := runes[i] + 1
		if r == 0xD800 {
			r = 0xE000 // surrogates are no characters
		}
		if r <= utf8.MaxRune {
			return string(runes[:i]) + string(r), true
		}
	}
	return "", false
}

// anyToken asks for the words of a property, which are in an index.
func (b *builder) anyToken(name string, p odata.Any) string {
	not := ""
	if p.Negated {
		not = "NOT "
	}
	return "o.number " + not + "IN (SELECT t.number FROM search_tokens t WHERE t.tenant = $1 AND t.property = " + b.arg(int64(hospes.SearchedAt(name))) +
		" AND " + b.predicate(p.Element, func(string) string { return "t.token" }) + ")"
}

// anyElement asks a collection. Inside, the empty path is the element and other paths are its fields.
func (b *builder) anyElement(p odata.Any) string {
	if name, ok := odata.TokensOf(p.Path); ok {
		return b.anyToken(name, p)
	}
	condition := "1 = 1"
	if p.Element != nil {
		condition = b.predicate(p.Element, b.d.element)
	}
	exists := "EXISTS (SELECT 1 FROM " + b.d.elements(p.Path) + " e WHERE " + condition + ")"
	if p.Negated {
		return "NOT " + exists
	}
	return exists
}

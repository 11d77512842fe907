package odata_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

// naive evaluates the syntax tree as it stands: no push-down, no canonical literals, values compared by their types.
// It is what the checked tree has to agree with.
type naive struct {
	properties []odata.Property
	record     odatatest.Record
	variable   string         // inside a lambda
	collection odata.Property // whose element record is
}

func (n naive) holds(e odata.Expr) bool {
	switch e := e.(type) {
	case odata.OrExpr:
		return slices.ContainsFunc(e.Terms, n.holds)
	case odata.AndExpr:
		return !slices.ContainsFunc(e.Terms, func(t odata.Expr) bool { return !n.holds(t) })
	case odata.NotExpr:
		return !n.holds(e.Term)
	case odata.CompareExpr:
		if count, ok := e.Left.(odata.CountExpr); ok {
			want, _ := strconv.Atoi(e.Right.Text)
			path, _ := n.find(count.Collection)
			return ordered(cmp.Compare(len(n.record.Lists[path]), want), e.Op)
		}
		return n.compare(e.Left, e.Op, e.Right)
	case odata.InExpr:
		return slices.ContainsFunc(e.Values, func(l odata.Literal) bool { return n.compare(e.Left, odata.Eq, l) })
	case odata.CallExpr:
		path, p := n.find(e.Arg)
		text, ok := n.record.Text(path)
		part := e.Text.Text
		if !p.CaseExact {
			part = hospes.Fold(part)
		}
		test := map[odata.Func]func(string, string) bool{
			odata.StartsWith: strings.HasPrefix, odata.EndsWith: strings.HasSuffix, odata.Contains: strings.Contains,
		}[e.Func]
		return ok && test(text, part)
	case odata.PathExpr:
		path, _ := n.find(e)
		return n.record.Values[path] == "true"
	case odata.LambdaExpr:
		path, p := n.find(e.Collection)
		return slices.ContainsFunc(n.record.Lists[path], func(element odatatest.Record) bool {
			inner := naive{properties: p.Fields, record: element, variable: e.Var, collection: p}
			return e.Body == nil || inner.holds(e.Body)
		})
	}
	panic("no condition")
}

// find gives the path in the schema's spelling and the property.
func (n naive) find(o odata.Expr) (path string, p odata.Property) {
	if c, ok := o.(odata.CaseExpr); ok {
		o = c.Arg
	}
	names := o.(odata.PathExpr).Segments
	p = n.collection
	if n.variable != "" {
		names = names[1:]
	}
	properties := n.properties
	for _, name := range names {
		i := slices.IndexFunc(properties, func(p odata.Property) bool { return strings.EqualFold(p.Name, name) })
		p = properties[i]
		properties = p.Fields
		path = strings.TrimPrefix(path+"/"+p.Name, "/")
	}
	return path, p
}

func (n naive) compare(o odata.Operand, op odata.Op, lit odata.Literal) bool {
	path, p := n.find(o)
	text, ok := n.record.Text(path)
	switch {
	case lit.Kind == odata.NullLiteral:
		return ok == (op == odata.Ne)
	case op == odata.Ne:
		return !n.compare(o, odata.Eq, lit)
	case !ok:
		return false
	}
	return ordered(order(p, text, lit.Text), op)
}

func order(p odata.Property, text, literal string) int {
	switch p.Type {
	case odata.Integer:
		kept, _ := strconv.ParseUint(text, 10, 64)
		want, _ := strconv.ParseInt(literal, 10, 64)
		return cmp.Compare(int64(kept^1<<63), want)
	case odata.DateTime:
		kept, _ := time.Parse(time.RFC3339, text)
		want, err := time.Parse(time.RFC3339, literal)
		if err != nil {
			want, _ = time.Parse(time.DateOnly, literal)
		}
		return kept.Compare(want.Truncate(time.Microsecond))
	case odata.String, odata.GUID:
		if !p.CaseExact {
			literal = hospes.Fold(literal)
		}
	}
	return strings.Compare(text, literal)
}

func ordered(c int, op odata.Op) bool {
	return map[odata.Op]bool{
		odata.Eq: c == 0, odata.Ne: c != 0, odata.Lt: c < 0, odata.Le: c <= 0, odata.Gt: c > 0, odata.Ge: c >= 0,
	}[op]
}

var advanced = odata.Mode{Advanced: true}

// check parses the printed filter, so that the whole path from the text is tried.
func check(t interface{ Fatalf(string, ...any) }, e odata.Expr) *odata.Filter {
	parsed, err := odata.ParseFilter(e.String())
	if err != nil {
		t.Fatalf("%v: %v", e, err)
	}
	f, err := odata.Check(parsed, odatatest.Schema(), advanced)
	if err != nil {
		t.Fatalf("%v: %v", e, err)
	}
	return f
}

func TestMatchAgreesWithTheSyntaxTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := odatatest.FilterGen(odatatest.Schema()).Draw(t, "filter")
		if rapid.Bool().Draw(t, "negated") {
			e = odata.NotExpr{Term: e}
		}
		f := check(t, e)
		for range 20 {
			r := odatatest.RecordGen(odatatest.Schema()).Draw(t, "record")
			want := naive{properties: odatatest.Schema().Properties, record: r}.holds(e)
			if got := f.Match(r); got != want {
				t.Fatalf("%v\nchecked: %v\nrecord: %v\nmatches %v, want %v", e, f.Root, r, got, want)
			}
		}
	})
}

func TestNotIsTheComplement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := odatatest.FilterGen(odatatest.Schema()).Draw(t, "filter")
		f, not := check(t, e), check(t, odata.NotExpr{Term: e})
		for range 20 {
			r := odatatest.RecordGen(odatatest.Schema()).Draw(t, "record")
			if f.Match(r) == not.Match(r) {
				t.Fatalf("%v and its negation both answer %v for %v", e, f.Match(r), r)
			}
		}
	})
}

func TestPrintedFilterParsesToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := odatatest.FilterGen(odatatest.Schema()).Draw(t, "filter").String()
		e, err := odata.ParseFilter(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := e.String(); got != text {
			t.Fatalf("printed %s\nagain   %s", text, got)
		}
	})
}

// What back ends rely on: the promises in the comments of the predicates.
func TestCheckedTreeKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := odatatest.FilterGen(odatatest.Schema()).Draw(t, "filter")
		if problem := broken(check(t, e).Root, true, false); problem != "" {
			t.Fatalf("%v: %s", e, problem)
		}
	})
}

func broken(p odata.Predicate, root, element bool) string {
	var terms []odata.Predicate
	switch p := p.(type) {
	case odata.And:
		terms = p
	case odata.Or:
		terms = p
	case odata.Const:
		if !root {
			return "a constant inside the tree"
		}
		return ""
	case odata.Compare:
		if p.Op == odata.Ne || element && p.Negated {
			return "ne or a negation that should not be there"
		}
	case odata.In:
		if len(p.Texts) < 2 || !slices.IsSorted(p.Texts) || element && p.Negated {
			return "a list that is short, unsorted or negated"
		}
	case odata.Substring:
		if p.Text == "" {
			return "a search for the empty text"
		}
	case odata.Any:
		if element {
			return "an any inside an any"
		}
		if p.Element != nil {
			return broken(p.Element, false, true)
		}
	case odata.Count:
		if element {
			return "a count inside an any"
		}
	}
	if terms != nil && len(terms) < 2 {
		return "a chain of one"
	}
	for _, t := range terms {
		_, outerAnd := p.(odata.And)
		_, innerAnd := t.(odata.And)
		_, innerOr := t.(odata.Or)
		if outerAnd && innerAnd || !outerAnd && innerOr {
			return "a chain inside its own kind"
		}
		if problem := broken(t, false, element); problem != "" {
			return problem
		}
	}
	return ""
}

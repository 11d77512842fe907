package odata_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

// TestVectors runs the examples in testdata. Each says what goes in and, under the line, what comes out; with
// "go test ./odata -rewrite" the second part is written anew.
func TestVectors(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if strings.Contains(path, "fuzz/") {
			return
		}
		v := vectors{schema: schemas["user"]}
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
			if td.HasArg("schema") {
				var name string
				td.ScanArgs(t, "schema", &name)
				v.schema = schemas[name]
			}
			v.mode = odata.Mode{Advanced: td.HasArg("advanced")}
			out, err := v.run(t, td)
			if err != nil {
				return refusal(err)
			}
			if out == "" {
				out = "(none)"
			}
			return strings.TrimRight(out, "\n") + "\n"
		})
	})
}

type vectors struct {
	schema *odata.Schema
	mode   odata.Mode
	names  []string
	people []odatatest.Record
}

func (v *vectors) run(t *testing.T, td *datadriven.TestData) (string, error) {
	switch td.Cmd {
	case "parse":
		limits := odata.DefaultLimits()
		if td.HasArg("entra") {
			limits = odata.EntraLimits()
		}
		e, err := limits.ParseFilter(td.Input)
		if err != nil {
			return "", err
		}
		return e.String() + "\n" + tree(e), nil
	case "check":
		f, err := v.filter(td.Input)
		if err != nil {
			return "", err
		}
		return f.Root.String(), nil
	case "records":
		return v.records(t, td.Input), nil
	case "match":
		f, err := v.filter(td.Input)
		if err != nil {
			return "", err
		}
		return v.matching(f), nil
	}
	return v.query(t, td)
}

func (v *vectors) filter(text string) (*odata.Filter, error) {
	e, err := odata.ParseFilter(text)
	if err != nil {
		return nil, err
	}
	return odata.Check(e, v.schema, v.mode)
}

// records reads one JSON object a line; its "name" is what the results call it.
func (v *vectors) records(t *testing.T, lines string) string {
	v.names, v.people = nil, nil
	for line := range strings.Lines(lines) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		v.names = append(v.names, object["name"].(string))
		delete(object, "name")
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		r, err := odatatest.ParseRecord(v.schema, string(text))
		if err != nil {
			t.Fatal(err)
		}
		v.people = append(v.people, r)
	}
	return fmt.Sprintf("%d records", len(v.people))
}

func (v *vectors) matching(f *odata.Filter) string {
	var names []string
	for i, r := range v.people {
		if f.Match(r) {
			names = append(names, v.names[i])
		}
	}
	if names == nil {
		return "(nobody)"
	}
	return strings.Join(names, " ")
}

func (v *vectors) query(t *testing.T, td *datadriven.TestData) (string, error) {
	q, err := odata.ParseQuery(td.Input)
	if err != nil {
		return "", err
	}
	switch td.Cmd {
	case "query":
		return describe(q), nil
	case "select":
		refs, err := q.CheckSelect(v.schema)
		return list(refs), err
	case "orderby":
		orders, err := q.CheckOrderBy(v.schema, v.mode)
		var names []string
		for _, o := range orders {
			names = append(names, o.Path+map[bool]string{true: " descending"}[o.Desc])
		}
		return strings.Join(names, ", "), err
	case "mode":
		m, err := q.Mode(td.HasArg("eventual"))
		return map[bool]string{true: "advanced", false: "default"}[m.Advanced], err
	case "encode":
		return q.Encode(), nil
	}
	t.Fatalf("no command %s", td.Cmd)
	return "", nil
}

func describe(q odata.Query) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("select", strings.Join(q.Select, " | "))
	if q.Filter != nil {
		line("filter", q.Filter.String())
	}
	for _, o := range q.OrderBy {
		line("order by", o.String())
	}
	if q.Top > 0 {
		line("top", fmt.Sprint(q.Top))
	}
	if q.Count {
		line("count", "true")
	}
	if q.Search != nil {
		line("search", q.Search.String())
	}
	for _, e := range q.Expand {
		line("expand", fmt.Sprintf("%s, levels %d, select %q", e.Navigation, e.Levels, e.Select))
	}
	line("skip token", q.SkipToken)
	line("delta token", q.DeltaToken)
	line("format", q.Format)
	if b.Len() == 0 {
		return "(no options)"
	}
	return b.String()
}

func list[T fmt.Stringer](items []T) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = item.String()
	}
	return strings.Join(texts, ", ")
}

// refusal writes an error as the wire would: code and message.
func refusal(err error) string {
	var e *hospes.Error
	if !errors.As(err, &e) || e.Kind != hospes.KindInvalid {
		return fmt.Sprintf("UNEXPECTED %v\n", err)
	}
	return "400 " + e.Code + "\n" + e.Message + "\n"
}

// tree writes the structure of an expression in prefix form, with positions of its leaves.
func tree(e odata.Expr) string {
	parts := func(head string, kids ...odata.Expr) string {
		var texts []string
		for _, k := range kids {
			texts = append(texts, tree(k))
		}
		return "(" + head + " " + strings.Join(texts, " ") + ")"
	}
	switch e := e.(type) {
	case odata.OrExpr:
		return parts("or", e.Terms...)
	case odata.AndExpr:
		return parts("and", e.Terms...)
	case odata.NotExpr:
		return parts("not", e.Term)
	case odata.CompareExpr:
		return parts(e.Op.String(), e.Left, e.Right)
	case odata.InExpr:
		kids := []odata.Expr{e.Left}
		for _, v := range e.Values {
			kids = append(kids, v)
		}
		return parts("in", kids...)
	case odata.CallExpr:
		return parts(e.Func.String(), e.Arg, e.Text)
	case odata.LambdaExpr:
		kids := []odata.Expr{e.Collection}
		if e.Body != nil {
			kids = append(kids, e.Body)
		}
		return parts(map[bool]string{true: "all", false: "any"}[e.All], kids...)
	case odata.CountExpr:
		return parts("count", e.Collection)
	case odata.CaseExpr:
		return parts(map[bool]string{true: "toupper", false: "tolower"}[e.Upper], e.Arg)
	}
	return fmt.Sprintf("%v@%d", e, e.Pos())
}

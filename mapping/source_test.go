package mapping

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
)

func TestSource(t *testing.T) {
	datadriven.RunTest(t, "testdata/source/source.txt", func(t *testing.T, d *datadriven.TestData) string {
		switch d.Cmd {
		case "json":
			e, err := Parse(d.Input)
			if err != nil {
				return "error: " + err.Error()
			}
			return renderJSON(t, FromExpr(e), "  ")
		case "tree":
			var s Source
			if err := json.Unmarshal([]byte(d.Input), &s); err != nil {
				t.Fatal(err)
			}
			e, err := ToExpr(s)
			if err != nil {
				if hospes.KindOf(err) != hospes.KindInvalid {
					t.Errorf("kind %v", hospes.KindOf(err))
				}
				return "error: " + err.Error()
			}
			return e.String()
		default:
			d.Fatalf(t, "unknown command %q", d.Cmd)
			return ""
		}
	})
}

func TestSourceNestingIsLimited(t *testing.T) {
	s := Source{Type: SourceAttribute, Name: "a"}
	for range MaxDepth + 1 {
		s = Source{Type: SourceFunction, Name: "Not", Parameters: []SourceParameter{{"source", s}}}
	}
	if _, err := ToExpr(s); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("got %v", err)
	}
}

// An expression survives its journey through JSON: its own text brings it back exactly, and its bare tree brings back
// everything but how numbers were spelled and which trailing arguments were left out.
func TestSourceRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := exprs(t)
		source := FromExpr(e)
		wire, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		var read Source
		if err := json.Unmarshal(wire, &read); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(source, read) {
			t.Fatalf("%v became %v", source, read)
		}
		back, err := ToExpr(read)
		if err != nil {
			t.Fatal(err)
		}
		if want := asText(e.Root).String(); back.String() != want {
			t.Fatalf("%s came back as %s", want, back)
		}
		bare, err := ToExpr(stripped(read))
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		again, want := withoutTexts(FromExpr(bare)), withoutTexts(source)
		if !reflect.DeepEqual(again, want) {
			t.Fatalf("%s became %s", e, bare)
		}
	})
}

// asText spells a whole that is a constant as its source does.
func asText(n Node) Node {
	if c, ok := n.(*Constant); ok {
		return &Constant{Kind: TextConstant, Text: c.Text}
	}
	return n
}

func stripped(s Source) Source {
	s.Expression = ""
	for i := range s.Parameters {
		s.Parameters[i].Value = stripped(s.Parameters[i].Value)
	}
	return s
}

func withoutTexts(s Source) Source {
	out := s
	out.Parameters = nil
	for _, p := range s.Parameters {
		out.Parameters = append(out.Parameters, SourceParameter{p.Key, withoutTexts(p.Value)})
	}
	out.Expression = ""
	return out
}

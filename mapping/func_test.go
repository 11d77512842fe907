package mapping

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestFunctions(t *testing.T) {
	list := Functions()
	if !slices.IsSortedFunc(list, func(a, b Func) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the functions are not sorted")
	}
	for _, f := range list {
		t.Run(f.Name, func(t *testing.T) {
			if _, err := os.Stat("testdata/eval/" + f.Name + ".txt"); err != nil {
				t.Error("no vectors")
			}
			if !strings.HasSuffix(f.Doc, ".") || f.Result == "" || f.compile == nil {
				t.Error("the row is not complete")
			}
			optional := false
			for i, p := range f.Params {
				if p.Name == "" || p.Type == "" {
					t.Errorf("parameter %d is not complete", i+1)
				}
				if p.Required && optional {
					t.Errorf("%s is required behind one that is not", p.Name)
				}
				if p.Multiple && i != len(f.Params)-1 {
					t.Errorf("%s is multiple but not the last", p.Name)
				}
				optional = !p.Required
			}
		})
	}
}

func TestFunctionSchema(t *testing.T) {
	i := slices.IndexFunc(Functions(), func(f Func) bool { return f.Name == "Join" })
	got, err := json.Marshal(Functions()[i])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name":"Join","parameters":[` +
		`{"name":"separator","required":true,"allowMultipleOccurrences":false,"type":"String"},` +
		`{"name":"source","required":true,"allowMultipleOccurrences":true,"type":"String"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

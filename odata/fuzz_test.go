package odata_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

// seeds gives the inputs of the vector files in a folder of testdata.
func seeds(f *testing.F, folder string) []string {
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || paths == nil {
		f.Fatalf("no seeds in %s: %v", folder, err)
	}
	var list []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for block := range strings.SplitSeq(string(data), "\n\n") {
			in, _, _ := strings.Cut(block, "\n----")
			if _, in, ok := strings.Cut(in, "\n"); ok {
				list = append(list, in)
			}
		}
	}
	return list
}

// withoutPositions compares trees by what they mean.
var withoutPositions = gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".At" }, gocmp.Ignore())

func FuzzParseFilter(f *testing.F) {
	for _, folder := range []string{"parse", "check", "match"} {
		for _, s := range seeds(f, folder) {
			f.Add(s)
		}
	}
	record, err := odatatest.ParseRecord(schemas["user"], `{"id":"1","displayName":"Anna","accountEnabled":true,
		"otherMails":["a@b"],"identities":[{"issuer":"mail","issuerAssignedId":"x@y"}]}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := odata.ParseFilter(text)
		if err != nil {
			if strings.HasPrefix(refusal(err), "UNEXPECTED") {
				t.Fatal(err)
			}
			return
		}
		again, err := odata.ParseFilter(e.String())
		if err != nil {
			t.Fatalf("%q printed as %q: %v", text, e, err)
		}
		if diff := gocmp.Diff(e, again, withoutPositions); diff != "" {
			t.Fatalf("%q printed as %q: %s", text, e, diff)
		}
		p, err := odata.Check(e, schemas["user"], advanced)
		if err != nil {
			if strings.HasPrefix(refusal(err), "UNEXPECTED") {
				t.Fatal(err)
			}
			return
		}
		not, err := odata.Check(odata.NotExpr{Term: e}, schemas["user"], advanced)
		if err != nil {
			t.Fatalf("%q is good, its negation is not: %v", text, err)
		}
		if p.Match(record) == not.Match(record) {
			t.Fatalf("%q and its negation agree: %v, %v", text, p.Root, not.Root)
		}
		if problem := broken(p.Root, true, false); problem != "" {
			t.Fatalf("%q: %v: %s", text, p.Root, problem)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range seeds(f, "query") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := odata.ParseQuery(raw)
		if err != nil {
			if strings.HasPrefix(refusal(err), "UNEXPECTED") {
				t.Fatal(err)
			}
			return
		}
		again, err := odata.ParseQuery(q.Encode())
		if err != nil {
			t.Fatalf("%q encoded as %q: %v", raw, q.Encode(), err)
		}
		if diff := gocmp.Diff(q, again, withoutPositions); diff != "" {
			t.Fatalf("%q encoded as %q: %s", raw, q.Encode(), diff)
		}
		if q.Fingerprint(advanced) != again.Fingerprint(advanced) {
			t.Fatalf("%q: the fingerprint changed", raw)
		}
		for _, s := range schemas {
			_, _ = q.CheckSelect(s)
			_, _ = q.CheckOrderBy(s, advanced)
			_, _ = q.CheckFilter(s, odata.Mode{})
		}
	})
}

package odata_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/odata"
)

func parseQuery(t *testing.T, raw string) odata.Query {
	t.Helper()
	q, err := odata.ParseQuery(raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return q
}

func TestFingerprintBindsWhatIsSelected(t *testing.T) {
	const base = "$filter=userType eq 'Guest'&$select=id,mail&$orderby=mail&$count=true"
	want := parseQuery(t, base).Fingerprint(advanced)
	for _, same := range []string{
		base + "&$top=5&$skiptoken=x",
		"count=TRUE&%24orderBy=Mail%20asc&select=ID,%20mail&$filter=userType%20%20EQ+'Guest'",
		base + "&$format=json",
	} {
		if got := parseQuery(t, same).Fingerprint(advanced); got != want {
			t.Errorf("%s has another fingerprint", same)
		}
	}
	for _, other := range []string{
		"$filter=userType eq 'guest'&$select=id,mail&$orderby=mail&$count=true",
		"$filter=userType eq 'Guest'&$select=id&$orderby=mail&$count=true",
		"$filter=userType eq 'Guest'&$select=id,mail&$orderby=mail desc&$count=true",
		"$filter=userType eq 'Guest'&$select=id,mail&$orderby=mail",
		"$filter=userType eq 'Guest'&$select=id,mail,mail&$count=true",
		base + `&$search="mail:a"`, base + "&$expand=manager", "",
	} {
		if got := parseQuery(t, other).Fingerprint(advanced); got == want {
			t.Errorf("%s has the same fingerprint", other)
		}
	}
	if got := parseQuery(t, base).Fingerprint(odata.Mode{}); got == want {
		t.Error("the mode does not count")
	}
	const pinned = "a7tg_9iZVeHXMKGzqbNBzg"
	if want != pinned {
		t.Errorf("fingerprint %q, was %q: tokens in the field die when it changes", want, pinned)
	}
}

func TestLongFilters(t *testing.T) {
	long := "id in (" + strings.TrimSuffix(strings.Repeat("'184efa21-98c3-4e5d-95ab-d07053a96e67',", 250), ",") + ")"
	if _, err := odata.ParseFilter(long); err != nil {
		t.Errorf("250 ids: %v", err)
	}
	for text, want := range map[string]string{
		strings.Repeat("å", 10_001):                                "longer than 10000 characters at position 10001",
		"a eq '" + strings.Repeat("å", 9_993) + "'":                "",
		"not a eq '" + strings.Repeat("å", 9_989) + "'":            "longer than 10000",
		strings.TrimSuffix(strings.Repeat("a or ", 1_999), " or "): "",
		"a in (" + strings.Repeat("1,", 2_100) + "1)":              "more than 2000 parts",
		"a eq '\x00'": "the null character was not expected at position 7",
		"a eq '\xff'": "the text is not UTF-8",
	} {
		_, err := odata.ParseFilter(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.20s… (%d bytes): %v, want %q", text, len(text), err, want)
		}
	}
}

func TestWalkVisitsEveryNode(t *testing.T) {
	e, err := odata.ParseFilter("not a eq 1 and (b in (2,3) or startswith(tolower(c),'4')) and d/any(x:x eq 5) and e/$count eq 6")
	if err != nil {
		t.Fatal(err)
	}
	var values, paths []string
	odata.Walk(e, func(e odata.Expr) bool {
		switch e := e.(type) {
		case odata.Literal:
			values = append(values, e.Text)
		case odata.PathExpr:
			paths = append(paths, e.String())
		}
		return true
	})
	if got := strings.Join(values, "") + " " + strings.Join(paths, ""); got != "123456 abcdxe" {
		t.Errorf("walk saw %s", got)
	}
	n := 0
	odata.Walk(e, func(odata.Expr) bool { n++; return false })
	if n != 1 {
		t.Errorf("walk went on %d times after false", n)
	}
}

func TestNilFilterSelectsEverything(t *testing.T) {
	f, err := odata.Query{}.CheckFilter(schemas["user"], odata.Mode{})
	if err != nil || f != nil || !f.Match(odata.Element("x")) || f.String() != "" {
		t.Errorf("filter %v, error %v", f, err)
	}
}

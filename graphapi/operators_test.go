package graphapi_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/graphapi"
)

// TestWire1_6_Operators asks every property for every operator, in plain and in advanced queries.
func TestWire1_6_Operators(t *testing.T) {
	text, err := os.ReadFile("testdata/operators.txt")
	if err != nil {
		t.Fatal(err)
	}
	c := newFixture(t).source
	names := strings.NewReplacer("{anna}", c.person("anna"), "{team}", c.group("Team"))
	rows := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.Split(line, " | ")
		if len(part) != 4 {
			t.Fatalf("%q has %d columns", line, len(part))
		}
		options := []string{"$filter", part[1]}
		if order, ok := strings.CutPrefix(part[1], "$orderby="); ok {
			options = []string{"$orderby", order}
		}
		path := "GET " + names.Replace(part[0])
		for want, r := range map[string]*reply{
			"plain: " + part[2]:    c.do(path+query(options...), ""),
			"advanced: " + part[3]: c.do(path+query(append(options, "$count", "true")...), "", eventual, "eventual"),
		} {
			mode, _, _ := strings.Cut(want, ":")
			if got := mode + ": " + outcome(r); got != want {
				t.Errorf("%s | %s is %s, want %s\n%s", part[0], part[1], got, want, r.text)
			}
		}
		rows++
	}
	if rows < 300 {
		t.Errorf("only %d rows were asked", rows)
	}
}

// outcome says how a query ended in the words of the table.
func outcome(r *reply) string {
	code, _ := r.at("error.code").(string)
	message, _ := r.at("error.message").(string)
	switch {
	case r.status == http.StatusOK:
		return "200"
	case r.status == http.StatusBadRequest && code == "Request_UnsupportedQuery" && message == "Unsupported Query.":
		return "unsupported"
	case r.status == http.StatusBadRequest && code == "Request_UnsupportedQuery" && message == "The request uses a filter property that is not indexed":
		return "not indexed"
	case r.status == http.StatusBadRequest && code == "Request_BadRequest":
		return "invalid"
	case r.status == http.StatusNotImplemented && code == "NotImplemented" && message == "This operation target is not yet supported.":
		return "501"
	}
	return r.text
}

// TestWire1_5_FifteenAlternativesUnderParity holds the original's limit where it is asked for; otherwise it is far off.
func TestWire1_5_FifteenAlternativesUnderParity(t *testing.T) {
	f := newFixture(t)
	in := func(n int) string {
		return "GET /users" + query("$filter", "surname in ("+strings.Repeat("'x',", n-1)+"'x')")
	}
	f.source.do(in(16), "").is(http.StatusOK)
	api := f.api(f.Store)
	api.Limits = graphapi.Parity()
	f.server.Config.Handler = graphapi.New(*api)
	f.source.do(in(15), "").is(http.StatusOK)
	f.source.do(in(16), "").fails(http.StatusBadRequest, "Request_UnsupportedQuery",
		"Too many child clauses specified in search filter expression containing 'OR' operators: 16. Max allowed: 15.")
}

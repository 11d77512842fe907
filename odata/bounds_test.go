package odata_test

import (
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// TestBounds_NoQueryTakesMuchMemory parses and checks the worst that fits into a query: what is allocated, in all, stays
// far below 64 MiB, and with it the time.
func TestBounds_NoQueryTakesMuchMemory(t *testing.T) {
	long := func(piece string, bytes int) string { return strings.Repeat(piece, bytes/len(piece)) }
	const all = 64 << 10
	worst := map[string]string{
		"parentheses":    "$filter=" + long("(", 10_000),
		"nots":           "$filter=" + long("not(", 10_000),
		"alternatives":   "$filter=" + url.QueryEscape(long("city eq 'x' or ", 9_900)+"city eq 'x'"),
		"values":         "$filter=" + url.QueryEscape("city in ("+long("'x',", 9_900)+"'x')"),
		"lambdas":        "$filter=" + url.QueryEscape(long("otherMails/any(x:x eq 'y') and ", 9_900)+"accountEnabled"),
		"a long text":    "$filter=" + url.QueryEscape("city eq '"+long("''", 9_900)+"'"),
		"clauses":        "$search=" + url.QueryEscape(long(`"displayName:a" OR `, 9_000)+`"displayName:a"`),
		"nested clauses": "$search=" + url.QueryEscape(long("(", 9_000)),
		"words":          "$search=" + url.QueryEscape(`"displayName:`+long("a1.", 9_000)+`"`),
		"selected":       "$select=" + long("id,", all-100) + "id",
		"selected paths": "$select=" + long("a/", all-100) + "a",
		"orders":         "$orderby=" + long("id,", all-100) + "id",
		"expansions":     "$expand=" + long("manager,", all-100) + "manager",
		"options":        long("a=b&", all-100),
		"escapes":        "$select=" + long("%69", all-100),
		"too long":       long("a=b&", 10*all),
	}
	schema := odata.ObjectSchema(hospes.UserSchema)
	for name, raw := range worst {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		q, err := odata.ParseQuery(raw)
		if err == nil {
			_, _ = q.CheckFilter(schema, odata.Mode{Advanced: true}) // what it says is proven elsewhere
			_, _ = q.CheckSelect(schema)
			_, _ = q.CheckOrderBy(schema, odata.Mode{Advanced: true})
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%s: %d bytes are allocated for %d", name, used, len(raw))
		}
		if len(raw) > all && err == nil {
			t.Errorf("%s: a query of %d bytes is read", name, len(raw))
		}
	}
}

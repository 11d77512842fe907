package directory

import (
	"runtime"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestBounds_NoCollectionTakesMuchMemory reads the worst collections that a body can hold.
func TestBounds_NoCollectionTakesMuchMemory(t *testing.T) {
	const size = 4 << 20
	for _, p := range []*hospes.Property{hospes.PrincipalTags, hospes.ApplicationAppRoles, hospes.ApplicationKeyCredentials, hospes.ApplicationRequiredAccess} {
		for _, piece := range []string{`0,`, `"a",`, `{},`, `[],`, `{"resourceAccess":[{},{}]},`, `"` + strings.Repeat("a", size/2) + `",`} {
			text := []byte("[" + strings.Repeat(piece, size/len(piece)) + "0]")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := ParseValue(p, text)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; err == nil || used > 64<<20 {
				t.Errorf("%s of %.9s: %d MiB are allocated, %v", p.Name, piece, used>>20, err)
			}
		}
	}
}

// TestWire1_10_Collections: a list is read whole, in order, and nothing else passes for one.
func TestWire1_10_Collections(t *testing.T) {
	for text, want := range map[string]string{
		`["b", "a" ,"b"]`: `["b","a","b"]`, `[]`: "", ` [ ] `: "", `null`: "", `[null]`: "!", `["a"`: "!", `["a"]]`: "!", `["a",]`: "!", `["a" "b"]`: "!", `{"a":1}`: "!", `"a"`: "!", ``: "!", `[1]`: "!",
	} {
		v, err := ParseValue(hospes.PrincipalTags, []byte(text))
		if (want == "!") != (err != nil) || err == nil && string(v) != want {
			t.Errorf("%s: %q, %v", text, v, err)
		}
	}
}

package graphapi

import (
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// TestBounds_NoBodyTakesMuchMemory reads the worst bodies of the greatest size: what is allocated for them, in all, stays
// below 64 MiB.
func TestBounds_NoBodyTakesMuchMemory(t *testing.T) {
	fill := func(before, piece, after string) string {
		return before + strings.Repeat(piece, (maxBody-len(before)-len(after))/len(piece)) + after
	}
	for name, text := range map[string]string{
		"other members":   fill(`{`, `"abcd":1,`, `"z":1}`),
		"ids":             fill(`{"ids":[`, `"",`, `""]}`),
		"one member":      fill(`{"requests":"`, `x`, `"}`),
		"steps":           fill(`{"requests":[`, `{},`, `{}]}`),
		"empty steps":     fill(`{"requests":[`, `0,`, `0]}`),
		"headers":         fill(`{"requests":[{"id":"1","method":"GET","url":"/","headers":{`, `"abcd":"",`, `"z":""}}]}`),
		"dependencies":    fill(`{"requests":[{"id":"1","method":"GET","url":"/","dependsOn":[`, `"",`, `""]}]}`),
		"a deep body":     fill(`{"requests":[{"id":"1","method":"POST","url":"/","body":`, `[`, `}]}`),
		"a long address":  fill(`{"requests":[{"id":"1","method":"GET","url":"/`, `#`, `"}]}`),
		"a long id":       fill(`{"requests":[{"method":"GET","url":"/","id":"`, `x`, `"}]}`),
		"escaped letters": fill(`{"requests":[{"method":"GET","url":"/","id":"`, `\u0061`, `"}]}`),
	} {
		c := &call{body: []byte(text), version: "v1.0", r: httptest.NewRequest("POST", "/v1.0/$batch", nil)}
		for kind, read := range map[string]func(){
			"an object": func() { _, _ = c.members() }, // what it says is proven elsewhere
			"ids":       func() { _, _ = c.idsOf("ids", maxByID) },
			"a batch": func() {
				steps, err := stepsOf(c.body)
				if err != nil {
					return
				}
				_, _ = inOrder(steps)
				for _, s := range steps {
					_, _ = c.requestOf(s)
				}
			},
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			read()
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
				t.Errorf("%s as %s: %d MiB are allocated", name, kind, used>>20)
			}
		}
	}
}

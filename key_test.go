package hospes_test

import (
	"fmt"
	"testing"

	"github.com/hospes-dev/hospes"
)

// TestReliability2_KeysOfAnObjectAreEachOnce: in the order in which they stand, however many there are.
func TestReliability2_KeysOfAnObjectAreEachOnce(t *testing.T) {
	for _, n := range []int{0, 1, 31, 32, 33, 500} {
		app := hospes.NewObject(hospes.ApplicationSchema, hospes.NewObjectID(hospes.SystemRandom()))
		want := []hospes.Key{}
		var uris []string
		for i := range n {
			uri := fmt.Sprintf("api://%d", i)
			uris = append(uris, uri, "API://0")
			want = append(want, hospes.Key{Space: hospes.SpaceURI, Value: uri})
		}
		app.Set(hospes.ApplicationIdentifierURIs, hospes.Strings(uris...))
		if got := app.Keys(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
}

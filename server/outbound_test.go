package server

import (
	"testing"

	"github.com/hospes-dev/hospes"
)

func TestReliabilitySSRF_WrongNetworksAreRefused(t *testing.T) {
	for _, text := range []string{"", "10.0.0.0/33", "issuer.example"} {
		if _, err := Open(t.Context(), Options{DataDir: t.TempDir(), Outbound: []string{text}}); hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("%q is taken: %v", text, err)
		}
	}
}

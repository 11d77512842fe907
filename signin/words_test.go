package signin_test

import (
	"testing"

	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/words"
)

// TestScopesAreSaidInEveryLanguage: whoever consents reads what to.
func TestScopesAreSaidInEveryLanguage(t *testing.T) {
	for _, s := range token.Scopes() {
		if !words.Known("signin.scope." + s.Name) {
			t.Errorf("%s has no sentence", s.Name)
		}
	}
}

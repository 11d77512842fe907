package authn

import (
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// requiresFactor tells whether a tenant asks for a second factor, of a guest or of one of its own people.
func requiresFactor(r store.Reader, guest bool) (bool, error) {
	policy, err := store.FindSingleton(r, hospes.SignInPolicySchema)
	if errors.Is(err, hospes.ErrNotFound) { // nobody has ever said
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch hospes.RequireMultifactor(policy.Text(hospes.SignInRequireMultifactor)) {
	case hospes.MultifactorAll:
		return true, nil
	case hospes.MultifactorGuests:
		return guest, nil
	case hospes.MultifactorNone:
	}
	return false, nil
}

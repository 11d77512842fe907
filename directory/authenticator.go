package directory

import (
	"crypto/sha256"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// AuthenticatorID is the id under which a user's app for one-time codes is known. There is one, so that it follows from the
// user.
func AuthenticatorID(user *hospes.Object) hospes.ObjectID {
	sum := sha256.Sum256(append([]byte("softwareOath"), user.ID.Bytes()...))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return hospes.ObjectID(sum[:16])
}

// RemoveAuthenticator takes a user's app for one-time codes away, as when the phone is lost: where a second factor is asked
// for, the next sign-in sets up another. NotFound where there is none.
func RemoveAuthenticator(tx store.Tx, user *hospes.Object) error {
	if _, err := tx.Authenticator(user.Number); err != nil {
		return err
	}
	if err := tx.DropAuthenticator(user.Number); err != nil {
		return err
	}
	record := userAudit("Admin deleted security info", "Delete", user)
	record.Service = "Authentication Methods"
	return tx.Audit(record)
}

package directory

import (
	"encoding/json"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// shownSecret is what an application shows of a client secret: never the text, nor its digest.
type shownSecret struct {
	CustomKeyIdentifier *string   `json:"customKeyIdentifier"`
	DisplayName         *string   `json:"displayName"`
	EndDateTime         time.Time `json:"endDateTime"`
	Hint                string    `json:"hint"`
	KeyID               string    `json:"keyId"`
	SecretText          *string   `json:"secretText"`
	StartDateTime       time.Time `json:"startDateTime"`
}

// AddSecret gives an application a client secret, of which the credential holds the digest.
func AddSecret(tx store.Tx, app *hospes.Object, c store.Credential) error {
	if err := tx.PutCredential(c); err != nil {
		return err
	}
	shown, err := secrets(app)
	if err != nil {
		return err
	}
	entry := shownSecret{EndDateTime: c.Ends.UTC(), Hint: c.Hint, KeyID: c.KeyID, StartDateTime: c.Starts.UTC()}
	if c.DisplayName != "" {
		entry.DisplayName = &c.DisplayName
	}
	return showSecrets(tx, app, append(shown, entry))
}

// RemoveSecret takes a client secret away. NotFound where the application has none of that id.
func RemoveSecret(tx store.Tx, app *hospes.Object, keyID string) error {
	shown, err := secrets(app)
	if err != nil {
		return err
	}
	kept := shown[:0]
	for _, s := range shown {
		if s.KeyID != keyID {
			kept = append(kept, s)
		}
	}
	if len(kept) == len(shown) {
		return hospes.Invalidf("directory.RemoveSecret", "No password credential found with keyId.")
	}
	if err := tx.DeleteCredential(app.Number, keyID); err != nil {
		return err
	}
	return showSecrets(tx, app, kept)
}

func secrets(app *hospes.Object) (list []shownSecret, err error) {
	if v := app.Get(hospes.ApplicationPasswordCredentials); v != hospes.Null {
		err = json.Unmarshal([]byte(v), &list)
	}
	return list, err
}

func showSecrets(tx store.Tx, app *hospes.Object, list []shownSecret) error {
	app.Set(hospes.ApplicationPasswordCredentials, hospes.JSON(list))
	return putAudited(tx, "Update application – Certificates and secrets management", app)
}

// AuditPassword leaves the record of a password that somebody has set for a user. It says nothing about the password.
func AuditPassword(tx store.Tx, user *hospes.Object) error {
	return tx.Audit(userAudit("Reset user password", "Update", user))
}

// ChangePassword keeps the digest of a password that a user has chosen, and the record of it.
func ChangePassword(tx store.Tx, user *hospes.Object, digest string) error {
	if err := SetPassword(tx, user, digest, false); err != nil {
		return err
	}
	return tx.Audit(userAudit("Change user password", "Update", user))
}

// SetPassword keeps the digest of a password. One that somebody else has chosen may be good for one sign-in only: it is
// over when it begins, and then has to be changed.
func SetPassword(tx store.Tx, user *hospes.Object, digest string, once bool) error {
	c := store.Credential{Owner: user.Number, KeyID: "password", Kind: store.CredentialPassword, Digest: digest, Starts: tx.Now()}
	if once {
		c.Ends = c.Starts
	}
	return tx.PutCredential(c)
}

package directory

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
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

// maxCredentials is how many certificates, and how many secrets, one application may have: whoever asks for a token in its
// name, rightly or not, makes this server look at all of them.
const maxCredentials = 100

func tooManyCredentials() error {
	return hospes.Invalidf("directory.Credential", "An application can have at most %d certificates and as many secrets. Remove one first.", maxCredentials)
}

// AddSecret gives an application, or its service principal in one tenant, a client secret, of which the credential holds the digest.
func AddSecret(tx store.Tx, app *hospes.Object, c store.Credential) error {
	if app.Schema == hospes.ServicePrincipalSchema {
		if _, own := token.FirstParty(app.Text(hospes.PrincipalAppID)); own || isGraph(app) {
			return hospes.Invalidf("directory.AddSecret", "An application of the platform itself cannot be given a secret.")
		}
	}
	shown, err := secrets(app)
	if err != nil {
		return err
	}
	if len(shown) >= maxCredentials {
		return tooManyCredentials()
	}
	if err := tx.PutCredential(c); err != nil {
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
	if v := app.Get(shownIn(app)); v != hospes.Null {
		err = json.Unmarshal([]byte(v), &list)
	}
	return list, err
}

// shownIn is the property in which an application, or a service principal, shows its secrets.
func shownIn(app *hospes.Object) *hospes.Property {
	if app.Schema == hospes.ServicePrincipalSchema {
		return hospes.PrincipalPasswordCredentials
	}
	return hospes.ApplicationPasswordCredentials
}

func showSecrets(tx store.Tx, app *hospes.Object, list []shownSecret) error {
	app.Set(shownIn(app), hospes.JSON(list))
	if app.Schema == hospes.ServicePrincipalSchema {
		return putAudited(tx, "Update service principal credentials", app)
	}
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
// over when it begins, and then has to be changed. In the place of another it ends what the user is signed in to: the user
// says so itself, because every request of Graph reads it.
func SetPassword(tx store.Tx, user *hospes.Object, digest string, once bool) error {
	before, err := tx.Credentials(user.Number)
	if err != nil {
		return err
	}
	replaced := slices.ContainsFunc(before, func(c store.Credential) bool { return c.Kind == store.CredentialPassword })
	if now := tx.Now().Truncate(time.Second); replaced && now.After(user.Get(hospes.UserSessionsValidFrom).Time()) {
		endSessions(user, now)
		if err := tx.Put(user); err != nil {
			return err
		}
	}
	c := store.Credential{Owner: user.Number, KeyID: "password", Kind: store.CredentialPassword, Digest: digest, Starts: tx.Now()}
	if once {
		c.Ends = c.Starts
	}
	return tx.PutCredential(c)
}

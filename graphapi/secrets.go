package graphapi

import (
	"net/http"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// passwordCredential is a client secret on the wire; the text is only ever told when it is made.
type passwordCredential struct {
	CustomKeyIdentifier *string   `json:"customKeyIdentifier"`
	DisplayName         *string   `json:"displayName"`
	EndDateTime         time.Time `json:"endDateTime"`
	Hint                string    `json:"hint"`
	KeyID               string    `json:"keyId"`
	SecretText          *string   `json:"secretText"`
	StartDateTime       time.Time `json:"startDateTime"`
}

// secretLife is how long a client secret is good for where nobody says otherwise.
const secretLife = 2 * 365 * 24 * time.Hour

// addPassword gives an application, or its presence in this tenant, a client secret.
func addPassword(schema *hospes.Schema) func(*call) error {
	return func(c *call) error { return c.addPassword(schema) }
}

func (c *call) addPassword(schema *hospes.Schema) error {
	var body struct {
		PasswordCredential struct {
			DisplayName *string    `json:"displayName"`
			Start       *time.Time `json:"startDateTime"`
			End         *time.Time `json:"endDateTime"`
		} `json:"passwordCredential"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return err
		}
	}
	text, digest, hint := token.NewSecret(c.api.Random)
	var made passwordCredential
	err := c.update(func(tx store.Tx) error {
		app, err := c.findApp(tx, schema)
		if err != nil {
			return err
		}
		made = passwordCredential{
			DisplayName: body.PasswordCredential.DisplayName, Hint: hint, KeyID: hospes.NewUUID(c.api.Random), SecretText: &text,
			StartDateTime: tx.Now(), EndDateTime: tx.Now().Add(secretLife),
		}
		if body.PasswordCredential.Start != nil {
			made.StartDateTime = *body.PasswordCredential.Start
		}
		if body.PasswordCredential.End != nil {
			made.EndDateTime = *body.PasswordCredential.End
		}
		if !made.EndDateTime.After(made.StartDateTime) {
			return hospes.Invalidf("graphapi.addPassword", "Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.")
		}
		name := ""
		if made.DisplayName != nil {
			name = *made.DisplayName
		}
		return directory.AddSecret(tx, app, store.Credential{
			Owner: app.Number, KeyID: made.KeyID, Kind: store.CredentialClientSecret, Digest: digest, Hint: hint, DisplayName: name,
			Starts: made.StartDateTime, Ends: made.EndDateTime,
		})
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "microsoft.graph.passwordCredential", made)
}

func removePassword(schema *hospes.Schema) func(*call) error {
	return func(c *call) error {
		var body struct {
			KeyID string `json:"keyId"`
		}
		if err := c.decode(&body); err != nil {
			return err
		}
		return c.changeApp(schema, func(tx store.Tx, app *hospes.Object) error { return directory.RemoveSecret(tx, app, body.KeyID) })
	}
}

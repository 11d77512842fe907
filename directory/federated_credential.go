package directory

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	maxFederated     = 20 // of one application
	maxFederatedText = 600
)

// federatedName is a name that needs no escaping in an address.
var federatedName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$`)

// AddFederatedCredential lets tokens of another issuer prove an application.
func AddFederatedCredential(tx store.Tx, rnd hospes.Random, app *hospes.Object, c hospes.FederatedCredential) (hospes.FederatedCredential, error) {
	list, err := hospes.FederatedCredentials(app)
	if err != nil {
		return c, err
	}
	if !federatedName.MatchString(c.Name) {
		return c, hospes.Invalidf("directory.FederatedCredential", "Invalid value specified for property 'name' of resource 'FederatedIdentityCredential': 3 to 120 letters, digits, '-' and '_', beginning with a letter or a digit.")
	}
	c.ID = hospes.NewObjectID(rnd)
	return c, putFederated(tx, app, append(list, c))
}

// UpdateFederatedCredential puts one in the place of that with its id.
func UpdateFederatedCredential(tx store.Tx, app *hospes.Object, c hospes.FederatedCredential) error {
	list, err := hospes.FederatedCredentials(app)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(old hospes.FederatedCredential) bool { return old.ID == c.ID })
	if i < 0 {
		return hospes.NotFound("directory.FederatedCredential", c.ID.String())
	}
	if list[i].Name != c.Name {
		return hospes.Invalidf("directory.FederatedCredential", "Property 'name' of resource 'FederatedIdentityCredential' cannot be changed.")
	}
	list[i] = c
	return putFederated(tx, app, list)
}

// RemoveFederatedCredential takes one away.
func RemoveFederatedCredential(tx store.Tx, app *hospes.Object, id hospes.ObjectID) error {
	list, err := hospes.FederatedCredentials(app)
	if err != nil {
		return err
	}
	return putFederated(tx, app, slices.DeleteFunc(list, func(c hospes.FederatedCredential) bool { return c.ID == id }))
}

// putFederated keeps the credentials of an application, and the record of what has changed.
func putFederated(tx store.Tx, app *hospes.Object, list []hospes.FederatedCredential) error {
	if len(list) > maxFederated {
		return hospes.Invalidf("directory.FederatedCredential", "An application can have at most %d federated identity credentials. Remove one first.", maxFederated)
	}
	for i, c := range list {
		if err := checkFederated(c, list[:i]); err != nil {
			return err
		}
	}
	kept := hospes.Null
	if len(list) > 0 {
		kept = hospes.JSON(list)
	}
	app.Set(hospes.ApplicationFederated, kept)
	return putAudited(tx, "Update application", app)
}

// checkFederated holds the form of a credential, and that it is not one of others again: the name is a key, and issuer and
// subject decide which one a token is held against.
func checkFederated(c hospes.FederatedCredential, others []hospes.FederatedCredential) error {
	const op = "directory.FederatedCredential"
	texts := []struct{ name, text string }{{"issuer", c.Issuer}, {"subject", c.Subject}, {"audiences", strings.Join(c.Audiences, "")}}
	for _, t := range texts {
		if t.text == "" {
			return hospes.Invalidf(op, "A value is required for property '%s' of resource 'FederatedIdentityCredential'.", t.name)
		}
	}
	if len(c.Audiences) != 1 {
		return hospes.Invalidf(op, "Federated identity credentials must have exactly one audience, such as api://AzureADTokenExchange.")
	}
	if c.Description != nil {
		texts = append(texts, struct{ name, text string }{"description", *c.Description})
	}
	for _, t := range texts {
		if utf8.RuneCountInString(t.text) > maxFederatedText {
			return hospes.Invalidf(op, "Property '%s' of resource 'FederatedIdentityCredential' has more than %d characters.", t.name, maxFederatedText)
		}
	}
	if u, err := url.Parse(c.Issuer); err != nil || !strings.HasPrefix(c.Issuer, "https://") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(c.Issuer, "?# ") {
		return hospes.Invalidf(op, "Property 'issuer' of resource 'FederatedIdentityCredential' must be an https address without a query, exactly as the 'iss' of its tokens.")
	}
	for _, other := range others {
		switch {
		case strings.EqualFold(other.Name, c.Name):
			return federatedTwice("FederatedIdentityCredential with name " + c.Name + " already exists.")
		case other.Issuer == c.Issuer && other.Subject == c.Subject:
			return federatedTwice("FederatedIdentityCredential with issuer " + c.Issuer + " and subject " + c.Subject + " already exists: " + other.Name + ".")
		}
	}
	return nil
}

func federatedTwice(message string) error {
	return &hospes.Error{Kind: hospes.KindConflict, Op: "directory.FederatedCredential", Code: "Request_MultipleObjectsWithSameKeyValue", Message: message}
}

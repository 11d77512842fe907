package graphapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

const (
	federatedType = "federatedIdentityCredential"
	federatedName = "federatedIdentityCredentials"
)

var federatedRoutes = []Route{
	{Key: "GET /applications/{id}/federatedIdentityCredentials", Permissions: readApps, Shows: federatedType, handle: (*call).listFederated},
	{Key: "POST /applications/{id}/federatedIdentityCredentials", Permissions: writeApps, handle: (*call).createFederated},
	{Key: "GET /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: readApps, Shows: federatedType, handle: (*call).getFederated},
	{Key: "PATCH /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: writeApps, handle: (*call).patchFederated},
	{Key: "DELETE /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: writeApps, handle: (*call).deleteFederated},
}

func (c *call) federatedContext() string {
	return "applications('" + c.appID + "')/federatedIdentityCredentials"
}

func (c *call) listFederated() error {
	shown := []hospes.FederatedCredential{}
	err := c.view(func(r store.Reader) error {
		app, err := c.findApp(r, hospes.ApplicationSchema)
		if err != nil {
			return err
		}
		list, err := hospes.FederatedCredentials(app)
		shown = append(shown, list...)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.federatedContext(), shown, "")
}

// federatedKey gives the id or the name by which the path names a credential, and whether it says that it is the name.
func (c *call) federatedKey() (key string, named bool) {
	if name, value, ok := alternateKey(c.keys[1]); ok && strings.EqualFold(name, "name") {
		return value, true
	}
	return c.keys[1], false
}

// federated finds the credential of the path.
func (c *call) federated(r store.Reader) (*hospes.Object, hospes.FederatedCredential, error) {
	app, err := c.findApp(r, hospes.ApplicationSchema)
	if err != nil {
		return nil, hospes.FederatedCredential{}, err
	}
	list, err := hospes.FederatedCredentials(app)
	if err != nil {
		return nil, hospes.FederatedCredential{}, err
	}
	key, named := c.federatedKey()
	i := slices.IndexFunc(list, func(f hospes.FederatedCredential) bool {
		return !named && strings.EqualFold(f.ID.String(), key) || strings.EqualFold(f.Name, key)
	})
	if i < 0 {
		return app, hospes.FederatedCredential{}, hospes.NotFound("graphapi.federated", key)
	}
	return app, list[i], nil
}

func (c *call) getFederated() error {
	var found hospes.FederatedCredential
	err := c.view(func(r store.Reader) (err error) {
		_, found, err = c.federated(r)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, c.federatedContext()+"/$entity", found)
}

// overFederated puts what the body says over a credential: what it does not name stays as it is.
func (c *call) overFederated(f hospes.FederatedCredential) (hospes.FederatedCredential, error) {
	list, err := c.members()
	if err != nil {
		return f, err
	}
	for _, m := range list {
		var into any
		switch name := strings.ToLower(m.name); {
		case strings.Contains(name, "@"), name == "id" && string(m.raw) == "null": // as clients send it that set everything
			continue
		case name == "id":
			return f, hospes.Invalidf("graphapi.federated", "Property 'id' is read-only and cannot be set.")
		case name == "name":
			f.Name, into = "", &f.Name
		case name == "issuer":
			f.Issuer, into = "", &f.Issuer
		case name == "subject":
			f.Subject, into = "", &f.Subject
		case name == "description":
			f.Description, into = nil, &f.Description
		case name == "audiences":
			f.Audiences, into = nil, &f.Audiences
		default:
			return f, directory.UnknownProperty(m.name)
		}
		if err := json.Unmarshal(m.raw, into); err != nil {
			return f, hospes.Invalidf("graphapi.federated", "Invalid value specified for property '%s' of resource 'FederatedIdentityCredential'.", m.name)
		}
	}
	return f, nil
}

func (c *call) createFederated() error {
	wanted, err := c.overFederated(hospes.FederatedCredential{})
	if err != nil {
		return err
	}
	var made hospes.FederatedCredential
	err = c.update(func(tx store.Tx) error {
		app, err := c.findApp(tx, hospes.ApplicationSchema)
		if err != nil {
			return err
		}
		made, err = directory.AddFederatedCredential(tx, c.api.Random, app, wanted)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeFederated(made)
}

// writeFederated answers with a credential that was made.
func (c *call) writeFederated(made hospes.FederatedCredential) error {
	c.w.Header().Set("Location", c.origin+"/"+c.base()+"/applications/"+c.appID+"/federatedIdentityCredentials/"+made.ID.String())
	return c.writeValue(http.StatusCreated, c.federatedContext()+"/$entity", made)
}

// createsMissing tells that the client wants what the path names to be made where it is not there.
func (c *call) createsMissing() bool {
	return slices.ContainsFunc(c.r.Header.Values("Prefer"), func(p string) bool { return strings.Contains(strings.ToLower(p), "create-if-missing") })
}

func (c *call) patchFederated() error {
	var made *hospes.FederatedCredential
	err := c.update(func(tx store.Tx) error {
		made = nil
		app, found, err := c.federated(tx)
		key, named := c.federatedKey()
		if named && app != nil && hospes.KindOf(err) == hospes.KindNotFound && c.createsMissing() {
			return c.upsertFederated(tx, app, key, &made)
		}
		if err != nil {
			return err
		}
		wanted, err := c.overFederated(found)
		if err != nil {
			return err
		}
		return directory.UpdateFederatedCredential(tx, app, wanted)
	})
	if err != nil {
		return err
	}
	if made != nil {
		return c.writeFederated(*made)
	}
	return c.noContent()
}

// upsertFederated makes the credential whose name the path has.
func (c *call) upsertFederated(tx store.Tx, app *hospes.Object, name string, made **hospes.FederatedCredential) error {
	wanted, err := c.overFederated(hospes.FederatedCredential{Name: name})
	if err != nil {
		return err
	}
	if wanted.Name != name {
		return hospes.Invalidf("graphapi.federated", "The name in the body is not the one in the path.")
	}
	added, err := directory.AddFederatedCredential(tx, c.api.Random, app, wanted)
	*made = &added
	return err
}

func (c *call) deleteFederated() error {
	err := c.update(func(tx store.Tx) error {
		app, found, err := c.federated(tx)
		if err != nil {
			return err
		}
		return directory.RemoveFederatedCredential(tx, app, found.ID)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// federated gives the credentials of applications, to be shown along with them.
func (x *expansion) federated(r store.Reader, numbers []hospes.Number) (map[hospes.Number][]byte, error) {
	docs, err := r.Numbered(store.Live, numbers...) // a page of a listing may hold what is shown of them alone
	if err != nil {
		return nil, err
	}
	out := map[hospes.Number][]byte{}
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		app, err := d.Object()
		if err != nil {
			return nil, err
		}
		credentials, err := hospes.FederatedCredentials(app)
		if err != nil {
			return nil, err
		}
		list := []json.RawMessage{}
		for _, f := range credentials {
			list = append(list, raw(f))
		}
		if err := pick(list, x.chosen, federatedType); err != nil {
			return nil, err
		}
		out[d.Number] = append(append(hospes.AppendQuoted([]byte{','}, x.name), ':'), raw(list)...)
	}
	return out, nil
}

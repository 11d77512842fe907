package graphapi

import (
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

var federatedRoutes = []Route{
	{Key: "GET /applications/{id}/federatedIdentityCredentials", Permissions: readApps, Shows: "federatedIdentityCredential", handle: (*call).listFederated},
	{Key: "POST /applications/{id}/federatedIdentityCredentials", Permissions: writeApps, handle: (*call).createFederated},
	{Key: "GET /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: readApps, Shows: "federatedIdentityCredential", handle: (*call).getFederated},
	{Key: "PATCH /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: writeApps, handle: (*call).patchFederated},
	{Key: "DELETE /applications/{id}/federatedIdentityCredentials/{federated}", Permissions: writeApps, handle: (*call).deleteFederated},
}

// federatedSchema is what federated credentials are filtered by.
var federatedSchema = odata.MustSchema("microsoft.graph.federatedIdentityCredential",
	odata.Row(odata.String, odata.Ops{Eq: odata.Default}, "id", "name"), odata.Row(odata.String, odata.Ops{Eq: odata.Default}, "issuer", "subject").CaseExact())

// federatedRecord shows a credential to a filter.
type federatedRecord struct{ hospes.FederatedCredential }

// Text implements odata.Record.
func (r federatedRecord) Text(path string) (string, bool) {
	text := map[string]string{"id": r.ID.String(), "name": hospes.Fold(r.Name), "issuer": r.Issuer, "subject": r.Subject}[path]
	return text, text != ""
}

// Elements implements odata.Record.
func (federatedRecord) Elements(string) iter.Seq[odata.Record] {
	return func(func(odata.Record) bool) {}
}

// federatedOf reads the application of the path and its credentials.
func (c *call) federatedOf(r store.Reader) (app *hospes.Object, list []hospes.FederatedCredential, err error) {
	if app, err = c.findApp(r, hospes.ApplicationSchema); err != nil {
		return nil, nil, err
	}
	list, err = hospes.FederatedCredentials(app)
	return app, list, err
}

// federatedKey gives the id or the name by which the path names a credential.
func (c *call) federatedKey() string {
	if name, value, ok := alternateKey(c.keys[1]); ok && strings.EqualFold(name, "name") {
		return value
	}
	return c.keys[1]
}

// federated finds the credential of the path.
func (c *call) federated(r store.Reader) (*hospes.Object, hospes.FederatedCredential, error) {
	app, list, err := c.federatedOf(r)
	if err != nil {
		return nil, hospes.FederatedCredential{}, err
	}
	key := c.federatedKey()
	i := slices.IndexFunc(list, func(f hospes.FederatedCredential) bool {
		return strings.EqualFold(f.ID.String(), key) || strings.EqualFold(f.Name, key)
	})
	if i < 0 {
		return app, hospes.FederatedCredential{}, hospes.NotFound("graphapi.federated", key)
	}
	return app, list[i], nil
}

func (c *call) federatedContext() string {
	return "applications('" + c.appID + "')/federatedIdentityCredentials"
}

func (c *call) listFederated() error {
	q, _, err := c.query()
	if err != nil {
		return err
	}
	filter, err := q.CheckFilter(federatedSchema, odata.Mode{Advanced: true})
	if err != nil {
		return err
	}
	shown := []hospes.FederatedCredential{}
	err = c.view(func(r store.Reader) error {
		_, list, err := c.federatedOf(r)
		for _, f := range list {
			if filter.Match(federatedRecord{f}) {
				shown = append(shown, f)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList(c.federatedContext(), shown, "")
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

// federatedBody is what a body says of a credential: what it does not name stays as it is.
type federatedBody struct {
	ID          *string   `json:"id"`
	Name        *string   `json:"name"`
	Issuer      *string   `json:"issuer"`
	Subject     *string   `json:"subject"`
	Description *string   `json:"description"`
	Audiences   *[]string `json:"audiences"`
}

// readFederated reads the body; a name that is no property is refused.
func (c *call) readFederated() (body federatedBody, err error) {
	list, err := c.members()
	if err != nil {
		return body, err
	}
	for _, m := range list {
		known := slices.ContainsFunc([]string{"id", "name", "issuer", "subject", "description", "audiences"}, func(name string) bool { return strings.EqualFold(name, m.name) })
		if !known && !strings.Contains(m.name, "@") {
			return body, directory.UnknownProperty(m.name)
		}
	}
	if err := c.decode(&body); err != nil {
		return body, err
	}
	if body.ID != nil {
		return body, hospes.Invalidf("graphapi.federated", "Property 'id' is read-only and cannot be set.")
	}
	return body, nil
}

// over gives a credential with what the body says.
func (b federatedBody) over(f hospes.FederatedCredential) hospes.FederatedCredential {
	for _, text := range []struct {
		from *string
		to   *string
	}{{b.Name, &f.Name}, {b.Issuer, &f.Issuer}, {b.Subject, &f.Subject}} {
		if text.from != nil {
			*text.to = *text.from
		}
	}
	if b.Description != nil {
		f.Description = b.Description
	}
	if b.Audiences != nil {
		f.Audiences = *b.Audiences
	}
	return f
}

func (c *call) createFederated() error {
	body, err := c.readFederated()
	if err != nil {
		return err
	}
	var made hospes.FederatedCredential
	err = c.update(func(tx store.Tx) error {
		app, err := c.findApp(tx, hospes.ApplicationSchema)
		if err != nil {
			return err
		}
		made, err = directory.AddFederatedCredential(tx, c.api.Random, app, body.over(hospes.FederatedCredential{}))
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
	body, err := c.readFederated()
	if err != nil {
		return err
	}
	var made *hospes.FederatedCredential
	err = c.update(func(tx store.Tx) error {
		made = nil
		app, found, err := c.federated(tx)
		if _, _, named := alternateKey(c.keys[1]); app != nil && named && hospes.KindOf(err) == hospes.KindNotFound && c.createsMissing() {
			wanted := body.over(hospes.FederatedCredential{Name: c.federatedKey()})
			if wanted.Name != c.federatedKey() {
				return hospes.Invalidf("graphapi.federated", "The name of the body is not the one of the path.")
			}
			added, err := directory.AddFederatedCredential(tx, c.api.Random, app, wanted)
			made = &added
			return err
		}
		if err != nil {
			return err
		}
		return directory.UpdateFederatedCredential(tx, app, body.over(found))
	})
	if err != nil {
		return err
	}
	if made != nil {
		return c.writeFederated(*made)
	}
	return c.noContent()
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

package graphapi

import (
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var permissionGrantRoutes = []Route{
	{Key: "GET /oauth2PermissionGrants", Permissions: readGrants, handle: func(c *call) error { return c.list(permissionGrants) }},
	{Key: "POST /oauth2PermissionGrants", Permissions: writeGrants, handle: (*call).createGrant},
	{Key: "GET /oauth2PermissionGrants/{grant}", Permissions: readGrants, handle: (*call).getGrant},
	{Key: "PATCH /oauth2PermissionGrants/{grant}", Permissions: writeGrants, handle: (*call).patchGrant},
	{Key: "DELETE /oauth2PermissionGrants/{grant}", Permissions: writeGrants, handle: (*call).deleteGrant},
	{Key: "GET /users/{id}/oauth2PermissionGrants", Permissions: readGrants, handle: grantsOf(findUserKey)},
	{Key: "GET /servicePrincipals/{id}/oauth2PermissionGrants", Permissions: readGrants, handle: grantsOf(func(c *call, r store.Reader) (*hospes.Object, error) {
		return c.findApp(r, hospes.ServicePrincipalSchema)
	})},
}

var permissionGrants = listing{schema: hospes.PermissionGrantSchema, context: "oauth2PermissionGrants"}

// grantsOf lists the consents that a user gave, or that were given to a client.
func grantsOf(find finder) func(*call) error {
	return collection{find: find, relation: hospes.RelationGrantee, reverse: true}.over(hospes.PermissionGrantSchema, (*call).list)
}

func (c *call) getGrant() error {
	var grant *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		grant, err = c.find(r, hospes.PermissionGrantSchema, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, grant, "oauth2PermissionGrants")
}

func (c *call) createGrant() error {
	edits, _, err := c.edits(hospes.PermissionGrantSchema, true)
	if err != nil {
		return err
	}
	wanted := hospes.NewObject(hospes.PermissionGrantSchema, hospes.ObjectID{})
	wanted.Apply(edits)
	var grant *hospes.Object
	err = c.update(func(tx store.Tx) error {
		client, err := c.named(tx, wanted, hospes.GrantClient, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		resource, err := c.named(tx, wanted, hospes.GrantResource, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		var user *hospes.Object
		switch wanted.Text(hospes.GrantConsentType) {
		case hospes.ConsentAllPrincipals:
			if wanted.Get(hospes.GrantPrincipal) != hospes.Null {
				return hospes.Invalidf("graphapi.grant", "A consent for everybody names no principalId.")
			}
		case hospes.ConsentPrincipal:
			if user, err = c.named(tx, wanted, hospes.GrantPrincipal, hospes.UserSchema); err != nil {
				return err
			}
		default:
			return hospes.Invalidf("graphapi.grant", "Invalid value specified for property 'consentType' of resource 'OAuth2PermissionGrant'.")
		}
		grant, err = directory.CreateGrant(tx, c.api.Random, client, resource, user, strings.Fields(wanted.Text(hospes.GrantScope)))
		if hospes.KindOf(err) == hospes.KindConflict {
			err = &hospes.Error{Kind: hospes.KindConflict, Op: "graphapi.grant", Code: "Request_MultipleObjectsWithSameKeyValue", Message: "Permission entry already exists."}
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeCreated(grant, "oauth2PermissionGrants")
}

// named reads the object that a property of a wanted consent names.
func (c *call) named(r store.Reader, wanted *hospes.Object, p *hospes.Property, schema *hospes.Schema) (*hospes.Object, error) {
	text := wanted.Text(p)
	if text == "" {
		return nil, hospes.Invalidf("graphapi.grant", "A value is required for property '%s' of resource 'OAuth2PermissionGrant'.", p.Name)
	}
	return c.find(r, schema, text)
}

func (c *call) patchGrant() error {
	edits, _, err := c.edits(hospes.PermissionGrantSchema, false)
	if err != nil {
		return err
	}
	return c.changeGrant(func(tx store.Tx, grant *hospes.Object) error {
		for _, e := range edits { // of a consent nothing else can be changed
			if err := directory.SetScopes(tx, grant, strings.Fields(e.Value.Text())); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *call) deleteGrant() error { return c.changeGrant(directory.RevokeGrant) }

func (c *call) changeGrant(change func(store.Tx, *hospes.Object) error) error {
	if err := c.update(func(tx store.Tx) error {
		grant, err := c.find(tx, hospes.PermissionGrantSchema, c.keys[0])
		if err != nil {
			return err
		}
		return change(tx, grant)
	}); err != nil {
		return err
	}
	return c.noContent()
}

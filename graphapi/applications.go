package graphapi

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var applicationRoutes = []Route{
	{Key: "GET /applications", Permissions: readApps, handle: func(c *call) error { return c.list(applications) }},
	{Key: "GET /applications/$count", Permissions: readApps, handle: func(c *call) error { return c.writeCount(applications) }},
	{Key: "POST /applications", Permissions: createApps, handle: (*call).createApplication},
	{Key: "GET /applications/delta", Permissions: readApps, handle: deltaOf(hospes.ApplicationSchema)},
	{Key: "GET /applications/{id}", Permissions: readApps, handle: (*call).getApplication},
	{Key: "PATCH /applications/{id}", Permissions: writeApps, handle: (*call).patchApplication},
	{Key: "DELETE /applications/{id}", Permissions: writeApps, handle: (*call).deleteApplication},
	{Key: "POST /applications/{id}/addPassword", Permissions: writeApps, handle: addPassword(hospes.ApplicationSchema)},
	{Key: "POST /applications/{id}/removePassword", Permissions: writeApps, handle: removePassword(hospes.ApplicationSchema)},
	{Key: "GET /applicationTemplates", Permissions: readApps, Shows: "applicationTemplate", handle: (*call).listTemplates},
	{Key: "GET /applicationTemplates/{id}", Permissions: readApps, Shows: "applicationTemplate", handle: (*call).getTemplate},
	{Key: "POST /applicationTemplates/{id}/instantiate", Permissions: addApps, handle: (*call).instantiate},
	{Key: "GET /servicePrincipals", Permissions: readApps, handle: func(c *call) error { return c.list(servicePrincipals) }},
	{Key: "GET /servicePrincipals/$count", Permissions: readApps, handle: func(c *call) error { return c.writeCount(servicePrincipals) }},
	{Key: "POST /servicePrincipals", Permissions: addApps, handle: (*call).createPrincipal},
	{Key: "GET /servicePrincipals/delta", Permissions: readApps, handle: deltaOf(hospes.ServicePrincipalSchema)},
	{Key: "GET /servicePrincipals/{id}", Permissions: readApps, handle: (*call).getPrincipal},
	{Key: "PATCH /servicePrincipals/{id}", Permissions: writeApps, handle: (*call).patchPrincipal},
	{Key: "DELETE /servicePrincipals/{id}", Permissions: writeApps, handle: (*call).deletePrincipal},
	{Key: "POST /servicePrincipals/{id}/addPassword", Permissions: writeApps, handle: addPassword(hospes.ServicePrincipalSchema)},
	{Key: "POST /servicePrincipals/{id}/removePassword", Permissions: writeApps, handle: removePassword(hospes.ServicePrincipalSchema)},
}

var (
	applications      = listing{schema: hospes.ApplicationSchema, context: "applications"}
	servicePrincipals = listing{schema: hospes.ServicePrincipalSchema, context: "servicePrincipals"}
)

// findApp reads an application or service principal by object id or by appId='…'.
func (c *call) findApp(r store.Reader, schema *hospes.Schema) (o *hospes.Object, err error) {
	if o, err = c.findKey(r, schema, c.keys[0]); err != nil {
		return nil, err
	}
	c.appID = o.ID.String()
	return o, c.checkOwner(r, o)
}

func findAppID(r store.Reader, schema *hospes.Schema, appID string) (*hospes.Object, error) {
	space := hospes.SpaceAppID
	if schema == hospes.ServicePrincipalSchema {
		space = hospes.SpacePrincipal
	}
	o, err := store.FindHolder(r, space, hospes.Fold(appID))
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil, hospes.NotFound("graphapi.find", appID)
	}
	return o, err
}

func (c *call) getApp(schema *hospes.Schema) error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		o, err = c.findApp(r, schema)
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, o, schema.Plural)
}

func (c *call) getApplication() error { return c.getApp(hospes.ApplicationSchema) }
func (c *call) getPrincipal() error   { return c.getApp(hospes.ServicePrincipalSchema) }

func (c *call) patchApp(schema *hospes.Schema) error {
	edits, _, err := c.edits(schema, false)
	if err != nil {
		return err
	}
	return c.changeApp(schema, func(tx store.Tx, o *hospes.Object) error { return directory.UpdateObject(tx, o, edits) })
}

func (c *call) changeApp(schema *hospes.Schema, change func(store.Tx, *hospes.Object) error) error {
	err := c.update(func(tx store.Tx) error {
		o, err := c.findApp(tx, schema)
		if err != nil {
			return err
		}
		return change(tx, o)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) patchApplication() error { return c.patchApp(hospes.ApplicationSchema) }
func (c *call) patchPrincipal() error   { return c.patchApp(hospes.ServicePrincipalSchema) }

func (c *call) deleteApplication() error {
	return c.changeApp(hospes.ApplicationSchema, func(tx store.Tx, o *hospes.Object) error { return directory.DeleteObject(tx, deletions[o.Schema], o) })
}

func (c *call) deletePrincipal() error {
	return c.changeApp(hospes.ServicePrincipalSchema, func(tx store.Tx, o *hospes.Object) error {
		return directory.DeleteObject(tx, deletions[o.Schema], o)
	})
}

func (c *call) createApplication() error {
	edits, _, err := c.edits(hospes.ApplicationSchema, true)
	if err != nil {
		return err
	}
	var app *hospes.Object
	err = c.update(func(tx store.Tx) (err error) {
		if app, err = directory.CreateApplication(tx, c.api.Random, edits); err != nil {
			return err
		}
		return c.own(tx, app)
	})
	if err != nil {
		return err
	}
	return c.writeCreated(app, "applications")
}

func (c *call) createPrincipal() error {
	edits, _, err := c.edits(hospes.ServicePrincipalSchema, true)
	if err != nil {
		return err
	}
	appID := ""
	for _, e := range edits {
		if e.Property == hospes.PrincipalAppID {
			appID = e.Value.Text()
		}
	}
	var sp *hospes.Object
	err = c.update(func(tx store.Tx) error {
		app, err := store.FindHolder(tx, hospes.SpaceAppID, hospes.Fold(appID))
		if hospes.KindOf(err) == hospes.KindNotFound {
			return hospes.Invalidf("graphapi.servicePrincipal", "The appId '%s' of the service principal does not reference a valid application object.", appID)
		}
		if err != nil {
			return err
		}
		if err := c.checkOwner(tx, app); err != nil {
			return err
		}
		if sp, err = directory.CreatePrincipal(tx, c.api.Random, app, edits); err != nil {
			return err
		}
		return c.own(tx, sp)
	})
	if err != nil {
		return err
	}
	return c.writeCreated(sp, "servicePrincipals")
}

// template is the application template of cross-tenant synchronization.
var template = map[string]any{
	"id": directory.CrossTenantSyncTemplate, "displayName": "Cross-tenant synchronization", "homePageUrl": nil,
	"supportedSingleSignOnModes": []string{}, "supportedProvisioningTypes": []string{"sync"}, "logoUrl": nil,
	"categories": []string{}, "publisher": "hospes", "description": "Synchronizes people of this tenant into another one.",
}

func (c *call) listTemplates() error {
	return c.writeValue(http.StatusOK, "applicationTemplates", map[string]any{"value": []any{template}})
}

func (c *call) knownTemplate() error {
	if !strings.EqualFold(c.keys[0], directory.CrossTenantSyncTemplate) {
		return hospes.NotFound("graphapi.applicationTemplate", c.keys[0])
	}
	return nil
}

func (c *call) getTemplate() error {
	if err := c.knownTemplate(); err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "applicationTemplates/$entity", template)
}

func (c *call) instantiate() error {
	if err := c.knownTemplate(); err != nil {
		return err
	}
	var body struct {
		DisplayName string `json:"displayName"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	var app, sp *hospes.Object
	err := c.update(func(tx store.Tx) (err error) {
		if app, sp, err = directory.InstantiateTemplate(tx, c.api.Random, directory.CrossTenantSyncTemplate, body.DisplayName); err != nil {
			return err
		}
		return c.own(tx, app, sp)
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusCreated, "microsoft.graph.applicationServicePrincipal", map[string]json.RawMessage{
		"application": rawCard(app), "servicePrincipal": rawCard(sp),
	})
}

// rawCard gives an object's default set as a JSON object.
func rawCard(o *hospes.Object) json.RawMessage {
	return json.RawMessage("{" + o.Document().Card + "}")
}

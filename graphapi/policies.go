package graphapi

import (
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

const accessPath = "/policies/crossTenantAccessPolicy"

var policyRoutes = []Route{
	{Key: "GET /policies/authorizationPolicy", Permissions: readPolicies, Shows: "authorizationPolicy", handle: getSingleton(hospes.AuthorizationPolicySchema, "policies/authorizationPolicy")},
	{Key: "PATCH /policies/authorizationPolicy", Permissions: writeAuthorization, handle: (*call).patchAuthorization},
	{Key: "GET /policies/externalIdentitiesPolicy", Permissions: readPolicies, Shows: "externalIdentitiesPolicy", handle: getSingleton(hospes.ExternalIdentitiesPolicySchema, "policies/externalIdentitiesPolicy")},
	{Key: "PATCH /policies/externalIdentitiesPolicy", Permissions: writeExternal, handle: patchSingleton(hospes.ExternalIdentitiesPolicySchema)},
	{Key: "GET " + accessPath, Permissions: readAccess, Shows: "crossTenantAccessPolicy", handle: getSingleton(hospes.CrossTenantAccessPolicySchema, "policies/crossTenantAccessPolicy")},
	{Key: "PATCH " + accessPath, Permissions: writeAccess, handle: patchSingleton(hospes.CrossTenantAccessPolicySchema)},
	{Key: "GET " + accessPath + "/default", Permissions: readAccess, Shows: "crossTenantAccessPolicyConfigurationDefault", handle: getSingleton(hospes.CrossTenantAccessDefaultSchema, "policies/crossTenantAccessPolicy/default")},
	{Key: "PATCH " + accessPath + "/default", Permissions: writeAccess, handle: (*call).patchDefault},
	{Key: "POST " + accessPath + "/default/resetToSystemDefault", Permissions: writeAccess, handle: (*call).resetDefault},
}

func getSingleton(schema *hospes.Schema, context string) func(*call) error {
	return func(c *call) error {
		var o *hospes.Object
		if err := c.view(func(r store.Reader) (err error) {
			o, err = store.FindSingleton(r, schema)
			return err
		}); err != nil {
			return err
		}
		return c.writePolicy(http.StatusOK, o, context+"/$entity", map[string]any{"id": schema.Name})
	}
}

// writePolicy answers with a policy object; more replaces or adds members, as policies are not known by object id.
func (c *call) writePolicy(status int, o *hospes.Object, context string, more map[string]any) error {
	doc := map[string]json.RawMessage{}
	for _, p := range o.Schema.DefaultSet() {
		doc[p.Name] = json.RawMessage(o.Render(p))
	}
	for name, v := range more {
		raw, err := encode(v)
		if err != nil {
			return err
		}
		doc[name] = raw
	}
	return c.writeValue(status, context, doc)
}

func patchSingleton(schema *hospes.Schema) func(*call) error {
	return func(c *call) error {
		edits, _, err := c.edits(schema, false)
		if err != nil {
			return err
		}
		return c.changeSingleton(schema, edits)
	}
}

func (c *call) changeSingleton(schema *hospes.Schema, edits []hospes.Edit) error {
	err := c.update(func(tx store.Tx) error {
		o, err := store.FindSingleton(tx, schema)
		if err != nil {
			return err
		}
		return directory.UpdateObject(tx, o, edits)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) patchAuthorization() error {
	edits, _, err := c.edits(hospes.AuthorizationPolicySchema, false)
	if err != nil {
		return err
	}
	for _, e := range edits {
		text := e.Value.Text()
		bad := e.Property == hospes.AuthorizationAllowInvitesFrom && !policy.InviteLevel(text).Valid()
		if e.Property == hospes.AuthorizationGuestRole {
			bad = text != directory.GuestRoleMember && text != directory.GuestRoleLimited && text != directory.GuestRoleRestricted
		}
		if bad {
			return hospes.Invalidf("graphapi.authorizationPolicy", "Invalid value specified for property '%s' of resource 'AuthorizationPolicy'.", e.Property.Name)
		}
	}
	return c.changeSingleton(hospes.AuthorizationPolicySchema, edits)
}

// patchSignInPolicy changes what the tenant asks of people who sign in.
func (c *call) patchSignInPolicy() error {
	edits, _, err := c.edits(hospes.SignInPolicySchema, false)
	if err != nil {
		return err
	}
	for _, e := range edits {
		if e.Property == hospes.SignInRequireMultifactor && !hospes.RequireMultifactor(e.Value.Text()).Valid() {
			return hospes.Invalidf("graphapi.signInPolicy", "Invalid value specified for property 'requireMultifactor' of resource 'SignInPolicy': it is none, guests or all.")
		}
	}
	return c.changeSingleton(hospes.SignInPolicySchema, edits)
}

func (c *call) patchDefault() error {
	edits, _, err := c.edits(hospes.CrossTenantAccessDefaultSchema, false)
	if err != nil {
		return err
	}
	return c.changeSingleton(hospes.CrossTenantAccessDefaultSchema, append(edits, hospes.Edit{Property: hospes.DefaultIsService, Value: hospes.False}))
}

func (c *call) resetDefault() error {
	err := c.update(func(tx store.Tx) error {
		o, err := store.FindSingleton(tx, hospes.CrossTenantAccessDefaultSchema)
		if err != nil {
			return err
		}
		directory.ResetDefaultAccess(o)
		return directory.UpdateObjectAs(tx, "Reset the cross-tenant access default setting", o, nil)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

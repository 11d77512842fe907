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
	{Key: "GET " + accessPath + "/partners", Permissions: readAccess, Shows: "crossTenantAccessPolicyConfigurationPartner", Expands: true, handle: (*call).listPartners},
	{Key: "POST " + accessPath + "/partners", Permissions: writeAccess, handle: (*call).createPartner},
	{Key: "GET " + accessPath + "/partners/{tenant}", Permissions: readAccess, Shows: "crossTenantAccessPolicyConfigurationPartner", Expands: true, handle: (*call).getPartner},
	{Key: "PATCH " + accessPath + "/partners/{tenant}", Permissions: writeAccess, handle: (*call).patchPartner},
	{Key: "DELETE " + accessPath + "/partners/{tenant}", Permissions: writeAccess, handle: (*call).deletePartner},
	{Key: "GET " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: readAccess, Shows: "crossTenantIdentitySyncPolicyPartner", handle: (*call).getIdentitySync},
	{Key: "PUT " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).putIdentitySync},
	{Key: "PATCH " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).patchIdentitySync},
	{Key: "DELETE " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).deleteIdentitySync},
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
		raw, err := json.Marshal(v)
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

const partnersContext = "policies/crossTenantAccessPolicy/partners"

func (c *call) partner(r store.Reader) (*hospes.Object, error) {
	id, ok := hospes.ParseTenantID(c.keys[0])
	if !ok {
		return nil, hospes.NotFound("graphapi.partner", c.keys[0])
	}
	o, err := store.FindHolder(r, hospes.SpacePartner, id.String())
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil, hospes.NotFound("graphapi.partner", c.keys[0])
	}
	return o, err
}

// partnerBody gives a partner on the wire: its default set without an object id, which partners do not show.
func (c *call) partnerBody(o *hospes.Object, expand bool) map[string]json.RawMessage {
	doc := map[string]json.RawMessage{}
	for _, p := range o.Schema.DefaultSet() {
		doc[p.Name] = json.RawMessage(o.Render(p))
	}
	if expand {
		doc["identitySynchronization"] = json.RawMessage(o.Render(hospes.PartnerIdentitySynchronization))
	}
	return doc
}

// expandsSync tells that the request asks for identitySynchronization along with the partner.
func (c *call) expandsSync() (bool, error) {
	q, _, err := c.query()
	if err != nil {
		return false, err
	}
	for _, e := range q.Expand {
		if e.Navigation != "identitySynchronization" {
			return false, noProperty(e.Navigation, c.route.Shows)
		}
	}
	return len(q.Expand) > 0, nil
}

func (c *call) listPartners() error {
	expand, err := c.expandsSync()
	if err != nil {
		return err
	}
	list := []map[string]json.RawMessage{}
	err = c.view(func(r store.Reader) error {
		after := store.Cursor{}
		for {
			page, err := r.List(store.Query{Schema: hospes.PartnerSchema, After: after, Limit: 500})
			if err != nil {
				return err
			}
			for _, d := range page.Documents {
				o, err := d.Object()
				if err != nil {
					return err
				}
				list = append(list, c.partnerBody(o, expand))
			}
			if page.Next == nil || len(list) >= maxPartners {
				return nil
			}
			after = *page.Next
		}
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, partnersContext, map[string]any{"value": list})
}

// maxPartners bounds the one list that is not paged; the original knows no paging of partners.
const maxPartners = 5000

func (c *call) createPartner() error {
	edits, _, err := c.edits(hospes.PartnerSchema, true)
	if err != nil {
		return err
	}
	o := hospes.NewObject(hospes.PartnerSchema, hospes.NewObjectID(c.api.Random))
	o.Apply(edits)
	switch tenant := o.Text(hospes.PartnerTenantID); {
	case tenant == "":
		return hospes.Invalidf("graphapi.partner", "A value is required for property 'tenantId' of resource 'CrossTenantAccessPolicyConfigurationPartner'.")
	case tenant == c.caller.Tenant.String():
		return hospes.Invalidf("graphapi.partner", "A tenant cannot be a partner of itself.")
	}
	err = c.update(func(tx store.Tx) error {
		if err := directory.CheckAccessSettings(edits); err != nil {
			return err
		}
		return directory.CreateObject(tx, "Add a partner to cross-tenant access setting", o)
	})
	if hospes.KindOf(err) == hospes.KindConflict {
		return sameKey("Another object with the same value for property tenantId already exists.")
	}
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", c.origin+"/"+c.base()+"/"+partnersContext+"/"+o.Text(hospes.PartnerTenantID))
	return c.writeValue(http.StatusCreated, partnersContext+"/$entity", c.partnerBody(o, false))
}

// sameKey is the answer to a second entry for one tenant (graph-wire 4.2).
func sameKey(text string) error {
	return &hospes.Error{
		Kind: hospes.KindConflict, Op: "graphapi.partner", Code: "Request_MultipleObjectsWithSameKeyValue", Message: text,
		Details: []hospes.Detail{{
			Code:    "ConflictingObjects",
			Message: "A conflicting object with one or more of the specified property values is present in the directory.",
		}},
	}
}

func (c *call) getPartner() error {
	expand, err := c.expandsSync()
	if err != nil {
		return err
	}
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		o, err = c.partner(r)
		return err
	}); err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, partnersContext+"/$entity", c.partnerBody(o, expand))
}

func (c *call) patchPartner() error {
	edits, _, err := c.edits(hospes.PartnerSchema, false)
	if err != nil {
		return err
	}
	return c.changePartner(func(tx store.Tx, o *hospes.Object) error { return directory.UpdateObject(tx, o, edits) })
}

func (c *call) changePartner(change func(store.Tx, *hospes.Object) error) error {
	err := c.update(func(tx store.Tx) error {
		o, err := c.partner(tx)
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

func (c *call) deletePartner() error {
	return c.changePartner(func(tx store.Tx, o *hospes.Object) error {
		if o.Get(hospes.PartnerServiceProvider).Bool() {
			return hospes.Invalidf("graphapi.partner", "A partner that is a service provider cannot be deleted.")
		}
		return directory.DeleteObject(tx, "Delete a partner from cross-tenant access setting", o)
	})
}

// noSync is the answer where the partner has no identity synchronization (provisioning 3.2).
func noSync() error {
	return &hospes.Error{
		Kind: hospes.KindNotFound, Op: "graphapi.identitySynchronization", Code: "Directory_ObjectNotFound",
		Message: "Unable to read the company information from the directory.",
	}
}

func readIdentitySync(o *hospes.Object) (s hospes.IdentitySynchronization, err error) {
	v := o.Get(hospes.PartnerIdentitySynchronization)
	if v == hospes.Null {
		return s, noSync()
	}
	return s, v.Decode(&s)
}

func (c *call) getIdentitySync() error {
	var s hospes.IdentitySynchronization
	err := c.view(func(r store.Reader) error {
		o, err := c.partner(r)
		if err != nil {
			return err
		}
		s, err = readIdentitySync(o)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, partnersContext+"('"+s.TenantID+"')/identitySynchronization/$entity", s)
}

// syncEdits reads a body with the switches that it names.
func (c *call) syncEdits(s *hospes.IdentitySynchronization) error {
	list, err := c.members()
	if err != nil {
		return err
	}
	for _, m := range list {
		switch lower(m.name) {
		case "displayname":
			err = json.Unmarshal(m.raw, &s.DisplayName)
		case "usersyncinbound":
			err = json.Unmarshal(m.raw, &s.UserSyncInbound)
		case "groupsyncinbound":
			err = json.Unmarshal(m.raw, &s.GroupSyncInbound)
		case "tenantid", "@odata.type", "@odata.context":
		default:
			return directory.UnknownProperty(m.name)
		}
		if err != nil {
			return hospes.Invalidf("graphapi.identitySynchronization", "Invalid value specified for property '%s' of resource 'CrossTenantIdentitySyncPolicyPartner'.", m.name)
		}
	}
	return nil
}

func (c *call) putIdentitySync() error {
	s := hospes.IdentitySynchronization{TenantID: lower(c.keys[0])}
	if err := c.syncEdits(&s); err != nil {
		return err
	}
	return c.changePartner(func(tx store.Tx, o *hospes.Object) error {
		if o.Get(hospes.PartnerIdentitySynchronization) != hospes.Null {
			return sameKey("A conflicting object with one or more of the specified property values is present in the directory.")
		}
		return setSync(tx, "Create", o, hospes.JSON(s))
	})
}

// setSync changes what a partner entry says about synchronization.
func setSync(tx store.Tx, verb string, o *hospes.Object, v hospes.Value) error {
	return directory.UpdateObjectAs(tx, verb+" a partner cross-tenant identity sync setting", o, []hospes.Edit{{Property: hospes.PartnerIdentitySynchronization, Value: v}})
}

func (c *call) patchIdentitySync() error {
	if err := c.syncEdits(&hospes.IdentitySynchronization{}); err != nil { // what is wrong with the body, first
		return err
	}
	return c.changePartner(func(tx store.Tx, o *hospes.Object) error {
		s, err := readIdentitySync(o)
		if err != nil {
			return err
		}
		if err := c.syncEdits(&s); err != nil {
			return err
		}
		return setSync(tx, "Update", o, hospes.JSON(s))
	})
}

func (c *call) deleteIdentitySync() error {
	return c.changePartner(func(tx store.Tx, o *hospes.Object) error {
		if o.Get(hospes.PartnerIdentitySynchronization) == hospes.Null {
			return noSync()
		}
		return setSync(tx, "Delete", o, hospes.Null)
	})
}

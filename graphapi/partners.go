package graphapi

import (
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var partnerRoutes = []Route{
	{Key: "GET " + accessPath + "/partners", Permissions: readAccess, Shows: "crossTenantAccessPolicyConfigurationPartner", Expands: true, handle: (*call).listPartners},
	{Key: "POST " + accessPath + "/partners", Permissions: writeAccess, handle: (*call).createPartner},
	{Key: "GET " + accessPath + "/partners/{tenant}", Permissions: readAccess, Shows: "crossTenantAccessPolicyConfigurationPartner", Expands: true, handle: (*call).getPartner},
	{Key: "PATCH " + accessPath + "/partners/{tenant}", Permissions: writeAccess, handle: (*call).patchPartner},
	{Key: "DELETE " + accessPath + "/partners/{tenant}", Permissions: writeAccess, handle: (*call).deletePartner},
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

package graphapi

import (
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var organizationRoutes = []Route{
	{Key: "GET /organization", Permissions: readOrganization, handle: (*call).listOrganization},
	{Key: "GET /organization/{id}", Permissions: readOrganization, handle: (*call).getOrganization},
	{Key: "PATCH /organization/{id}", Permissions: writeOrganization, handle: (*call).patchOrganization},
	{Key: "GET /tenantRelationships/findTenantInformationByTenantId/{tenant}", Permissions: findTenants, Shows: "tenantInformation", handle: (*call).findTenantByID},
	{Key: "GET /tenantRelationships/findTenantInformationByDomainName/{domain}", Permissions: findTenants, Shows: "tenantInformation", handle: (*call).findTenantByDomain},
}

// readOrganizationObject reads the organization with the domains that are verified in it.
func readOrganizationObject(r store.Reader) (*hospes.Object, error) {
	o, err := store.FindSingleton(r, hospes.OrganizationSchema)
	if err != nil {
		return nil, err
	}
	domains, err := r.Domains()
	if err != nil {
		return nil, err
	}
	type verified struct {
		Capabilities string `json:"capabilities"`
		IsDefault    bool   `json:"isDefault"`
		IsInitial    bool   `json:"isInitial"`
		Name         string `json:"name"`
		Type         string `json:"type"`
	}
	list := []verified{}
	for _, d := range domains {
		if d.Verified {
			list = append(list, verified{"Email, OfficeCommunicationsOnline", d.Default, d.Initial, d.Name, "Managed"})
		}
	}
	o.Set(hospes.OrganizationVerifiedDomains, hospes.JSON(list))
	return o, nil
}

func (c *call) listOrganization() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		o, err = readOrganizationObject(r)
		return err
	}); err != nil {
		return err
	}
	q, _, err := c.query()
	if err != nil {
		return err
	}
	if q.Filter != nil || q.Search != nil || len(q.OrderBy) > 0 { // there is one
		return unsupportedQuery("graphapi.listOrganization")
	}
	s, err := c.shapeOf(hospes.OrganizationSchema, q)
	if err != nil {
		return err
	}
	return c.writePage("organization", s, []hospes.Document{o.Document()}, nil, "")
}

func (c *call) getOrganization() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		if o, err = readOrganizationObject(r); err == nil && o.ID.String() != lower(c.keys[0]) {
			err = hospes.NotFound("graphapi.organization", c.keys[0])
		}
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, o, "organization")
}

func (c *call) patchOrganization() error {
	edits, _, err := c.edits(hospes.OrganizationSchema, false)
	if err != nil {
		return err
	}
	err = c.update(func(tx store.Tx) error {
		o, err := c.find(tx, hospes.OrganizationSchema, c.keys[0])
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

func (c *call) findTenantByID() error {
	name, text, ok := alternateKey(c.keys[0])
	id, valid := hospes.ParseTenantID(text)
	if !ok || !valid || !strings.EqualFold(name, "tenantId") {
		return hospes.Invalidf("graphapi.findTenant", "Invalid tenant identifier '%s'.", text)
	}
	t, err := c.api.Store.Tenant(c.ctx(), id)
	return c.writeTenantInformation(t, err)
}

func (c *call) findTenantByDomain() error {
	name, text, ok := alternateKey(c.keys[0])
	if !ok || !hospes.ValidDomainName(text) || !strings.EqualFold(name, "domainName") {
		return hospes.Invalidf("graphapi.findTenant", "Invalid domain name '%s'.", text)
	}
	t, err := c.api.Store.TenantOfDomain(c.ctx(), text)
	return c.writeTenantInformation(t, err)
}

func (c *call) writeTenantInformation(t hospes.Tenant, err error) error {
	if hospes.KindOf(err) == hospes.KindNotFound || err == nil && t.System {
		return &hospes.Error{Kind: hospes.KindNotFound, Op: "graphapi.findTenant", Code: "ResourceNotFound", Message: "The tenant was not found."}
	}
	if err != nil {
		return err
	}
	name, domain := t.DisplayName, t.InitialDomain
	err = c.api.Store.View(c.ctx(), t.ID, func(r store.Reader) error {
		o, err := store.FindSingleton(r, hospes.OrganizationSchema)
		if err != nil {
			return err
		}
		name = o.Text(hospes.OrganizationDisplayName) // which administrators change; the register keeps the first one
		domain, err = directory.DefaultDomain(r)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "microsoft.graph.tenantInformation", map[string]any{
		"tenantId": t.ID, "federationBrandName": nil, "displayName": name, "defaultDomainName": domain,
	})
}

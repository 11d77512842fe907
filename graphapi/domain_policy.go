package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

const domainPolicies = "/policies/b2bManagementPolicies"

// domainPolicyRoutes are the list of domains that guests may come from. A tenant has one policy at most.
var domainPolicyRoutes = []Route{
	{Key: "GET " + domainPolicies, Permissions: readPolicies, handle: func(c *call) error {
		return c.list(listing{schema: hospes.B2BManagementPolicySchema, context: "policies/b2bManagementPolicies"})
	}},
	{Key: "POST " + domainPolicies, Permissions: writeAuthorization, handle: (*call).createDomainPolicy},
	{Key: "GET " + domainPolicies + "/{policy}", Permissions: readPolicies, handle: (*call).getDomainPolicy},
	{Key: "PATCH " + domainPolicies + "/{policy}", Permissions: writeAuthorization, handle: (*call).patchDomainPolicy},
	{Key: "DELETE " + domainPolicies + "/{policy}", Permissions: writeAuthorization, handle: (*call).deleteDomainPolicy},
}

func (c *call) getDomainPolicy() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		o, err = c.find(r, hospes.B2BManagementPolicySchema, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, o, "policies/b2bManagementPolicies")
}

// domainEdits reads the body of a policy; its definition must be one that can be held.
func (c *call) domainEdits(creating bool) ([]hospes.Edit, error) {
	edits, _, err := c.edits(hospes.B2BManagementPolicySchema, creating)
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if e.Property == hospes.B2BManagementDefinition {
			_, err = policy.ParseDomains(e.Value)
		}
	}
	return edits, err
}

func (c *call) createDomainPolicy() error {
	edits, err := c.domainEdits(true)
	if err != nil {
		return err
	}
	var o *hospes.Object
	if err := c.update(func(tx store.Tx) (err error) {
		o, err = directory.CreateDomainPolicy(tx, c.api.Random, edits)
		return err
	}); err != nil {
		return err
	}
	return c.writeCreated(o, "policies/b2bManagementPolicies")
}

func (c *call) patchDomainPolicy() error {
	edits, err := c.domainEdits(false)
	if err != nil {
		return err
	}
	return c.changeDomainPolicy(func(tx store.Tx, o *hospes.Object) error { return directory.UpdateDomainPolicy(tx, o, edits) })
}

func (c *call) deleteDomainPolicy() error {
	return c.changeDomainPolicy(func(tx store.Tx, o *hospes.Object) error { return directory.DeleteObject(tx, "Delete policy", o) })
}

func (c *call) changeDomainPolicy(change func(tx store.Tx, o *hospes.Object) error) error {
	if err := c.update(func(tx store.Tx) error {
		o, err := c.find(tx, hospes.B2BManagementPolicySchema, c.keys[0])
		if err != nil {
			return err
		}
		return change(tx, o)
	}); err != nil {
		return err
	}
	return c.noContent()
}

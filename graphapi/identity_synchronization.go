package graphapi

import (
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// identitySyncRoutes are those of the part of a partner entry that lets its people be synchronized in.
var identitySyncRoutes = []Route{
	{Key: "GET " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: readAccess, Shows: "crossTenantIdentitySyncPolicyPartner", handle: (*call).getIdentitySync},
	{Key: "PUT " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).putIdentitySync},
	{Key: "PATCH " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).patchIdentitySync},
	{Key: "DELETE " + accessPath + "/partners/{tenant}/identitySynchronization", Permissions: writeAccess, handle: (*call).deleteIdentitySync},
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

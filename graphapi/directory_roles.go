package graphapi

import (
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var directoryRoleRoutes = []Route{
	{Key: "GET /directoryRoles", Permissions: readRoles, handle: func(c *call) error { return c.list(directoryRoles) }},
	{Key: "POST /directoryRoles", Permissions: writeRoles, handle: (*call).activateRole},
	{Key: "GET /directoryRoles/delta", Permissions: readRoles, handle: deltaOf(hospes.DirectoryRoleSchema)},
	{Key: "GET /directoryRoles/{role}", Permissions: readRoles, handle: (*call).getDirectoryRole},
	{Key: "POST /directoryRoles/{role}/members/$ref", Permissions: writeRoles, handle: addReference(findRoleKey, directory.AddToRole)},
	{Key: "DELETE /directoryRoles/{role}/members/{member}/$ref", Permissions: writeRoles, handle: removeReference(findRoleKey, directory.RemoveFromRole)},
	{Key: "GET /directoryRoleTemplates", Permissions: readRoles, Shows: "directoryRoleTemplate", handle: (*call).listRoleTemplates},
	{Key: "GET /directoryRoleTemplates/{template}", Permissions: readRoles, Shows: "directoryRoleTemplate", handle: (*call).getRoleTemplate},
}

var directoryRoles = listing{schema: hospes.DirectoryRoleSchema, context: "directoryRoles"}

// findRoleKey reads a role that is in use by its id or by roleTemplateId='…'.
func findRoleKey(c *call, r store.Reader) (*hospes.Object, error) {
	name, template, alternate := alternateKey(c.keys[0])
	if !alternate {
		return c.find(r, hospes.DirectoryRoleSchema, c.keys[0])
	}
	if !strings.EqualFold(name, "roleTemplateId") {
		return nil, hospes.Invalidf("graphapi.directoryRole", "Invalid object identifier '%s'.", c.keys[0])
	}
	role, err := directory.FindRole(r, template)
	if hospes.KindOf(err) == hospes.KindNotFound {
		err = hospes.NotFound("graphapi.directoryRole", template)
	}
	return role, err
}

func (c *call) getDirectoryRole() error {
	var role *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		role, err = findRoleKey(c, r)
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, role, "directoryRoles")
}

func (c *call) activateRole() error {
	var body struct {
		Template string `json:"roleTemplateId"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	var role *hospes.Object
	err := c.update(func(tx store.Tx) error {
		found, made, err := directory.ActivateRole(tx, c.api.Random, body.Template)
		if err == nil && !made {
			err = hospes.Invalidf("graphapi.directoryRole", "A conflicting object with one or more of the specified property values is present in the directory.")
		}
		role = found
		return err
	})
	if err != nil {
		return err
	}
	return c.writeCreated(role, "directoryRoles")
}

// wireRoleTemplate is a directoryRoleTemplate.
type wireRoleTemplate struct {
	ID              string  `json:"id"`
	DeletedDateTime *string `json:"deletedDateTime"`
	Description     string  `json:"description"`
	DisplayName     string  `json:"displayName"`
}

func (c *call) listRoleTemplates() error {
	var list []wireRoleTemplate
	for _, t := range hospes.RoleTemplates() {
		list = append(list, wireRoleTemplate{ID: t.ID, Description: t.Description, DisplayName: t.Name})
	}
	return c.writeList("directoryRoleTemplates", list, "")
}

func (c *call) getRoleTemplate() error {
	t, ok := directory.RoleTemplateNamed(c.keys[0])
	if !ok {
		return hospes.NotFound("graphapi.directoryRoleTemplate", c.keys[0])
	}
	return c.writeValue(http.StatusOK, "directoryRoleTemplates/$entity", wireRoleTemplate{ID: t.ID, Description: t.Description, DisplayName: t.Name})
}

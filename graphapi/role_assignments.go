package graphapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// rolePath is where roles and who holds them stand in the newer form, which knows no activation.
const rolePath = "/roleManagement/directory"

var roleAssignmentRoutes = []Route{
	{Key: "GET " + rolePath + "/roleDefinitions", Permissions: readRoles, Shows: "unifiedRoleDefinition", handle: (*call).listRoleDefinitions},
	{Key: "GET " + rolePath + "/roleDefinitions/{template}", Permissions: readRoles, Shows: "unifiedRoleDefinition", handle: (*call).getRoleDefinition},
	{Key: "GET " + rolePath + "/roleAssignments", Permissions: readRoles, Shows: "unifiedRoleAssignment", Expands: true, handle: (*call).listRoleAssignments},
	{Key: "POST " + rolePath + "/roleAssignments", Permissions: writeRoles, handle: (*call).assignRole},
	{Key: "GET " + rolePath + "/roleAssignments/{roleAssignment}", Permissions: readRoles, Shows: "unifiedRoleAssignment", Expands: true, handle: (*call).getRoleAssignment},
	{Key: "DELETE " + rolePath + "/roleAssignments/{roleAssignment}", Permissions: writeRoles, handle: (*call).unassignRole},
}

// roleDefinition is a unifiedRoleDefinition: a built-in role, known by the id of its template.
type roleDefinition struct {
	ID             string   `json:"id"`
	Description    string   `json:"description"`
	DisplayName    string   `json:"displayName"`
	IsBuiltIn      bool     `json:"isBuiltIn"`
	IsEnabled      bool     `json:"isEnabled"`
	ResourceScopes []string `json:"resourceScopes"`
	TemplateID     string   `json:"templateId"`
	Version        *string  `json:"version"`
	Permissions    []any    `json:"rolePermissions"`
}

func wireRoleDefinition(t hospes.RoleTemplate) roleDefinition {
	return roleDefinition{
		ID: t.ID, Description: t.Description, DisplayName: t.Name, IsBuiltIn: true, IsEnabled: true, ResourceScopes: []string{"/"}, TemplateID: t.ID,
		Permissions: []any{},
	}
}

func (c *call) listRoleDefinitions() error {
	list := []roleDefinition{}
	for _, t := range hospes.RoleTemplates() {
		list = append(list, wireRoleDefinition(t))
	}
	return c.writeList(rolePath[1:]+"/roleDefinitions", list, "")
}

func (c *call) getRoleDefinition() error {
	t, ok := directory.RoleTemplateNamed(c.keys[0])
	if !ok {
		return hospes.NotFound("graphapi.roleDefinition", c.keys[0])
	}
	return c.writeValue(http.StatusOK, rolePath[1:]+"/roleDefinitions/$entity", wireRoleDefinition(t))
}

// roleAssignment is a unifiedRoleAssignment. Its id is made of the template and the principal, of which it consists.
type roleAssignment struct {
	ID               string          `json:"id"`
	PrincipalID      string          `json:"principalId"`
	ResourceScope    string          `json:"resourceScope"`
	DirectoryScopeID string          `json:"directoryScopeId"`
	RoleDefinitionID string          `json:"roleDefinitionId"`
	Principal        json.RawMessage `json:"principal,omitempty"`
	Definition       json.RawMessage `json:"roleDefinition,omitempty"`
}

func wireRoleAssignment(template string, principal hospes.ObjectID) roleAssignment {
	role, _ := hospes.ParseObjectID(template)
	return roleAssignment{
		ID:          base64.RawURLEncoding.EncodeToString(append(role.Bytes(), principal.Bytes()...)),
		PrincipalID: principal.String(), ResourceScope: "/", DirectoryScopeID: "/", RoleDefinitionID: template,
	}
}

// roleAssignments gives who holds which role. They are few: administrators, not people.
func roleAssignments(r store.Reader, ends roleAssignmentEnds) ([]roleAssignment, error) {
	page, err := r.List(store.Query{Schema: hospes.DirectoryRoleSchema, Limit: len(hospes.RoleTemplates())})
	if err != nil {
		return nil, err
	}
	list := []roleAssignment{}
	for _, d := range page.Documents {
		role, err := d.Object()
		if err != nil {
			return nil, err
		}
		ties, err := r.Related(hospes.RelationMember, role.Number)
		if err != nil {
			return nil, err
		}
		numbers := make([]hospes.Number, len(ties))
		for i, t := range ties {
			numbers[i] = t.To
		}
		holders, err := r.Numbered(store.Live, numbers...)
		if err != nil {
			return nil, err
		}
		for _, holder := range holders {
			if holder.Schema == nil {
				continue
			}
			a, err := ends.with(wireRoleAssignment(role.Text(hospes.DirectoryRoleTemplateID), holder.ID), holder)
			if err != nil {
				return nil, err
			}
			list = append(list, a)
		}
	}
	return list, nil
}

func (c *call) listRoleAssignments() error {
	ends, err := c.roleAssignmentEnds()
	if err != nil {
		return err
	}
	var list []roleAssignment
	if err := c.view(func(r store.Reader) (err error) {
		list, err = roleAssignments(r, ends)
		return err
	}); err != nil {
		return err
	}
	return c.writeList(rolePath[1:]+"/roleAssignments", list, "")
}

func (c *call) assignRole() error {
	var body struct {
		Definition string  `json:"roleDefinitionId"`
		Principal  string  `json:"principalId"`
		Scope      *string `json:"directoryScopeId"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	principal, ok := hospes.ParseObjectID(body.Principal)
	if !ok {
		return hospes.Invalidf("graphapi.roleAssignment", "Invalid object identifier '%s'.", body.Principal)
	}
	if body.Scope == nil || *body.Scope != "/" {
		return hospes.Invalidf("graphapi.roleAssignment", "Roles are given for the whole tenant: 'directoryScopeId' must be '/'.")
	}
	err := c.update(func(tx store.Tx) error {
		role, _, err := directory.ActivateRole(tx, c.api.Random, body.Definition)
		if err != nil {
			return err
		}
		member, err := store.Find(tx, store.Live, nil, principal)
		if err != nil {
			return err
		}
		return directory.AddToRole(tx, role, member)
	})
	if err != nil {
		return err
	}
	made := wireRoleAssignment(strings.ToLower(body.Definition), principal)
	c.w.Header().Set("Location", c.origin+"/"+c.base()+rolePath+"/roleAssignments/"+made.ID)
	return c.writeValue(http.StatusCreated, rolePath[1:]+"/roleAssignments/$entity", made)
}

// assignmentOfPath reads the role and the one who holds it that the path names.
func (c *call) assignmentOfPath(r store.Reader) (role, holder *hospes.Object, err error) {
	absent := hospes.NotFound("graphapi.roleAssignment", c.keys[0])
	bytes, err := base64.RawURLEncoding.DecodeString(c.keys[0])
	if err != nil || len(bytes) != 2*len(hospes.ObjectID{}) {
		return nil, nil, absent
	}
	half := len(hospes.ObjectID{})
	role, err = directory.FindRole(r, hospes.ObjectID(bytes[:half]).String())
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil, nil, absent
	}
	if err != nil {
		return nil, nil, err
	}
	holder, err = store.Find(r, store.Live, nil, hospes.ObjectID(bytes[half:]))
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil, nil, absent
	}
	if err != nil {
		return nil, nil, err
	}
	held, err := r.RelatedTo(hospes.RelationMember, holder.Number)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range held {
		if t.From == role.Number {
			return role, holder, nil
		}
	}
	return nil, nil, absent
}

func (c *call) getRoleAssignment() error {
	ends, err := c.roleAssignmentEnds()
	if err != nil {
		return err
	}
	var role, holder *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		role, holder, err = c.assignmentOfPath(r)
		return err
	}); err != nil {
		return err
	}
	a, err := ends.with(wireRoleAssignment(role.Text(hospes.DirectoryRoleTemplateID), holder.ID), holder.Document())
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, rolePath[1:]+"/roleAssignments/$entity", a)
}

func (c *call) unassignRole() error {
	if err := c.update(func(tx store.Tx) error {
		role, holder, err := c.assignmentOfPath(tx)
		if err != nil {
			return err
		}
		return directory.RemoveFromRole(tx, role, holder)
	}); err != nil {
		return err
	}
	return c.noContent()
}

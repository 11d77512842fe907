package graphapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

var assignmentRoutes = []Route{
	{Key: "GET /servicePrincipals/{id}/appRoleAssignedTo", Permissions: readAssignments, Shows: "appRoleAssignment", Paged: paged, handle: (*call).listAssignedTo},
	{Key: "POST /servicePrincipals/{id}/appRoleAssignedTo", Permissions: writeAssignments, handle: (*call).assignTo},
	{Key: "GET /servicePrincipals/{id}/appRoleAssignedTo/{assignment}", Permissions: readAssignments, Shows: "appRoleAssignment", handle: (*call).getAssignment},
	{Key: "DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignment}", Permissions: writeAssignments, handle: (*call).unassign},
	{Key: "GET /servicePrincipals/{id}/appRoleAssignments", Permissions: readAssignments, Shows: "appRoleAssignment", handle: assignmentsOf(func(c *call, r store.Reader) (*hospes.Object, error) {
		return c.findApp(r, hospes.ServicePrincipalSchema)
	})},
	{Key: "GET /users/{id}/appRoleAssignments", Permissions: readAssignments, Shows: "appRoleAssignment", handle: assignmentsOf(findUserKey)},
	{Key: "GET /groups/{id}/appRoleAssignments", Permissions: readAssignments, Shows: "appRoleAssignment", handle: assignmentsOf(findGroupKey)},
}

// wireAssignment is an app role assignment on the wire.
type wireAssignment struct {
	ID                   string  `json:"id"`
	DeletedDateTime      *string `json:"deletedDateTime"`
	AppRoleID            string  `json:"appRoleId"`
	CreatedDateTime      string  `json:"createdDateTime"`
	PrincipalDisplayName string  `json:"principalDisplayName"`
	PrincipalID          string  `json:"principalId"`
	PrincipalType        string  `json:"principalType"`
	ResourceDisplayName  string  `json:"resourceDisplayName"`
	ResourceID           string  `json:"resourceId"`
}

var principalTypes = map[hospes.Class]string{hospes.ClassUser: "User", hospes.ClassGroup: "Group", hospes.ClassServicePrincipal: "ServicePrincipal"}

// wireAssignments gives assignments with the names of both their ends.
func wireAssignments(r store.Reader, list []hospes.Assignment) ([]wireAssignment, error) {
	numbers := make([]hospes.Number, 0, 2*len(list))
	for _, a := range list {
		numbers = append(numbers, a.Principal, a.Resource)
	}
	docs, err := r.Numbered(store.Live, numbers...)
	if err != nil {
		return nil, err
	}
	out := make([]wireAssignment, 0, len(list))
	for i, a := range list {
		principal, resource := docs[2*i], docs[2*i+1]
		if principal.Schema == nil || resource.Schema == nil {
			continue // one end is in the bin
		}
		out = append(out, wireAssignment{
			ID: a.ID, AppRoleID: a.RoleID.String(), CreatedDateTime: a.Created.Format("2006-01-02T15:04:05.0000000Z"),
			PrincipalDisplayName: nameOf(principal), PrincipalID: principal.ID.String(), PrincipalType: principalTypes[principal.Schema.Class],
			ResourceDisplayName: nameOf(resource), ResourceID: resource.ID.String(),
		})
	}
	return out, nil
}

// nameOf gives the display name out of a document.
func nameOf(d hospes.Document) string {
	return hospes.Value("{" + d.Card + "}").Member("displayName").Text()
}

func (c *call) listAssignedTo() error {
	q, _, err := c.query()
	if err != nil {
		return err
	}
	limit := q.Top
	if limit == 0 {
		limit = defaultPage
	}
	var p position
	if q.SkipToken != "" {
		if err := c.openToken(q.SkipToken, "assigned", &p); err != nil {
			return err
		}
	}
	var list []wireAssignment
	next := ""
	err = c.view(func(r store.Reader) error {
		sp, err := c.findApp(r, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		page, err := r.AssignedTo(sp.Number, p.Number, limit)
		if err != nil {
			return err
		}
		if len(page) == limit {
			next = c.nextLink("$skiptoken", c.sealToken("assigned", position{Number: page[limit-1].Number}))
		}
		list, err = wireAssignments(r, page)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeList("servicePrincipals('"+c.appID+"')/appRoleAssignedTo", list, next)
}

// writeList answers with a collection of values that are no objects of the directory.
func (c *call) writeList(context string, list any, next string) error {
	if next == "" {
		return c.writeValue(http.StatusOK, context, struct {
			Value any `json:"value"`
		}{list})
	}
	return c.writeValue(http.StatusOK, context, struct {
		Next  string `json:"@odata.nextLink"`
		Value any    `json:"value"`
	}{next, list})
}

func assignmentsOf(find finder) func(*call) error {
	return func(c *call) error {
		var list []wireAssignment
		err := c.view(func(r store.Reader) error {
			o, err := find(c, r)
			if err != nil {
				return err
			}
			of, err := r.AssignmentsOf(o.Number)
			if err != nil {
				return err
			}
			list, err = wireAssignments(r, of)
			return err
		})
		if err != nil {
			return err
		}
		return c.writeList("appRoleAssignments", list, "")
	}
}

func (c *call) assignTo() error {
	var body struct {
		PrincipalID string `json:"principalId"`
		ResourceID  string `json:"resourceId"`
		AppRoleID   string `json:"appRoleId"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	principalID, ok := hospes.ParseObjectID(body.PrincipalID)
	if !ok {
		return hospes.Invalidf("graphapi.assign", "Invalid object identifier '%s'.", body.PrincipalID)
	}
	role, ok := hospes.ParseObjectID(body.AppRoleID)
	if !ok {
		return hospes.Invalidf("graphapi.assign", "Invalid object identifier '%s'.", body.AppRoleID)
	}
	var made []wireAssignment
	err := c.update(func(tx store.Tx) error {
		resource, err := c.findApp(tx, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		if body.ResourceID != "" && lower(body.ResourceID) != resource.ID.String() {
			return hospes.Invalidf("graphapi.assign", "The resourceId of the body is not the service principal of the path.")
		}
		if err := c.checkGraphGrant(resource); err != nil {
			return err
		}
		principal, err := store.Find(tx, store.Live, nil, principalID)
		if err != nil {
			return err
		}
		a, err := directory.Assign(tx, c.api.Random, resource, principal, role)
		if err != nil {
			return err
		}
		made, err = wireAssignments(tx, []hospes.Assignment{a})
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusCreated, "servicePrincipals('"+made[0].ResourceID+"')/appRoleAssignedTo/$entity", made[0])
}

// assignRoles is the permission that is for assignments and nothing else.
const assignRoles = "AppRoleAssignment.ReadWrite.All"

// checkGraphGrant keeps people and applications from giving permissions of Graph that reach further than their own: that
// takes who may give every role, or an application that was trusted with just this (graph-wire 5.4).
func (c *call) checkGraphGrant(resource *hospes.Object) error {
	switch {
	case c.inProcess, resource.Text(hospes.PrincipalAppID) != token.GraphAppID:
		return nil
	case c.person == nil && c.caller.Has(assignRoles):
		return nil
	case c.person != nil && c.person.holds(hospes.GlobalAdministrator, hospes.PrivilegedRoleAdministrator):
		return nil
	}
	return hospes.Forbidden("graphapi.checkGraphGrant")
}

// assignment reads the assignment of the path, which must be one of the service principal of the path.
func (c *call) assignment(r store.Reader) (hospes.Assignment, *hospes.Object, error) {
	sp, err := c.findApp(r, hospes.ServicePrincipalSchema)
	if err != nil {
		return hospes.Assignment{}, nil, err
	}
	if _, err := base64.RawURLEncoding.DecodeString(c.keys[1]); err != nil {
		return hospes.Assignment{}, nil, hospes.NotFound("graphapi.assignment", c.keys[1])
	}
	a, err := r.Assignment(c.keys[1])
	if err == nil && a.Resource != sp.Number {
		err = hospes.NotFound("graphapi.assignment", c.keys[1])
	}
	return a, sp, err
}

func (c *call) getAssignment() error {
	var list []wireAssignment
	err := c.view(func(r store.Reader) error {
		a, _, err := c.assignment(r)
		if err != nil {
			return err
		}
		list, err = wireAssignments(r, []hospes.Assignment{a})
		if err == nil && len(list) == 0 {
			err = hospes.NotFound("graphapi.assignment", c.keys[1])
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "servicePrincipals('"+list[0].ResourceID+"')/appRoleAssignedTo/$entity", list[0])
}

func (c *call) unassign() error {
	err := c.update(func(tx store.Tx) error {
		a, resource, err := c.assignment(tx)
		if err != nil {
			return err
		}
		principal, err := store.FindNumber(tx, store.Anywhere, a.Principal)
		if err != nil {
			return err
		}
		return directory.Unassign(tx, a, resource, principal)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// raw makes a JSON text of a value that always marshals.
func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("graphapi: " + err.Error())
	}
	return text
}

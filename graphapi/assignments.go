package graphapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

var assignmentRoutes = slices.Concat([]Route{
	{Key: "GET /servicePrincipals/{id}/appRoleAssignedTo", Permissions: readAssignments, Shows: "appRoleAssignment", Paged: paged, handle: (*call).listAssignedTo},
	{Key: "POST /servicePrincipals/{id}/appRoleAssignedTo", Permissions: writeAssignments.owners(), handle: assign(assignedTo)},
	{Key: "GET /servicePrincipals/{id}/appRoleAssignedTo/{assignment}", Permissions: readAssignments, Shows: "appRoleAssignment", handle: getAssignment(assignedTo)},
	{Key: "DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignment}", Permissions: writeAssignments.owners(), handle: unassign(assignedTo)},
},
	heldAssignments("/users/{id}", readUserAssignments, findUserKey),
	heldAssignments("/groups/{id}", readAssignments, findGroupKey),
	heldAssignments("/servicePrincipals/{id}", readAssignments, findAppKey(hospes.ServicePrincipalSchema)),
)

// heldAssignments are the routes of the assignments of what is found at a path. To own a group or an application is to
// decide nothing about what it may do elsewhere, so that owners have no part in it.
func heldAssignments(path string, read Permissions, find finder) []Route {
	held := assignmentEnd{find: find, held: true, name: "appRoleAssignments"}
	path += "/appRoleAssignments"
	return []Route{
		{Key: "GET " + path, Permissions: read, Shows: "appRoleAssignment", handle: assignmentsOf(find)},
		{Key: "POST " + path, Permissions: writeAssignments, handle: assign(held)},
		{Key: "GET " + path + "/{assignment}", Permissions: read, Shows: "appRoleAssignment", handle: getAssignment(held)},
		{Key: "DELETE " + path + "/{assignment}", Permissions: writeAssignments, handle: unassign(held)},
	}
}

// assignmentEnd is the end of assignments that a path names: the principal that holds them, or the resource that has the
// roles.
type assignmentEnd struct {
	find finder
	held bool // the path names the principal
	name string
}

var assignedTo = assignmentEnd{find: findAppKey(hospes.ServicePrincipalSchema), name: "appRoleAssignedTo"}

// context gives the suffix of the context of one assignment, under the object of the path.
func (e assignmentEnd) context(o *hospes.Object) string {
	return o.Schema.Plural + "('" + o.ID.String() + "')/" + e.name + "/$entity"
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
	var after hospes.Assignment
	if q.SkipToken != "" {
		var p position
		if err := c.openToken(q.SkipToken, "assigned", &p); err != nil {
			return err
		}
		role, ok := hospes.ParseObjectID(p.Text)
		if !ok {
			return badPageToken()
		}
		after.Principal, after.RoleID = p.Number, role
	}
	var list []wireAssignment
	next := ""
	err = c.view(func(r store.Reader) error {
		sp, err := c.findApp(r, hospes.ServicePrincipalSchema)
		if err != nil {
			return err
		}
		page, err := r.AssignedTo(sp.Number, after, limit)
		if err != nil {
			return err
		}
		if len(page) == limit {
			last := page[limit-1]
			next = c.nextLink("$skiptoken", c.sealToken("assigned", position{Number: last.Principal, Text: last.RoleID.String()}))
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

// newAssignment is what a body says of an assignment that is to be made.
type newAssignment struct {
	PrincipalID string `json:"principalId"`
	ResourceID  string `json:"resourceId"`
	AppRoleID   string `json:"appRoleId"`
}

// ends reads the resource and the principal of an assignment, of which the path names one and the body the other. What the
// body says of the one of the path has to be true.
func (e assignmentEnd) ends(c *call, r store.Reader, body newAssignment) (resource, principal *hospes.Object, err error) {
	const op = "graphapi.assign"
	named, other := body.ResourceID, body.PrincipalID
	if e.held {
		named, other = other, named
	}
	id, ok := hospes.ParseObjectID(other)
	if !ok {
		return nil, nil, hospes.Invalidf(op, "Invalid object identifier '%s'.", other)
	}
	here, err := e.find(c, r)
	if err != nil {
		return nil, nil, err
	}
	if !e.held {
		if named != "" && lower(named) != here.ID.String() {
			return nil, nil, hospes.Invalidf(op, "The resourceId of the body is not the service principal of the path.")
		}
		principal, err = store.Find(r, store.Live, nil, id)
		return here, principal, err
	}
	if named != "" && lower(named) != here.ID.String() {
		return nil, nil, hospes.Invalidf(op, "The principalId of the body is not the object of the path.")
	}
	resource, err = store.Find(r, store.Live, hospes.ServicePrincipalSchema, id)
	return resource, here, err
}

func assign(e assignmentEnd) func(*call) error {
	return func(c *call) error {
		var body newAssignment
		if err := c.decode(&body); err != nil {
			return err
		}
		role, ok := hospes.ParseObjectID(body.AppRoleID)
		if !ok {
			return hospes.Invalidf("graphapi.assign", "Invalid object identifier '%s'.", body.AppRoleID)
		}
		var made []wireAssignment
		context := ""
		err := c.update(func(tx store.Tx) error {
			resource, principal, err := e.ends(c, tx, body)
			if err != nil {
				return err
			}
			if err := c.checkGraphGrant(resource); err != nil {
				return err
			}
			a, err := directory.Assign(tx, c.api.Random, resource, principal, role)
			if err != nil {
				return err
			}
			context = e.context(resource)
			if e.held {
				context = e.context(principal)
			}
			made, err = wireAssignments(tx, []hospes.Assignment{a})
			return err
		})
		if err != nil {
			return err
		}
		return c.writeValue(http.StatusCreated, context, made[0])
	}
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

// assignment reads the assignment of the path, which must be one of the object of the path.
func (e assignmentEnd) assignment(c *call, r store.Reader) (hospes.Assignment, *hospes.Object, error) {
	const op = "graphapi.assignment"
	o, err := e.find(c, r)
	if err != nil {
		return hospes.Assignment{}, nil, err
	}
	if _, err := base64.RawURLEncoding.DecodeString(c.keys[1]); err != nil {
		return hospes.Assignment{}, nil, hospes.NotFound(op, c.keys[1])
	}
	a, err := r.Assignment(c.keys[1])
	end := a.Resource
	if e.held {
		end = a.Principal
	}
	if err == nil && end != o.Number {
		err = hospes.NotFound(op, c.keys[1])
	}
	return a, o, err
}

func getAssignment(e assignmentEnd) func(*call) error {
	return func(c *call) error {
		var list []wireAssignment
		context := ""
		err := c.view(func(r store.Reader) error {
			a, o, err := e.assignment(c, r)
			if err != nil {
				return err
			}
			context = e.context(o)
			list, err = wireAssignments(r, []hospes.Assignment{a})
			if err == nil && len(list) == 0 {
				err = hospes.NotFound("graphapi.assignment", c.keys[1])
			}
			return err
		})
		if err != nil {
			return err
		}
		return c.writeValue(http.StatusOK, context, list[0])
	}
}

func unassign(e assignmentEnd) func(*call) error {
	return func(c *call) error {
		err := c.update(func(tx store.Tx) error {
			a, _, err := e.assignment(c, tx)
			if err != nil {
				return err
			}
			resource, err := store.FindNumber(tx, store.Anywhere, a.Resource)
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
}

// raw makes a JSON text of a value that always marshals.
func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("graphapi: " + err.Error())
	}
	return text
}

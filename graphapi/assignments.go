package graphapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
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

func (x *expansion) assignments(r store.Reader, numbers []hospes.Number) (map[hospes.Number][]byte, error) {
	all, err := r.AssignmentsOf(numbers...)
	if err != nil {
		return nil, err
	}
	of := map[hospes.Number][]hospes.Assignment{}
	for _, a := range all {
		if len(of[a.Principal]) < maxExpanded {
			of[a.Principal] = append(of[a.Principal], a)
		}
	}
	var kept []hospes.Assignment
	for _, n := range numbers {
		kept = append(kept, of[n]...)
	}
	shown, err := wireAssignments(r, kept)
	if err != nil {
		return nil, err
	}
	byID := map[string]wireAssignment{}
	for _, a := range shown {
		byID[a.ID] = a
	}
	out := map[hospes.Number][]byte{}
	for _, n := range numbers {
		list := []json.RawMessage{}
		for _, a := range of[n] {
			if w, ok := byID[a.ID]; ok {
				list = append(list, raw(w))
			}
		}
		if len(x.chosen) > 0 {
			if err := pick(list, x.chosen, "appRoleAssignment"); err != nil {
				return nil, err
			}
		}
		out[n] = append(append(hospes.AppendQuoted([]byte{','}, x.name), ':'), raw(list)...)
	}
	return out, nil
}

package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

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

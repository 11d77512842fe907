package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var groupRoutes = []Route{
	{Key: "GET /groups", Permissions: readGroups, handle: func(c *call) error { return c.list(groups) }},
	{Key: "GET /groups/$count", Permissions: readGroups, handle: func(c *call) error { return c.writeCount(groups) }},
	{Key: "POST /groups", Permissions: createGroups, handle: (*call).createGroup},
	{Key: "GET /groups/delta", Permissions: readGroups, handle: deltaOf(hospes.GroupSchema)},
	{Key: "GET /groups/{id}", Permissions: readGroups, handle: (*call).getGroup},
	{Key: "PATCH /groups/{id}", Permissions: writeGroups, handle: (*call).patchGroup},
	{Key: "DELETE /groups/{id}", Permissions: writeGroups, handle: (*call).deleteGroup},
	{Key: "POST /groups/{id}/evaluateDynamicMembership", Permissions: trackUsers, handle: (*call).evaluateMembership},
	{Key: "POST /groups/evaluateDynamicMembership", Permissions: trackUsers, handle: (*call).evaluateMembership},
}

var groups = listing{schema: hospes.GroupSchema, context: "groups"}

// find reads a live object of a class by the id in the path.
func (c *call) find(r store.ObjectReader, schema *hospes.Schema, key string) (*hospes.Object, error) {
	id, ok := hospes.ParseObjectID(key)
	if !ok {
		return nil, hospes.NotFound("graphapi.find", key)
	}
	return store.Find(r, store.Live, schema, id)
}

// checkRoleGroup keeps a group that can hold directory roles from being changed by who could not give these roles: its
// members have whatever it has. Its owners may.
func (c *call) checkRoleGroup(r store.Reader, group *hospes.Object) error {
	if !group.Get(hospes.GroupAssignableToRole).Bool() || c.may(writeRoles) {
		return nil
	}
	if c.person != nil && c.route.Key != "POST /groups" {
		if owned, err := owns(r, c.person.user.Number, group); owned || err != nil {
			return err
		}
	}
	return hospes.Forbidden("graphapi.checkRoleGroup")
}

// bound reads the objects that a body binds.
func (c *call) bound(r store.Reader, refs []string) ([]*hospes.Object, error) {
	list := make([]*hospes.Object, len(refs))
	for i, text := range refs {
		id, err := reference(text)
		if err != nil {
			return nil, err
		}
		if list[i], err = store.Find(r, store.Live, nil, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *call) getGroup() error {
	var group *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		group, err = c.find(r, hospes.GroupSchema, c.keys[0])
		return err
	}); err != nil {
		return err
	}
	if err := c.withoutMailbox(); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, group, "groups")
}

// mailbox are properties that the original keeps in a group's mailbox (graph-wire 1.9).
var mailbox = []string{"allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients", "isSubscribedByMail", "unseenCount"}

// withoutMailbox answers who selects them as a tenant without mailboxes does: Terraform asks for them of every group.
func (c *call) withoutMailbox() error {
	q, _, err := c.query()
	for _, name := range q.Select {
		if slices.ContainsFunc(mailbox, func(known string) bool { return strings.EqualFold(known, name) }) {
			return &hospes.Error{Kind: hospes.KindNotFound, Op: "graphapi.getGroup", Code: "ResourceNotFound", Message: "The group has no mailbox; hospes keeps none."}
		}
	}
	return err
}

func (c *call) createGroup() error {
	edits, binds, err := c.edits(hospes.GroupSchema, true)
	if err != nil {
		return err
	}
	var group *hospes.Object
	err = c.update(func(tx store.Tx) (err error) {
		if group, err = directory.CreateGroup(tx, c.api.Random, edits); err != nil {
			return err
		}
		if err := c.checkRoleGroup(tx, group); err != nil {
			return err
		}
		if c.person != nil && len(binds["owners"]) == 0 {
			if err := directory.AddOwner(tx, group, c.person.user); err != nil {
				return err
			}
		}
		return c.bindAll(tx, group, binds)
	})
	if err != nil {
		return err
	}
	return c.writeCreated(group, "groups")
}

// bindAll adds the members and owners that a body binds, all or none.
func (c *call) bindAll(tx store.Tx, group *hospes.Object, binds map[string][]string) error {
	for name, refs := range binds {
		others, err := c.bound(tx, refs)
		if err != nil {
			return err
		}
		switch name {
		case "members":
			err = directory.AddMembers(tx, group, others...)
		case "owners":
			for _, owner := range others {
				if err = directory.AddOwner(tx, group, owner); err != nil {
					break
				}
			}
		default:
			err = directory.UnknownProperty(name + "@odata.bind")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *call) patchGroup() error {
	edits, binds, err := c.edits(hospes.GroupSchema, false)
	if err != nil {
		return err
	}
	err = c.update(func(tx store.Tx) error {
		group, err := findOwnGroup(c, tx)
		if err != nil {
			return err
		}
		if err := directory.UpdateGroup(tx, group, edits); err != nil {
			return err
		}
		return c.bindAll(tx, group, binds)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) deleteGroup() error {
	err := c.update(func(tx store.Tx) error {
		group, err := findOwnGroup(c, tx)
		if err != nil {
			return err
		}
		return directory.DeleteGroup(tx, group)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

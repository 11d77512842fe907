package graphapi

import (
	"net/http"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// finder reads the object that a relation belongs to.
type finder func(c *call, r store.Reader) (*hospes.Object, error)

func findUserKey(c *call, r store.Reader) (*hospes.Object, error) {
	return directory.FindUser(r, c.keys[0])
}
func findGroupKey(c *call, r store.Reader) (*hospes.Object, error) {
	return c.find(r, hospes.GroupSchema, c.keys[0])
}

// findOwnGroup is findGroupKey for who wants to change the group.
func findOwnGroup(c *call, r store.Reader) (*hospes.Object, error) {
	group, err := findGroupKey(c, r)
	if err != nil {
		return nil, err
	}
	return group, c.checkRoleGroup(r, group)
}

// findMembers is findGroupKey for who wants to see the members.
func findMembers(c *call, r store.Reader) (*hospes.Object, error) {
	group, err := findGroupKey(c, r)
	if err != nil {
		return nil, err
	}
	return group, c.checkHidden(r, group)
}

func findAppKey(schema *hospes.Schema) finder {
	return func(c *call, r store.Reader) (*hospes.Object, error) { return c.findApp(r, schema) }
}

var relationRoutes = slices.Concat(collectionRoutes(), []Route{
	{Key: "POST /groups/{id}/members/$ref", Permissions: writeMembers, handle: addReference(findOwnGroup, addMember)},
	{Key: "DELETE /groups/{id}/members/{member}/$ref", Permissions: writeMembers, handle: removeReference(findOwnGroup, directory.RemoveMember)},
	{Key: "DELETE /groups/{id}/members/$ref", Permissions: writeMembers, handle: removeReference(findOwnGroup, directory.RemoveMember)},
	{Key: "DELETE /groups/{id}/members/{member}", Permissions: writeMembers, handle: (*call).withoutRef},
	{Key: "POST /groups/{id}/owners/$ref", Permissions: writeGroups, handle: addReference(findOwnGroup, directory.AddOwner)},
	{Key: "DELETE /groups/{id}/owners/{owner}/$ref", Permissions: writeGroups, handle: removeReference(findOwnGroup, directory.RemoveOwner)},
	{Key: "DELETE /groups/{id}/owners/$ref", Permissions: writeGroups, handle: removeReference(findOwnGroup, directory.RemoveOwner)},
	{Key: "DELETE /groups/{id}/owners/{owner}", Permissions: writeGroups, handle: (*call).withoutRef},
	{Key: "POST /applications/{id}/owners/$ref", Permissions: writeApps, handle: addReference(findAppKey(hospes.ApplicationSchema), directory.AddOwner)},
	{Key: "DELETE /applications/{id}/owners/{owner}/$ref", Permissions: writeApps, handle: removeReference(findAppKey(hospes.ApplicationSchema), directory.RemoveOwner)},
	{Key: "POST /servicePrincipals/{id}/owners/$ref", Permissions: writeApps, handle: addReference(findAppKey(hospes.ServicePrincipalSchema), directory.AddOwner)},
	{Key: "DELETE /servicePrincipals/{id}/owners/{owner}/$ref", Permissions: writeApps, handle: removeReference(findAppKey(hospes.ServicePrincipalSchema), directory.RemoveOwner)},
	{Key: "POST /users/{id}/sponsors/$ref", Permissions: writeUsers, handle: addReference(findUserKey, directory.AddSponsor)},
	{Key: "DELETE /users/{id}/sponsors/{sponsor}/$ref", Permissions: writeUsers, handle: removeReference(findUserKey, directory.RemoveSponsor)},
	{Key: "GET /users/{id}/manager", Permissions: readSurroundings, handle: one(hospes.RelationManager, "manager", (*call).writeTyped)},
	{Key: "GET /users/{id}/manager/$ref", Permissions: readSurroundings, handle: one(hospes.RelationManager, "manager", (*call).writeReference)},
	{Key: "PUT /users/{id}/manager/$ref", Permissions: writeUsers, handle: addReference(findUserKey, directory.SetManager)},
	{Key: "DELETE /users/{id}/manager/$ref", Permissions: writeUsers, handle: (*call).removeManager},
	{Key: "GET /users/{id}/invitedBy", Permissions: readSurroundings, handle: one(hospes.RelationInviter, "invitedBy", (*call).writeTyped)},
})

func addMember(tx store.Tx, group, member *hospes.Object) error {
	return directory.AddMembers(tx, group, member)
}

// addReference ties what the body refers to to the object of the path.
func addReference(find finder, add func(tx store.Tx, o, other *hospes.Object) error) func(*call) error {
	return func(c *call) error {
		id, err := c.bodyReference()
		if err != nil {
			return err
		}
		err = c.update(func(tx store.Tx) error {
			o, err := find(c, tx)
			if err != nil {
				return err
			}
			other, err := store.Find(tx, store.Live, nil, id)
			if err != nil {
				return err
			}
			return add(tx, o, other)
		})
		if err != nil {
			return err
		}
		return c.noContent()
	}
}

// referenceKey gives the id of the object that a reference is taken from: the second one of the path, or the one that the
// query names by its address.
func (c *call) referenceKey() (string, error) {
	if len(c.keys) > 1 {
		return c.keys[1], nil
	}
	values := c.r.URL.Query()
	for _, name := range []string{"@id", "$id"} {
		if text := values.Get(name); text != "" {
			id, err := reference(text)
			return id.String(), err
		}
	}
	return "", hospes.Invalidf("graphapi.reference", "The reference to remove must be in the path, as in members/{id}/$ref, or in the query option '@id'.")
}

// withoutRef refuses what would delete the other object itself.
func (c *call) withoutRef() error {
	return hospes.Invalidf("graphapi.reference", "This address names the other object itself. To take away the reference to it, add /$ref; to delete it, use its own address.")
}

// removeReference unties the second object of the path from the first.
func removeReference(find finder, remove func(tx store.Tx, o, other *hospes.Object) error) func(*call) error {
	return func(c *call) error {
		err := c.update(func(tx store.Tx) error {
			o, err := find(c, tx)
			if err != nil {
				return err
			}
			key, err := c.referenceKey()
			if err != nil {
				return err
			}
			other, err := c.find(tx, nil, key)
			if err != nil {
				return err
			}
			return remove(tx, o, other)
		})
		if err != nil {
			return err
		}
		return c.noContent()
	}
}

// one answers with the one object that a user has in a relation; named is what an error calls it where there is none.
func one(relation hospes.Relation, named string, write func(*call, hospes.Document) error) func(*call) error {
	return func(c *call) error {
		var found hospes.Document
		err := c.view(func(r store.Reader) error {
			user, err := directory.FindUser(r, c.keys[0])
			if err != nil {
				return err
			}
			ties, err := r.RelatedFirst(relation, false, 1, user.Number) // what is in the bin is unseen
			if err != nil {
				return err
			}
			if len(ties) == 0 {
				return hospes.NotFound("graphapi."+named, named)
			}
			docs, err := r.Numbered(store.Live, ties[0].To)
			if err == nil {
				found = docs[0]
			}
			return err
		})
		if err != nil {
			return err
		}
		return write(c, found)
	}
}

func (c *call) removeManager() error {
	err := c.update(func(tx store.Tx) error {
		user, err := directory.FindUser(tx, c.keys[0])
		if err != nil {
			return err
		}
		return directory.RemoveManager(tx, user)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// writeTyped answers with an object of whatever class.
func (c *call) writeTyped(d hospes.Document) error {
	q, _, err := c.query()
	if err != nil {
		return err
	}
	s, err := c.shapeOf(d.Schema, q)
	if err != nil {
		return err
	}
	s.typed = true
	if err := c.readAside(&s, d); err != nil {
		return err
	}
	return c.writeShaped(http.StatusOK, d, s, "directoryObjects/$entity")
}

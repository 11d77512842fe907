package graphapi

import (
	"net/http"

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

var relationRoutes = []Route{
	{Key: "GET /groups/{id}/members", Permissions: readGroups, handle: related(findGroupKey, hospes.RelationMember, false, nil)},
	{Key: "GET /groups/{id}/members/$count", Permissions: readGroups, handle: countRelated(findGroupKey, hospes.RelationMember, false, nil)},
	{Key: "GET /groups/{id}/members/microsoft.graph.user", Permissions: readGroups, handle: related(findGroupKey, hospes.RelationMember, false, hospes.UserSchema)},
	{Key: "GET /groups/{id}/members/microsoft.graph.group", Permissions: readGroups, handle: related(findGroupKey, hospes.RelationMember, false, hospes.GroupSchema)},
	{Key: "POST /groups/{id}/members/$ref", Permissions: writeMembers, handle: addReference(findGroupKey, addMember)},
	{Key: "DELETE /groups/{id}/members/{member}/$ref", Permissions: writeMembers, handle: removeReference(findGroupKey, directory.RemoveMember)},
	{Key: "GET /groups/{id}/owners", Permissions: readGroups, handle: related(findGroupKey, hospes.RelationOwner, false, nil)},
	{Key: "POST /groups/{id}/owners/$ref", Permissions: writeGroups, handle: addReference(findGroupKey, directory.AddOwner)},
	{Key: "DELETE /groups/{id}/owners/{owner}/$ref", Permissions: writeGroups, handle: removeReference(findGroupKey, directory.RemoveOwner)},
	{Key: "GET /groups/{id}/memberOf", Permissions: readGroups, handle: related(findGroupKey, hospes.RelationMember, true, nil)},
	{Key: "GET /users/{id}/memberOf", Permissions: readUsers, handle: related(findUserKey, hospes.RelationMember, true, nil)},
	{Key: "GET /users/{id}/memberOf/microsoft.graph.group", Permissions: readUsers, handle: related(findUserKey, hospes.RelationMember, true, hospes.GroupSchema)},
	{Key: "GET /users/{id}/directReports", Permissions: readUsers, handle: related(findUserKey, hospes.RelationManager, true, nil)},
	{Key: "GET /users/{id}/sponsors", Permissions: readUsers, handle: related(findUserKey, hospes.RelationSponsor, false, nil)},
	{Key: "POST /users/{id}/sponsors/$ref", Permissions: writeUsers, handle: addReference(findUserKey, directory.AddSponsor)},
	{Key: "DELETE /users/{id}/sponsors/{sponsor}/$ref", Permissions: writeUsers, handle: removeReference(findUserKey, directory.RemoveSponsor)},
	{Key: "GET /users/{id}/manager", Permissions: readUsers, handle: (*call).getManager},
	{Key: "PUT /users/{id}/manager/$ref", Permissions: writeUsers, handle: addReference(findUserKey, directory.SetManager)},
	{Key: "DELETE /users/{id}/manager/$ref", Permissions: writeUsers, handle: (*call).removeManager},
	{Key: "GET /directoryObjects/{id}", Permissions: readDirectory, handle: (*call).getDirectoryObject},
}

func addMember(tx store.Tx, group, member *hospes.Object) error {
	return directory.AddMembers(tx, group, member)
}

// relatedListing finds the object and says what is listed.
func (c *call) relatedListing(find finder, relation hospes.Relation, reverse bool, schema *hospes.Schema) (listing, error) {
	l := listing{schema: schema, context: "directoryObjects"}
	if schema != nil {
		l.context = schema.Plural
	}
	err := c.view(func(r store.Reader) error {
		o, err := find(c, r)
		if err != nil {
			return err
		}
		l.via = &store.Via{Relation: relation, Of: o.Number, Reverse: reverse}
		return nil
	})
	return l, err
}

func related(find finder, relation hospes.Relation, reverse bool, schema *hospes.Schema) func(*call) error {
	return func(c *call) error {
		l, err := c.relatedListing(find, relation, reverse, schema)
		if err != nil {
			return err
		}
		return c.list(l)
	}
}

func countRelated(find finder, relation hospes.Relation, reverse bool, schema *hospes.Schema) func(*call) error {
	return func(c *call) error {
		l, err := c.relatedListing(find, relation, reverse, schema)
		if err != nil {
			return err
		}
		return c.writeCount(l)
	}
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

// removeReference unties the second object of the path from the first.
func removeReference(find finder, remove func(tx store.Tx, o, other *hospes.Object) error) func(*call) error {
	return func(c *call) error {
		err := c.update(func(tx store.Tx) error {
			o, err := find(c, tx)
			if err != nil {
				return err
			}
			other, err := c.find(tx, nil, c.keys[1])
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

func (c *call) getManager() error {
	var manager hospes.Document
	err := c.view(func(r store.Reader) error {
		user, err := directory.FindUser(r, c.keys[0])
		if err != nil {
			return err
		}
		ties, err := r.Related(hospes.RelationManager, user.Number)
		if err != nil {
			return err
		}
		if len(ties) == 0 {
			return directory.NoManager()
		}
		docs, err := r.Numbered(store.Live, ties[0].To)
		if err != nil {
			return err
		}
		if manager = docs[0]; manager.Schema == nil {
			return directory.NoManager() // in the bin, and so unseen
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.writeTyped(manager)
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

// isDirectoryObject tells the classes that Graph counts as directory objects; policies and invitations are none.
func isDirectoryObject(schema *hospes.Schema) bool {
	switch schema.Class {
	case hospes.ClassUser, hospes.ClassGroup, hospes.ClassApplication, hospes.ClassServicePrincipal, hospes.ClassOrganization, hospes.ClassContact, hospes.ClassDirectoryRole:
		return true
	}
	return false
}

func (c *call) getDirectoryObject() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		if o, err = c.find(r, nil, c.keys[0]); err == nil && !isDirectoryObject(o.Schema) {
			err = hospes.NotFound("graphapi.directoryObject", c.keys[0])
		}
		return err
	}); err != nil {
		return err
	}
	return c.writeTyped(o.Document())
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
	return c.writeShaped(http.StatusOK, d, s, "directoryObjects/$entity")
}

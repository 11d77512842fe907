package graphapi

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

var directoryObjectRoutes = []Route{
	{Key: directoryDeltaKey, Permissions: readDirectory, handle: (*call).directoryDelta},
	{Key: "GET /directoryObjects/{id}", Permissions: readDirectory, handle: (*call).getDirectoryObject},
	{Key: "DELETE /directoryObjects/{id}", Permissions: anyOf(changeDeleted), Classes: changeDeleted, handle: (*call).deleteDirectoryObject},
	{Key: "POST /directoryObjects/getByIds", Permissions: readDirectory, handle: (*call).getByIDs},
}

const directoryDeltaKey = "GET /directoryObjects/delta"

// followedClasses are those that the delta of directory objects tells of, in the order of their numbers.
var followedClasses = []*hospes.Schema{hospes.UserSchema, hospes.GroupSchema, hospes.ApplicationSchema, hospes.ServicePrincipalSchema, hospes.ContactSchema}

// directoryDelta answers the delta of objects of several classes, of those that the filter names by isof('…'), the only
// one that it takes (graph-wire 2).
func (c *call) directoryDelta() error {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return unsupportedQuery("graphapi.delta")
	}
	filter := ""
	for name := range values {
		if strings.EqualFold(strings.TrimPrefix(name, "$"), "filter") {
			filter = values.Get(name)
			delete(values, name)
		}
	}
	if filter == "" {
		return c.delta("directoryObjects", followedClasses...)
	}
	named := map[string]bool{}
	for _, term := range orWord.Split(filter, -1) {
		parts := isOf.FindStringSubmatch(term)
		if parts == nil {
			return unsupportedQuery("graphapi.delta")
		}
		named[lower(parts[1])] = true
	}
	chosen := slices.DeleteFunc(slices.Clone(followedClasses), func(s *hospes.Schema) bool { return !named[lower(s.Name)] })
	if len(chosen) != len(named) {
		return unsupportedQuery("graphapi.delta")
	}
	c.r.URL.RawQuery = values.Encode()
	return c.delta("directoryObjects", chosen...)
}

var orWord = regexp.MustCompile(`(?i)\s+or\s+`)

var isOf = regexp.MustCompile(`(?i)^\s*isof\(\s*'#?microsoft\.graph\.(\w+)'\s*\)\s*$`)

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
		o, err = findObjectKey(c, r)
		return err
	}); err != nil {
		return err
	}
	return c.writeTyped(o.Document())
}

// deleteDirectoryObject deletes an object of whatever class. Of a class that the caller has no permission for there is
// nothing, as in the bin.
func (c *call) deleteDirectoryObject() error {
	if err := c.update(func(tx store.Tx) error {
		o, err := findObjectKey(c, tx)
		if err != nil {
			return err
		}
		if row, known := c.route.Classes[o.Schema]; !known || !c.may(row) {
			return hospes.NotFound("graphapi.directoryObject", c.keys[0])
		}
		if err := c.checkOwner(tx, o); err != nil {
			return err
		}
		switch o.Schema {
		case hospes.UserSchema:
			if err := c.checkAdministrator(tx, o); err != nil {
				return err
			}
			return directory.DeleteUser(tx, o)
		case hospes.GroupSchema:
			if err := c.checkRoleGroup(tx, o); err != nil {
				return err
			}
			return directory.DeleteGroup(tx, o)
		}
		return directory.DeleteObject(tx, deletions[o.Schema], o)
	}); err != nil {
		return err
	}
	return c.noContent()
}

// deletions are what the records of deleted applications and service principals are called.
var deletions = map[*hospes.Schema]string{hospes.ApplicationSchema: "Delete application", hospes.ServicePrincipalSchema: "Remove service principal"}

// typesWanted reads the types that the body names; none stand for all.
func (c *call) typesWanted() (map[string]bool, error) {
	list, err := c.members()
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, m := range list {
		if !strings.EqualFold(m.name, "types") || string(m.raw) == "null" {
			continue
		}
		names, err := texts(m.raw, maxByID)
		if err != nil {
			return nil, hospes.Invalidf("graphapi.getByIds", "The value of 'types' must be a list of types.")
		}
		for _, name := range names {
			wanted[lower(name)] = true
		}
	}
	return wanted, nil
}

const (
	// maxByID is how many objects one call asks for by id (graph-wire 5.1).
	maxByID = 1000

	// maxBytesByID is how many bytes these have together at most: the answer has no pages.
	maxBytesByID = 16 << 20
)

// getByIDs answers with the objects of some ids, whatever their classes; those that are not there are left out, and types
// that hospes has no objects of choose none.
func (c *call) getByIDs() error {
	ids, err := c.idsOf("ids", maxByID)
	if err != nil {
		return err
	}
	wanted, err := c.typesWanted()
	if err != nil {
		return err
	}
	q, _, err := c.query()
	if err != nil {
		return err
	}
	s, err := c.shapeOf(nil, odata.Query{Select: q.Select})
	if err != nil {
		return err
	}
	docs, bytes := []hospes.Document{}, 0
	if err := c.view(func(r store.Reader) error {
		for some := range slices.Chunk(ids, 50) {
			found, err := r.Documents(store.Live, some...)
			if err != nil {
				return err
			}
			for _, d := range found {
				if d.Schema == nil || !isDirectoryObject(d.Schema) {
					continue
				}
				if len(wanted) == 0 || wanted[lower(d.Schema.Name)] || wanted["directoryobject"] {
					docs, bytes = append(docs, d), bytes+len(d.Card)+len(d.Rest)
				}
			}
			if bytes > maxBytesByID {
				return tooMuch("The objects are too large for one answer. Ask for fewer ids at once.")
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return c.writePage("directoryObjects", s, docs, nil, "")
}

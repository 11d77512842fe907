package graphapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// collection is a list of objects that hang on another one.
type collection struct {
	path        string // of the routes
	find        finder
	relation    hospes.Relation
	reverse     bool
	transitive  bool
	permissions Permissions
	classes     []*hospes.Schema // that a cast can choose
}

var (
	members    = []*hospes.Schema{hospes.UserSchema, hospes.GroupSchema, hospes.ServicePrincipalSchema}
	containers = []*hospes.Schema{hospes.GroupSchema, hospes.DirectoryRoleSchema}
	owned      = []*hospes.Schema{hospes.GroupSchema, hospes.ApplicationSchema, hospes.ServicePrincipalSchema}
	keepers    = []*hospes.Schema{hospes.UserSchema, hospes.ServicePrincipalSchema}
	people     = []*hospes.Schema{hospes.UserSchema}
	sponsors   = []*hospes.Schema{hospes.UserSchema, hospes.GroupSchema}

	findApplicationKey = findAppKey(hospes.ApplicationSchema)
	findPrincipalKey   = findAppKey(hospes.ServicePrincipalSchema)
)

// collections are all of them (graph-wire 5.1, 5.2, 5.4). What somebody has created is none: nothing that is kept says it.
var collections = []collection{
	{"/groups/{id}/members", findMembers, hospes.RelationMember, false, false, readGroups, members},
	{"/groups/{id}/transitiveMembers", findMembers, hospes.RelationMember, false, true, readGroups, members},
	{"/groups/{id}/memberOf", findGroupKey, hospes.RelationMember, true, false, readGroups, containers},
	{"/groups/{id}/transitiveMemberOf", findGroupKey, hospes.RelationMember, true, true, readGroups, containers},
	{"/groups/{id}/owners", findGroupKey, hospes.RelationOwner, false, false, readGroups, keepers},
	{"/users/{id}/memberOf", findUserKey, hospes.RelationMember, true, false, readMemberships, containers},
	{"/users/{id}/transitiveMemberOf", findUserKey, hospes.RelationMember, true, true, readMemberships, containers},
	{"/users/{id}/directReports", findUserKey, hospes.RelationManager, true, false, readSurroundings, people},
	{"/users/{id}/transitiveReports", findUserKey, hospes.RelationManager, true, true, readSurroundings, people},
	{"/users/{id}/sponsors", findUserKey, hospes.RelationSponsor, false, false, readSurroundings, sponsors},
	{"/users/{id}/ownedObjects", findUserKey, hospes.RelationOwner, true, false, readOwned, owned},
	{"/applications/{id}/owners", findApplicationKey, hospes.RelationOwner, false, false, readApps, keepers},
	{"/servicePrincipals/{id}/owners", findPrincipalKey, hospes.RelationOwner, false, false, readApps, keepers},
	{"/servicePrincipals/{id}/memberOf", findPrincipalKey, hospes.RelationMember, true, false, readApps, containers},
	{"/servicePrincipals/{id}/transitiveMemberOf", findPrincipalKey, hospes.RelationMember, true, true, readApps, containers},
	{"/directoryRoles/{role}/members", findRoleKey, hospes.RelationMember, false, false, readRoles, members},
	{"/servicePrincipals/{id}/ownedObjects", findPrincipalKey, hospes.RelationOwner, true, false, readApps, owned},
}

// collectionRoutes gives each collection its routes: the list, its size, the references, and the same of one class.
func collectionRoutes() (routes []Route) {
	for _, x := range collections {
		add := func(path string, handle func(*call) error) {
			routes = append(routes, Route{Key: "GET " + path, Permissions: x.permissions, handle: handle})
		}
		for _, schema := range append([]*hospes.Schema{nil}, x.classes...) {
			path := x.path
			if schema != nil {
				path += "/microsoft.graph." + schema.Name
			}
			add(path, x.over(schema, (*call).list))
			add(path+"/$count", x.over(schema, (*call).writeCount))
		}
		add(x.path+"/$ref", x.over(nil, (*call).writeReferences))
	}
	return routes
}

// over finds the object of the path and does something with what hangs on it.
func (x collection) over(schema *hospes.Schema, do func(*call, listing) error) func(*call) error {
	return func(c *call) error {
		l := listing{schema: schema, context: "directoryObjects"}
		if schema != nil {
			l.context = schema.Plural
		} else {
			l.mixed = x.classes
		}
		if err := c.view(func(r store.Reader) error {
			o, err := x.find(c, r)
			if err != nil {
				return err
			}
			l.via = &store.Via{Relation: x.relation, Of: o.Number, Reverse: x.reverse, Transitive: x.transitive}
			return nil
		}); err != nil {
			return err
		}
		return do(c, l)
	}
}

// writeReferences answers with the addresses of the objects of a listing.
func (c *call) writeReferences(l listing) error {
	l.context, l.references = "Collection($ref)", true
	return c.list(l)
}

// appendReference writes the address of an object as the reference that it is on the wire.
func (c *call) appendReference(b []byte, d hospes.Document) []byte {
	b = hospes.AppendQuoted(append(b, `{"@odata.id":`...), c.origin+"/"+c.base()+"/directoryObjects/"+d.ID.String())
	return append(b, '}')
}

// writeReference answers with the address of one object.
func (c *call) writeReference(d hospes.Document) error {
	b := []byte{'{'}
	if !c.bare {
		b = append(hospes.AppendQuoted(append(b, `"@odata.context":`...), c.context("$ref")), ',')
	}
	return c.write(http.StatusOK, append(b, c.appendReference(nil, d)[1:]...))
}

// writeCount answers /$count with the bare number.
func (c *call) writeCount(l listing) error {
	q, mode, err := c.query()
	if err != nil {
		return err
	}
	if !strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual") {
		return hospes.Invalidf("graphapi.count", "$count is not currently supported.")
	}
	mode.Advanced = true
	query, _, err := c.storeQuery(l, odata.Query{Filter: q.Filter, Search: q.Search}, mode)
	if err != nil {
		return err
	}
	var n int64
	if err := c.view(func(r store.Reader) (err error) {
		n, err = c.countOf(r, query)
		return err
	}); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/plain")
	_, _ = c.w.Write([]byte(strconv.FormatInt(n, 10))) // a client that went away needs no answer
	return nil
}

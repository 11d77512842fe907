package graphapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// readDeleted and changeDeleted are what lets an application see and change an object of the bin, by its class.
var (
	readDeleted = map[*hospes.Schema]Permissions{
		hospes.UserSchema: seeDeleted(trackUsers, hospes.UserAdministrator), hospes.GroupSchema: seeDeleted(readGroups, hospes.GroupsAdministrator, hospes.UserAdministrator),
		hospes.ApplicationSchema:      seeDeleted(readApps, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator),
		hospes.ServicePrincipalSchema: seeDeleted(readApps, hospes.CloudApplicationAdministrator, hospes.ApplicationAdministrator),
	}
	changeDeleted = map[*hospes.Schema]Permissions{
		hospes.UserSchema: writeUsers, hospes.GroupSchema: writeGroups, hospes.ApplicationSchema: writeApps, hospes.ServicePrincipalSchema: writeApps,
	}
)

var deletedRoutes = slices.Concat(
	deletedLists(), []Route{
		{Key: "GET /directory/deletedItems", handle: (*call).listDeleted},
		{Key: "POST /directory/deletedItems/getUserOwnedObjects", Permissions: anyOf(readDeleted), handle: (*call).listDeletedOf},
		{Key: "GET /directory/deletedItems/{id}", Permissions: anyOf(readDeleted), Classes: readDeleted, handle: (*call).getDeleted},
		{Key: "DELETE /directory/deletedItems/{id}", Permissions: anyOf(changeDeleted), Classes: changeDeleted, handle: (*call).purgeDeleted},
		{Key: "POST /directory/deletedItems/{id}/restore", Permissions: anyOf(changeDeleted), Classes: changeDeleted, handle: (*call).restoreDeleted},
	},
)

// seeDeleted makes a row about the bin of one about what lives: only administrators look into the bin.
func seeDeleted(row Permissions, roles ...hospes.RoleTemplate) Permissions {
	row.Members, row.Guests, row.Own = false, guestsNever, nil
	row.Roles = append(roles, hospes.GlobalReader, hospes.DirectoryWriters)
	return row
}

// deletedLists are the bins of the classes.
func deletedLists() (routes []Route) {
	for _, schema := range directory.Binned {
		l := listing{schema: schema, context: schema.Plural, bin: store.InBin}
		key := "GET /directory/deletedItems/microsoft.graph." + schema.Name
		routes = append(routes,
			Route{Key: key, Permissions: readDeleted[schema], handle: func(c *call) error { return c.list(l) }},
			Route{Key: key + "/$count", Permissions: readDeleted[schema], handle: func(c *call) error { return c.writeCount(l) }})
	}
	return routes
}

// anyOf gives the row by which somebody may ask for an object of some class. Which class it is, shows later.
func anyOf(byClass map[*hospes.Schema]Permissions) (any Permissions) {
	add := func(list *[]string, more []string) {
		for _, name := range more {
			if !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
	}
	for _, schema := range directory.Binned {
		row := byClass[schema]
		add(&any.Application, row.Application)
		add(&any.Delegated, row.Delegated)
		for _, role := range row.Roles {
			if !slices.Contains(any.Roles, role) {
				any.Roles = append(any.Roles, role)
			}
		}
	}
	return any
}

// listDeleted says what has to be asked for instead: the bin is listed a class at a time (graph-wire 5.3).
func (c *call) listDeleted() error {
	return hospes.Invalidf("graphapi.deletedItems", "The class of the deleted items must be given, as in /directory/deletedItems/microsoft.graph.user.")
}

// findDeleted reads an object of the bin. Of a class that the caller has no permission for there is nothing: who may see
// deleted users is not told which groups there were.
func (c *call) findDeleted(r store.Reader) (*hospes.Object, error) {
	absent := hospes.NotFound("graphapi.deletedItems", c.keys[0])
	id, ok := hospes.ParseObjectID(c.keys[0])
	if !ok {
		return nil, absent
	}
	o, err := store.Find(r, store.InBin, nil, id)
	switch {
	case err != nil:
		return nil, err
	case !c.may(c.route.Classes[o.Schema]):
		return nil, absent
	}
	return o, c.checkOwner(r, o)
}

func (c *call) getDeleted() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		o, err = c.findDeleted(r)
		return err
	}); err != nil {
		return err
	}
	return c.writeTyped(o.Document())
}

func (c *call) purgeDeleted() error {
	if err := c.update(func(tx store.Tx) error {
		o, err := c.findDeleted(tx)
		if err != nil {
			return err
		}
		if err := c.checkAdministrator(tx, o); err != nil {
			return err
		}
		return directory.Purge(tx, o)
	}); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) restoreDeleted() error {
	reconcile, err := c.reconciles()
	if err != nil {
		return err
	}
	var o *hospes.Object
	if err := c.update(func(tx store.Tx) (err error) {
		if o, err = c.findDeleted(tx); err != nil {
			return err
		}
		if err := c.checkAdministrator(tx, o); err != nil {
			return err
		}
		if reconcile && o.Schema == hospes.UserSchema {
			if err := directory.DropTakenAddresses(tx, o); err != nil {
				return err
			}
		}
		return directory.Restore(tx, o)
	}); err != nil {
		return err
	}
	return c.writeTyped(o.Document())
}

// reconciles reads the body of a restore, which may be absent.
func (c *call) reconciles() (reconcile bool, err error) {
	if len(c.body) == 0 {
		return false, nil
	}
	list, err := c.members()
	if err != nil {
		return false, err
	}
	for _, m := range list {
		switch {
		case strings.Contains(m.name, "@"):
		case !strings.EqualFold(m.name, "autoReconcileProxyConflict"):
			return false, directory.UnknownProperty(m.name)
		case json.Unmarshal(m.raw, &reconcile) != nil:
			return false, hospes.Invalidf("graphapi.deletedItems", "The value of 'autoReconcileProxyConflict' must be true or false.")
		}
	}
	return reconcile, nil
}

// maxDeletedOf is how many deleted objects of an owner are told of; there are no pages (graph-wire 5.3).
const maxDeletedOf = 1000

// listDeletedOf answers with the deleted groups or applications of an owner, in the order of their ids.
func (c *call) listDeletedOf() error {
	var body struct {
		UserID string `json:"userId"`
		Type   string `json:"type"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	schema := map[string]*hospes.Schema{"group": hospes.GroupSchema, "application": hospes.ApplicationSchema}[lower(body.Type)]
	switch {
	case body.UserID == "":
		return hospes.Invalidf("graphapi.deletedItems", "A value is required for parameter 'userId'.")
	case schema == nil:
		return hospes.Invalidf("graphapi.deletedItems", "Invalid value specified for parameter 'type': it is Group or Application.")
	case !c.may(readDeleted[schema]):
		return hospes.Forbidden("graphapi.deletedItems")
	}
	q, _, err := c.query()
	if err != nil {
		return err
	}
	if q.Filter != nil || q.Search != nil || len(q.OrderBy)+len(q.Expand)+q.Top > 0 {
		return unsupportedQuery("graphapi.deletedItems")
	}
	s, err := c.shapeOf(nil, odata.Query{Select: q.Select})
	if err != nil {
		return err
	}
	var docs []hospes.Document
	if err := c.view(func(r store.Reader) error {
		user, err := c.find(r, hospes.UserSchema, body.UserID)
		if err != nil {
			return err
		}
		page, err := r.List(store.Query{Schema: schema, Bin: store.InBin, Via: &store.Via{Relation: hospes.RelationOwner, Of: user.Number, Reverse: true}, Limit: maxDeletedOf})
		docs = page.Documents
		return err
	}); err != nil {
		return err
	}
	slices.SortFunc(docs, func(a, b hospes.Document) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return c.writePage("directoryObjects", s, docs, nil, "")
}

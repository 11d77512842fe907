package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

var extensionRoutes = []Route{
	{Key: "GET /applications/{id}/extensionProperties", Permissions: readApps, handle: (*call).listExtensions},
	{Key: "POST /applications/{id}/extensionProperties", Permissions: writeApps, handle: (*call).defineExtension},
	{Key: "GET /applications/{id}/extensionProperties/{extension}", Permissions: readApps, handle: (*call).getExtension},
	{Key: "DELETE /applications/{id}/extensionProperties/{extension}", Permissions: writeApps, handle: (*call).retireExtension},
	{Key: "POST /directoryObjects/getAvailableExtensionProperties", Permissions: readApps, handle: (*call).availableExtensions},
}

// definitionsOf gives the definitions of the application of the path. They show its name as it is now.
func (c *call) definitionsOf(r store.Reader) (app *hospes.Object, list []*hospes.Object, err error) {
	if app, err = c.findApp(r, hospes.ApplicationSchema); err != nil {
		return nil, nil, err
	}
	all, err := store.ExtensionDefinitions(r)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		if d.Get(hospes.ExtensionAppID) == app.Get(hospes.ApplicationAppID) {
			list = append(list, named(d, app))
		}
	}
	return app, list, nil
}

// named gives a definition that is only read the name of its application.
func named(definition, app *hospes.Object) *hospes.Object {
	o := definition.Clone()
	o.Set(hospes.ExtensionAppDisplayName, app.Get(hospes.ApplicationDisplayName))
	return o
}

func (c *call) extensionContext() string {
	return "applications('" + c.appID + "')/extensionProperties"
}

func (c *call) listExtensions() error {
	var list []*hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		_, list, err = c.definitionsOf(r)
		return err
	}); err != nil {
		return err
	}
	return c.writeDefinitions(c.extensionContext(), list)
}

// writeDefinitions answers with definitions, which are too few for pages.
func (c *call) writeDefinitions(context string, list []*hospes.Object) error {
	q, mode, err := c.query()
	if err != nil {
		return err
	}
	if q.Search != nil || len(q.OrderBy) > 0 {
		return unsupportedQuery("graphapi.writeDefinitions")
	}
	s, err := c.shapeOf(hospes.ExtensionPropertySchema, q)
	if err != nil {
		return err
	}
	filter, err := q.CheckFilter(s.queried, mode)
	if err != nil {
		return err
	}
	docs := []hospes.Document{}
	for _, o := range list {
		if filter.Match(odata.ObjectRecord{Object: o}) {
			docs = append(docs, o.Document())
		}
	}
	return c.writePage(context, s, docs, nil, "")
}

func (c *call) defineExtension() error {
	edits, _, err := c.edits(hospes.ExtensionPropertySchema, true)
	if err != nil {
		return err
	}
	var made *hospes.Object
	err = c.update(func(tx store.Tx) error {
		app, err := c.findApp(tx, hospes.ApplicationSchema)
		if err != nil {
			return err
		}
		definition, err := directory.DefineExtension(tx, c.api.Random, app, edits)
		if err != nil {
			return err
		}
		made = named(definition, app)
		return nil
	})
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", c.origin+"/"+c.base()+"/applications/"+c.appID+"/extensionProperties/"+made.ID.String())
	return c.writeShaped(http.StatusCreated, made.Document(), c.plainShape(made.Schema), c.extensionContext()+"/$entity")
}

// definition finds the definition of the path, which must be one of the application of the path.
func (c *call) definition(r store.Reader) (app, definition *hospes.Object, err error) {
	app, list, err := c.definitionsOf(r)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range list {
		if d.ID.String() == lower(c.keys[1]) {
			return app, d, nil
		}
	}
	return nil, nil, hospes.NotFound("graphapi.extensionProperty", c.keys[1])
}

func (c *call) getExtension() error {
	var o *hospes.Object
	if err := c.view(func(r store.Reader) (err error) {
		_, o, err = c.definition(r)
		return err
	}); err != nil {
		return err
	}
	return c.writeObject(http.StatusOK, o, c.extensionContext())
}

func (c *call) retireExtension() error {
	err := c.update(func(tx store.Tx) error {
		app, shown, err := c.definition(tx)
		if err != nil {
			return err
		}
		o, err := store.Find(tx, store.Live, hospes.ExtensionPropertySchema, shown.ID)
		if err != nil {
			return err
		}
		return directory.RetireExtension(tx, app, o)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// availableExtensions answers with the definitions of all applications of the tenant. None of them comes from a directory
// on the premises.
func (c *call) availableExtensions() error {
	var body struct {
		Synced *bool `json:"isSyncedFromOnPremises"`
	}
	if len(c.body) > 0 {
		if err := c.decode(&body); err != nil {
			return err
		}
	}
	var list []*hospes.Object
	err := c.view(func(r store.Reader) error {
		all, err := store.ExtensionDefinitions(r)
		if err != nil {
			return err
		}
		owners, err := ownersOf(r, all)
		if err != nil {
			return err
		}
		for _, d := range all {
			app := owners[d.Text(hospes.ExtensionAppID)]
			if app != nil && (body.Synced == nil || *body.Synced == d.Get(hospes.ExtensionSynced).Bool()) {
				list = append(list, named(d, app))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.writeDefinitions("directoryObjects", list)
}

// ownersOf gives the live applications of definitions, by appId.
func ownersOf(r store.Reader, definitions []*hospes.Object) (map[string]*hospes.Object, error) {
	var ids []string
	for _, d := range definitions {
		ids = append(ids, d.Text(hospes.ExtensionAppID))
	}
	holders, err := r.Holders(hospes.SpaceAppID, ids...)
	if err != nil {
		return nil, err
	}
	var numbers []hospes.Number
	for _, n := range holders {
		numbers = append(numbers, n)
	}
	docs, err := r.Numbered(store.Live, numbers...)
	if err != nil {
		return nil, err
	}
	owners := map[string]*hospes.Object{}
	for _, d := range docs {
		if d.Schema == nil {
			continue
		}
		app, err := d.Object()
		if err != nil {
			return nil, err
		}
		owners[app.Text(hospes.ApplicationAppID)] = app
	}
	return owners, nil
}

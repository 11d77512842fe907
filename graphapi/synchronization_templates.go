package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// syncTemplateRoutes are those of what jobs are made from: an application and its service principal have one, the same.
var syncTemplateRoutes = slices.Concat(
	templatesOf("/servicePrincipals/{id}", hospes.ServicePrincipalSchema),
	templatesOf("/applications/{id}", hospes.ApplicationSchema),
	[]Route{{Key: "POST " + syncPath + "/templates/{syncTemplate}/schema/parseExpression", Permissions: writeSync, handle: parseExpression(findTemplate(hospes.ServicePrincipalSchema))}},
)

func templatesOf(path string, schema *hospes.Schema) []Route {
	path += "/synchronization/templates"
	find := func(c *call) error {
		return c.view(func(r store.Reader) error { return findTemplate(schema)(c, r) })
	}
	context := func(c *call, suffix string) string {
		return schema.Plural + "('" + c.appID + "')/synchronization/templates" + suffix
	}
	return []Route{
		{Key: "GET " + path, Permissions: readSync, Shows: "synchronizationTemplate", handle: func(c *call) error {
			if err := find(c); err != nil {
				return err
			}
			return c.writeList(context(c, ""), []syncTemplate{wireSyncTemplate()}, "")
		}},
		{Key: "GET " + path + "/{syncTemplate}", Permissions: readSync, Shows: "synchronizationTemplate", handle: func(c *call) error {
			if err := find(c); err != nil {
				return err
			}
			return c.writeValue(http.StatusOK, context(c, "/$entity"), wireSyncTemplate())
		}},
		{Key: "GET " + path + "/{syncTemplate}/schema", Permissions: readSync, Shows: "synchronizationSchema", handle: func(c *call) error {
			s := provision.DefaultSchema(hospes.Job{ID: provision.TemplateID})
			if err := c.view(func(r store.Reader) error {
				if err := findTemplate(schema)(c, r); err != nil {
					return err
				}
				return declareExtensions(r, &s)
			}); err != nil {
				return err
			}
			return c.writeValue(http.StatusOK, context(c, "('"+provision.TemplateID+"')/schema/$entity"), s)
		}},
	}
}

// findTemplate makes sure that what the path names is there: the application, and the template where it names one.
func findTemplate(schema *hospes.Schema) finding {
	return func(c *call, r store.Reader) error {
		if _, err := c.findApp(r, schema); err != nil {
			return err
		}
		if len(c.keys) > 1 && !strings.EqualFold(c.keys[1], provision.TemplateID) {
			return hospes.NotFound("graphapi.syncTemplate", c.keys[1])
		}
		return nil
	}
}

// syncTemplate is a synchronizationTemplate.
type syncTemplate struct {
	ID            string  `json:"id"`
	ApplicationID *string `json:"applicationId"`
	Default       bool    `json:"default"`
	Description   *string `json:"description"`
	Discoverable  bool    `json:"discoverable"`
	FactoryTag    string  `json:"factoryTag"`
	Metadata      []any   `json:"metadata"`
}

func wireSyncTemplate() syncTemplate {
	return syncTemplate{ID: provision.TemplateID, Default: true, FactoryTag: provision.TemplateID, Metadata: []any{}}
}

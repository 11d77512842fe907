package graphapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

var syncSchemaRoutes = []Route{
	{Key: "GET " + jobPath + "/schema", Permissions: readSync, Shows: "synchronizationSchema", handle: (*call).getSchema},
	{Key: "PUT " + jobPath + "/schema", Permissions: writeSync, handle: (*call).putSchema},
	{Key: "DELETE " + jobPath + "/schema", Permissions: writeSync, handle: (*call).deleteSchema},
	{Key: "POST " + jobPath + "/schema/parseExpression", Permissions: writeSync, handle: parseExpression((*call).findJob)},
	{Key: "GET " + jobPath + "/schema/filterOperators", Permissions: readSync, Shows: "filterOperatorSchema", handle: (*call).listFilterOperators},
	{Key: "GET " + jobPath + "/schema/functions", Permissions: readSync, Shows: "attributeMappingFunctionSchema", handle: (*call).listFunctions},
}

func (c *call) getSchema() error {
	var schema provision.Schema
	err := c.view(func(r store.Reader) error {
		_, job, err := c.principalAndJob(r)
		if err != nil {
			return err
		}
		if schema, err = c.api.Engine.SchemaOf(job); err != nil || job.Schema != "" {
			return err
		}
		return declareExtensions(r, &schema)
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, c.syncContext("jobs('"+c.keys[1]+"')/schema/$entity"), schema)
}

// declareExtensions adds the tenant's directory extensions of people to the source directory of a schema that nobody has
// saved yet, so that mappings can be made of them. Those with several values cannot be mapped (provisioning 3.8).
func declareExtensions(r store.Reader, schema *provision.Schema) error {
	defined, err := store.Extensions(r)
	if err != nil || len(defined) == 0 || len(schema.Rules) == 0 {
		return err
	}
	for i := range schema.Directories {
		if schema.Directories[i].Name != schema.Rules[0].SourceDirectoryName {
			continue
		}
		for j := range schema.Directories[i].Objects {
			o := &schema.Directories[i].Objects[j]
			if !strings.EqualFold(o.Name, "User") {
				continue
			}
			for _, e := range defined {
				if e.Property(hospes.UserSchema) == nil || e.Many {
					continue
				}
				o.Attributes = append(o.Attributes, extensionAttribute(e))
			}
		}
	}
	return nil
}

func extensionAttribute(e hospes.Extension) provision.AttributeDefinition {
	a := provision.AttributeDefinition{
		Name: e.Name, Type: "String", Mutability: "ReadWrite", ReferencedObjects: []provision.ReferencedObject{}, Metadata: []provision.Metadata{},
	}
	switch e.Type {
	case hospes.ExtensionInteger, hospes.ExtensionLargeInteger:
		a.Type = "Integer"
	case hospes.ExtensionBoolean:
		a.Type = "Boolean"
	}
	return a
}

// maxSchema bounds the text of a schema: in memory it takes up to two hundred times as much. The one that jobs come with
// has 40 KB.
const maxSchema = 512 << 10

func (c *call) putSchema() error {
	if len(c.body) > maxSchema {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.putSchema", Code: "schemaInvalid", Message: fmt.Sprintf("The schema has more than %d bytes. Leave out attributes and directories that no mapping names.", maxSchema)}
	}
	var schema provision.Schema
	if _, err := c.members(); err != nil {
		return err
	}
	if err := json.Unmarshal(c.body, &schema); err != nil {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.putSchema", Code: "schemaInvalid", Message: "The schema cannot be read: " + misread(err)}
	}
	return changeJob(func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error {
		return e.PutSchema(tx, sp, job, &schema)
	})(c)
}

func (c *call) deleteSchema() error {
	return changeJob(func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error {
		return e.PutSchema(tx, sp, job, nil)
	})(c)
}

// findJob makes sure that the job of the path is there.
func (c *call) findJob(r store.Reader) error {
	_, _, err := c.principalAndJob(r)
	return err
}

// ofJob answers with what is the same for every job, to those whose path names one that is there.
func (c *call) ofJob(typeName string, list any) error {
	if err := c.view(c.findJob); err != nil {
		return err
	}
	return c.writeList("Collection(microsoft.graph."+typeName+")", list, "")
}

func (c *call) listFilterOperators() error { return c.ofJob("filterOperatorSchema", scope.Operators()) }

func (c *call) listFunctions() error {
	return c.ofJob("attributeMappingFunctionSchema", mapping.Functions())
}

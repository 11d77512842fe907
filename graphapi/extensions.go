package graphapi

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// extensions are the directory extensions that one request is about. Only requests that name some look for their
// definitions, in the caller's tenant, and what they find lives no longer than they do.
type extensions []hospes.Extension

// extensionsNamed finds the extensions among names that a class does not know by itself.
func (c *call) extensionsNamed(names []string) (found extensions, err error) {
	var wanted []string
	for _, name := range names {
		if isExtensionName(name) {
			wanted = append(wanted, name)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	err = c.view(func(r store.Reader) (err error) {
		found, err = store.ExtensionsNamed(r, wanted...)
		return err
	})
	return found, err
}

func isExtensionName(name string) bool {
	return len(name) > len(hospes.ExtensionPrefix) && strings.EqualFold(name[:len(hospes.ExtensionPrefix)], hospes.ExtensionPrefix)
}

// allExtensions finds every extension of the tenant, which beta shows without being asked.
func (c *call) allExtensions() (found extensions, err error) {
	err = c.view(func(r store.Reader) (err error) {
		found, err = store.Extensions(r)
		return err
	})
	return found, err
}

// property finds a property of a class by name: one that all tenants have, or else an extension.
func (x extensions) property(schema *hospes.Schema, name string) *hospes.Property {
	if p := schema.Property(name); p != nil {
		return p
	}
	for _, e := range x {
		if strings.EqualFold(e.Name, name) {
			return e.Property(schema)
		}
	}
	return nil
}

// of gives the extensions that a class can have, as properties.
func (x extensions) of(schema *hospes.Schema) (list []*hospes.Property) {
	for _, e := range x {
		if p := e.Property(schema); p != nil {
			list = append(list, p)
		}
	}
	return list
}

// ofGroups are the properties that groups have and people do not.
var ofGroups = func() (list []*hospes.Property) {
	for _, p := range hospes.GroupSchema.Properties {
		if hospes.UserSchema.Property(p.Name) == nil {
			list = append(list, p)
		}
	}
	return list
}()

// anyClass is the queryable side of objects whose class is open: what people or groups have. What an object does not have
// is left out.
var anyClass = odata.ObjectSchema(hospes.UserSchema, ofGroups...)

// queried gives the queryable side of a class with the extensions; nil stands for any class.
func (x extensions) queried(schema *hospes.Schema) *odata.Schema {
	if schema != nil {
		return odata.ObjectSchema(schema, x.of(schema)...)
	}
	if len(x) == 0 {
		return anyClass
	}
	list := append(x.of(hospes.UserSchema), ofGroups...)
	for _, e := range x {
		if e.Property(hospes.UserSchema) == nil && e.Property(hospes.GroupSchema) != nil {
			list = append(list, e.Property(hospes.GroupSchema))
		}
	}
	return odata.ObjectSchema(hospes.UserSchema, list...)
}

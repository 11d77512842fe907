package directory

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// extensionTargets are the classes of objects that a directory extension can be defined for.
var extensionTargets = []string{"User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"}

// maxExtensionName is the length of the part of the name that the administrator chooses.
const maxExtensionName = 128

// DefineExtension adds a directory extension to the objects of the tenant. A name that was defined before and taken away
// is there again with all its values; its type is then the one of before, because the values have it.
func DefineExtension(tx store.Tx, rnd hospes.Random, app *hospes.Object, edits []hospes.Edit) (*hospes.Object, error) {
	o := hospes.NewObject(hospes.ExtensionPropertySchema, hospes.NewObjectID(rnd))
	o.Apply(edits)
	for _, p := range []*hospes.Property{hospes.ExtensionName, hospes.ExtensionDataType, hospes.ExtensionTargets} {
		if o.Get(p) == hospes.Null {
			return nil, missing(hospes.ExtensionPropertySchema, p.Name)
		}
	}
	name := o.Text(hospes.ExtensionName)
	if !validExtensionName(name) {
		return nil, invalidValue(hospes.ExtensionName)
	}
	if !hospes.ExtensionType(o.Text(hospes.ExtensionDataType)).Valid() {
		return nil, invalidValue(hospes.ExtensionDataType)
	}
	targets := o.Get(hospes.ExtensionTargets).Texts()
	for i, t := range targets {
		if !slices.Contains(extensionTargets, t) || slices.Contains(targets[:i], t) {
			return nil, invalidValue(hospes.ExtensionTargets)
		}
	}
	appID := app.Text(hospes.ApplicationAppID)
	o.Set(hospes.ExtensionName, hospes.String(hospes.ExtensionPrefix+strings.ReplaceAll(appID, "-", "")+"_"+name))
	o.Set(hospes.ExtensionMultiValued, hospes.Bool(o.Get(hospes.ExtensionMultiValued).Bool()))
	o.Set(hospes.ExtensionSynced, hospes.False)
	o.Set(hospes.ExtensionAppID, hospes.String(appID))
	o, err := again(tx, o)
	if err != nil {
		return nil, err
	}
	if err := tx.Put(o); err != nil {
		return nil, err
	}
	return o, tx.Audit(extensionAudit(app, "", o.Text(hospes.ExtensionName)))
}

// validExtensionName checks letters of ASCII, digits and underscores, with a letter first.
func validExtensionName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= maxExtensionName
}

// again takes a retired definition of the same name back into use.
func again(tx store.Tx, o *hospes.Object) (*hospes.Object, error) {
	old, err := store.FindHolder(tx, hospes.SpaceExtension, hospes.Fold(o.Text(hospes.ExtensionName)))
	switch {
	case hospes.KindOf(err) == hospes.KindNotFound:
		return o, nil
	case err != nil:
		return nil, err
	case !old.Get(hospes.ExtensionRetired).Bool():
		return o, nil // the clash shows when it is stored
	case old.Get(hospes.ExtensionDataType) != o.Get(hospes.ExtensionDataType):
		return nil, invalidValue(hospes.ExtensionDataType)
	case old.Get(hospes.ExtensionMultiValued) != o.Get(hospes.ExtensionMultiValued):
		return nil, invalidValue(hospes.ExtensionMultiValued)
	case old.Get(hospes.ExtensionName) != o.Get(hospes.ExtensionName): // in another case, under which no value stands
		return nil, invalidValue(hospes.ExtensionName)
	}
	old.Set(hospes.ExtensionTargets, o.Get(hospes.ExtensionTargets))
	old.Set(hospes.ExtensionRetired, hospes.Null)
	return old, nil
}

// RetireExtension takes a definition away. The values that objects hold stay, unseen, until the name is defined anew.
func RetireExtension(tx store.Tx, app, definition *hospes.Object) error {
	definition.Set(hospes.ExtensionRetired, hospes.True)
	if err := tx.Put(definition); err != nil {
		return err
	}
	return tx.Audit(extensionAudit(app, definition.Text(hospes.ExtensionName), ""))
}

// extensionAudit tells of a definition as what it is to an administrator: a change of the application.
func extensionAudit(app *hospes.Object, was, is string) *hospes.Audit {
	record := audit("Update application", "Update", app)
	record.Targets[0].Modified = []hospes.AuditModified{{Name: "extensionProperties", Old: string(quoted(was)), New: string(quoted(is))}}
	return record
}

func quoted(s string) hospes.Value {
	if s == "" {
		return hospes.Null
	}
	return hospes.String(s)
}

package provision_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// extension defines a directory extension of people in a tenant, of an application of its own.
func (w *world) extension(in hospes.Tenant, name, dataType string) (e hospes.Extension) {
	w.Helper()
	w.update(in, func(tx store.Tx) error {
		app, _, err := directory.InstantiateTemplate(tx, hospes.SystemRandom(), directory.CrossTenantSyncTemplate, "Extensions")
		if err != nil {
			return err
		}
		list := edits(hospes.ExtensionPropertySchema, "name", name, "dataType", dataType)
		list = append(list, hospes.Edit{Property: hospes.ExtensionTargets, Value: hospes.Strings("User")})
		definition, err := directory.DefineExtension(tx, hospes.SystemRandom(), app, list)
		if err == nil {
			e = hospes.ReadExtension(definition)
		}
		return err
	})
	return e
}

// mapExtension declares two extensions in the schema of the job and maps the one to the other.
func (w *world) mapExtension(source, target string, kind connector.AttributeType) {
	w.Helper()
	w.onJob(func(tx store.Tx, job hospes.Job) error {
		schema, err := w.engine.SchemaOf(job)
		if err != nil {
			return err
		}
		for i, name := range []string{source, target} {
			users := &schema.Directories[i].Objects[0]
			users.Attributes = append(users.Attributes, provision.AttributeDefinition{Name: name, Type: kind})
		}
		people := &schema.Rules[0].ObjectMappings[0]
		people.AttributeMappings = append(people.AttributeMappings, provision.AttributeMapping{
			TargetAttributeName: target, FlowType: provision.FlowAlways, Source: &mapping.Source{Type: "Attribute", Name: source, Expression: "[" + source + "]"},
		})
		return w.engine.PutSchema(tx, w.sp, job, &schema)
	})
}

func (w *world) setExtension(id hospes.ObjectID, e hospes.Extension, v hospes.Value) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error {
		user, err := store.Find(tx, store.Live, hospes.UserSchema, id)
		if err != nil {
			return err
		}
		return directory.UpdateUser(tx, user, []hospes.Edit{{Property: e.Property(hospes.UserSchema), Value: v}})
	})
}

func Test3_8_DirectoryExtensionsAreMapped(t *testing.T) {
	for _, test := range []struct {
		dataType      string
		kind          connector.AttributeType
		first, second hospes.Value
	}{
		{"String", connector.String, `"blue"`, `"green"`},
		{"Integer", connector.Integer, "7", "8"},
		{"Boolean", connector.Boolean, "true", "false"},
		{"DateTime", connector.String, `"2026-01-02T03:04:05Z"`, `"2027-01-02T03:04:05Z"`},
	} {
		t.Run(test.dataType, func(t *testing.T) {
			engines(t, func(t *testing.T, w *world) {
				from, to := w.extension(w.source, "badge", test.dataType), w.extension(w.target, "visitor", test.dataType)
				w.mapExtension(from.Name, to.Name, test.kind)
				anna := w.person("anna", true)
				w.setExtension(anna.ID, from, test.first)
				if c := w.cycle(); c.Created != 1 {
					t.Fatalf("counts are %+v, %+v", c, w.logged(anna))
				}
				check := func(want hospes.Value) {
					t.Helper()
					if _, got := w.twin(anna).Extension(to.Name); got != want {
						t.Errorf("the value is %s, want %s", got, want)
					}
				}
				check(test.first)
				w.setExtension(anna.ID, from, test.second)
				if c := w.cycle(); c.Updated != 1 {
					t.Errorf("counts are %+v", c)
				}
				check(test.second)
				w.change(w.source, anna.ID, "mobilePhone", "+39 1")
				w.cycle()
				if p := w.logged(anna); len(p.Modified) != 1 {
					t.Errorf("a change of something else wrote %+v", p.Modified)
				}
			})
		})
	}
}

func TestAnExtensionThatTheTargetLacksFailsOnlyThosePeople(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		from := w.extension(w.source, "badge", "String")
		w.mapExtension(from.Name, "extension_00000000000000000000000000000000_none", connector.String)
		anna := w.person("anna", true)
		w.setExtension(anna.ID, from, `"blue"`)
		w.person("bert", true)
		if c := w.cycle(); c.Created != 1 || c.Failed != 1 {
			t.Errorf("counts are %+v", c)
		}
		if p := w.logged(anna); p.ErrCode != "SchemaAttributeNotFound" {
			t.Errorf("the record is %+v", p)
		}
	})
}

func TestAnExtensionInAScopingFilter(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		from, to := w.extension(w.source, "badge", "String"), w.extension(w.target, "visitor", "String")
		w.mapExtension(from.Name, to.Name, connector.String)
		w.filter(from.Name, "blue")
		anna := w.person("anna", true)
		w.person("bert", true)
		if c := w.cycle(); c.Created != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.setExtension(anna.ID, from, `"blue"`)
		if c := w.cycle(); c.Created != 1 {
			t.Errorf("once anna has it: %+v", c)
		}
	})
}

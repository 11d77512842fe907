package dynamic_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// TestGroups7_11_ARuleAsksAboutAnAddedPropertyUntilItIsRemoved has an application's property in a rule. Once it is removed
// the rule means nothing: the members stay, and the group can still be paused, not given such a rule again.
func TestGroups7_11_ARuleAsksAboutAnAddedPropertyUntilItIsRemoved(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		var app, definition *hospes.Object
		w.update(func(tx store.Tx) (err error) {
			if app, _, err = directory.InstantiateTemplate(tx, hospes.SystemRandom(), directory.CrossTenantSyncTemplate, "Extensions"); err != nil {
				return err
			}
			list := append(edits(hospes.ExtensionPropertySchema, "name", "badge", "dataType", "String"), hospes.Edit{Property: hospes.ExtensionTargets, Value: hospes.Strings("User")})
			definition, err = directory.DefineExtension(tx, hospes.SystemRandom(), app, list)
			return err
		})
		badge := hospes.ReadExtension(definition)
		give := func(person *hospes.Object, value string) {
			w.update(func(tx store.Tx) error {
				o, err := store.FindNumber(tx, store.Live, person.Number)
				if err != nil {
					return err
				}
				return directory.UpdateUser(tx, o, []hospes.Edit{{Property: badge.Property(hospes.UserSchema), Value: hospes.String(value)}})
			})
		}
		anna, ben := w.person("anna"), w.person("ben")
		red := w.group("Red", "user."+badge.Name+` -eq "red"`)
		w.has(red)
		give(anna, "Red")
		give(ben, "blue")
		w.has(red, "anna")
		give(ben, "red")
		w.has(red, "anna", "ben")
		w.update(func(tx store.Tx) error { return directory.RetireExtension(tx, app, definition) })
		give(anna, "blue")
		w.has(red, "anna", "ben")
		w.change(red, "membershipRuleProcessingState", "Paused")
		w.has(red, "anna", "ben")
		err := w.store.Update(ctx, store.Write{Tenant: w.tenant.ID, By: tester}, func(tx store.Tx) error {
			group, err := store.FindNumber(tx, store.Live, red.Number)
			if err != nil {
				return err
			}
			return directory.UpdateGroup(tx, group, edits(hospes.GroupSchema, "membershipRule", "user."+badge.Name+` -eq "blue"`))
		})
		if hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("a rule about a property that is gone is taken: %v", err)
		}
	})
}

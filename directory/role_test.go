package directory_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// office is a tenant with a person, an application and a group that can hold roles.
type office struct {
	*tokentest.World
	tenant              hospes.Tenant
	anna, group, client *hospes.Object
}

func newOffice(t *testing.T) *office {
	t.Helper()
	w := tokentest.New(t)
	o := &office{World: w, tenant: w.Tenant("Aurora", "aurora.example")}
	o.client = w.Client(o.tenant, "Portal").Principal
	o.anna = hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	o.anna.Set(hospes.UserPrincipalName, hospes.String("anna@aurora.example"))
	o.group = hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(hospes.SystemRandom()))
	o.group.Set(hospes.GroupAssignableToRole, hospes.True)
	w.Update(o.tenant, func(tx store.Tx) error { return tx.Put(o.anna, o.group) })
	return o
}

func (o *office) view(fn func(store.Reader) error) {
	o.Helper()
	if err := o.Store.View(o.Context(), o.tenant.ID, fn); err != nil {
		o.Fatal(err)
	}
}

func TestRoleTemplates_ByOneselfAndByAGroup(t *testing.T) {
	o := newOffice(t)
	held := func() (list []string) {
		o.view(func(r store.Reader) (err error) {
			list, err = directory.RoleTemplates(r, o.anna.Number)
			return err
		})
		return list
	}
	if got := held(); len(got) != 0 {
		t.Fatalf("somebody without a role holds %v", got)
	}
	var role *hospes.Object
	o.Update(o.tenant, func(tx store.Tx) (err error) {
		if role, _, err = directory.ActivateRole(tx, hospes.SystemRandom(), hospes.UserAdministrator.ID); err != nil {
			return err
		}
		if err := directory.AddToRole(tx, role, o.group); err != nil {
			return err
		}
		return directory.AddMembers(tx, o.group, o.anna)
	})
	if got := held(); len(got) != 1 || got[0] != hospes.UserAdministrator.ID {
		t.Fatalf("by the group: %v", got)
	}
	o.Update(o.tenant, func(tx store.Tx) error { return tx.Delete(o.group) })
	if got := held(); len(got) != 0 {
		t.Fatalf("a group in the bin still gives %v", got)
	}
	o.Update(o.tenant, func(tx store.Tx) error { return directory.AddToRole(tx, role, o.anna) })
	if got := held(); len(got) != 1 {
		t.Fatalf("by oneself: %v", got)
	}
}

func TestRemoveFromRole_KeepsTheLastGlobalAdministrator(t *testing.T) {
	o := newOffice(t)
	var role *hospes.Object
	o.Update(o.tenant, func(tx store.Tx) (err error) {
		if role, _, err = directory.ActivateRole(tx, hospes.SystemRandom(), hospes.GlobalAdministrator.ID); err != nil {
			return err
		}
		return directory.AddToRole(tx, role, o.anna)
	})
	remove := func() error {
		return o.Store.Update(o.Context(), store.Write{Tenant: o.tenant.ID, By: hospes.By{Cause: hospes.CauseAPI}}, func(tx store.Tx) error {
			return directory.RemoveFromRole(tx, role, o.anna)
		})
	}
	if hospes.KindOf(remove()) != hospes.KindInvalid {
		t.Fatal("the last Global Administrator could be removed")
	}
	o.Update(o.tenant, func(tx store.Tx) error { return directory.AddToRole(tx, role, o.client) })
	if err := remove(); err != nil {
		t.Fatal(err)
	}
}

func TestGrantedScopes_OfEverybodyAndOfOnePerson(t *testing.T) {
	o := newOffice(t)
	graph := func(r store.Reader) *hospes.Object {
		sp, err := store.FindHolder(r, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			t.Fatal(err)
		}
		return sp
	}
	granted := func(user *hospes.Object) (list []string) {
		o.view(func(r store.Reader) (err error) {
			list, err = directory.GrantedScopes(r, o.client, graph(r), user)
			return err
		})
		return list
	}
	grant := func(user *hospes.Object, scopes ...string) error {
		return o.Store.Update(o.Context(), store.Write{Tenant: o.tenant.ID, By: hospes.By{Cause: hospes.CauseAPI}}, func(tx store.Tx) error {
			_, err := directory.GrantScopes(tx, hospes.SystemRandom(), o.client, graph(tx), user, scopes)
			return err
		})
	}
	for _, scopes := range [][]string{{"user.read"}, {"openid", "User.Read"}} {
		if err := grant(o.anna, scopes...); err != nil {
			t.Fatal(err)
		}
	}
	if err := grant(nil, "Group.Read.All"); err != nil {
		t.Fatal(err)
	}
	if got := granted(o.anna); len(got) != 3 || got[0] != "Group.Read.All" || got[1] != "User.Read" || got[2] != "openid" {
		t.Errorf("Anna: %v", got)
	}
	stranger := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	if got := granted(stranger); len(got) != 1 || got[0] != "Group.Read.All" {
		t.Errorf("everybody: %v", got)
	}
	if err := grant(nil, "Nothing.Like.That"); hospes.KindOf(err) != hospes.KindInvalid {
		t.Errorf("an unknown scope: %v", err)
	}
	// a person who goes for good takes their consents along
	o.Update(o.tenant, func(tx store.Tx) error { return tx.Delete(o.anna) })
	o.Update(o.tenant, func(tx store.Tx) error { return directory.Purge(tx, o.anna) })
	if got := granted(o.anna); len(got) != 1 {
		t.Errorf("after the purge: %v", got)
	}
}

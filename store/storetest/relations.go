package storetest

import (
	"fmt"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func testRelations(t *testing.T, open Open) {
	f := setUp(t, open)
	g := group("G")
	var users []*hospes.Object
	for i := range 5 {
		users = append(users, user(fmt.Sprintf("u%d", i), "aurora.example"))
	}
	f.put(f.aurora, append(users, g)...)
	member := func(i int) hospes.Tie {
		return hospes.Tie{Relation: hospes.RelationMember, From: g.Number, To: users[i].Number}
	}
	f.update(f.aurora, func(tx store.Tx) error {
		added, err := tx.Relate(member(0), member(1), member(2), member(0))
		if len(added) != 3 {
			t.Errorf("%d added, want 3", len(added))
		}
		return err
	})
	f.update(f.aurora, func(tx store.Tx) error {
		removed, err := tx.Unrelate(member(1), member(4))
		if len(removed) != 1 {
			t.Errorf("%d removed, want 1", len(removed))
		}
		return err
	})
	f.view(f.aurora, func(r store.Reader) {
		first, err := r.RelatedFirst(hospes.RelationMember, false, 1, g.Number, users[0].Number)
		f.must(err)
		if len(first) != 1 || first[0] != member(0) {
			t.Errorf("the first member is %v", first)
		}
		var all []hospes.Number
		for _, u := range users {
			all = append(all, u.Number)
		}
		first, err = r.RelatedFirst(hospes.RelationMember, true, 5, all...)
		f.must(err)
		if len(first) != 2 || first[0] != member(0) || first[1] != member(2) {
			t.Errorf("the first groups are %v", first)
		}
		page, err := r.List(store.Query{Via: &store.Via{Relation: hospes.RelationMember, Of: g.Number}})
		f.must(err)
		if len(page.Documents) != 2 || page.Documents[0].ID != users[0].ID || page.Documents[1].ID != users[2].ID {
			t.Errorf("members are %v", page.Documents)
		}
		page, err = r.List(store.Query{Schema: hospes.GroupSchema, Via: &store.Via{Relation: hospes.RelationMember, Of: users[0].Number, Reverse: true}})
		f.must(err)
		if len(page.Documents) != 1 || page.Documents[0].ID != g.ID {
			t.Errorf("groups are %v", page.Documents)
		}
		between, err := r.RelatedBetween(hospes.RelationMember, []hospes.Number{g.Number}, users[0].Number, users[4].Number, 10)
		f.must(err)
		if fmt.Sprint(between) != fmt.Sprint([]hospes.Number{users[2].Number}) {
			t.Errorf("between are %v", between)
		}
		changes, err := r.Changes(6, 10)
		f.must(err)
		if len(changes) != 4 || changes[3].Operation != hospes.OperationUnrelate || changes[3].ID != g.ID || changes[3].Other != users[1].Number {
			t.Errorf("changes are %v", changes)
		}
	})
	err := f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
		_, err := tx.Relate(hospes.Tie{Relation: hospes.RelationMember, From: g.Number, To: hospes.MakeNumber(f.boreas.Number, hospes.ClassUser, 1)})
		return err
	})
	f.wantKind(err, hospes.KindInternal)
}

func testAssignments(t *testing.T, open Open) {
	f := setUp(t, open)
	sp := hospes.NewObject(hospes.ServicePrincipalSchema, hospes.NewObjectID(hospes.SystemRandom()))
	sp.Set(hospes.PrincipalAppID, hospes.String("0c9d9d9e-0000-4000-8000-000000000001"))
	sp.Set(hospes.PrincipalDisplayName, hospes.String("Borealis"))
	u := user("anna", "aurora.example")
	f.put(f.aurora, sp, u)
	assign := func(id string) error {
		return f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
			_, err := tx.Assign(hospes.Assignment{ID: id, Principal: u.Number, Resource: sp.Number, Created: Start})
			return err
		})
	}
	f.must(assign("one"))
	f.wantKind(assign("two"), hospes.KindConflict)
	f.view(f.aurora, func(r store.Reader) {
		a, err := r.Assignment("one")
		f.must(err)
		if a.Principal != u.Number || a.Resource != sp.Number || !a.Created.Equal(Start) {
			t.Errorf("assignment is %v", a)
		}
		_, err = r.Assignment("two")
		f.wantKind(err, hospes.KindNotFound)
		to, err := r.AssignedTo(sp.Number, hospes.Assignment{}, 10)
		f.must(err)
		of, err := r.AssignmentsOf(u.Number)
		f.must(err)
		between, err := r.AssignmentsBetween(sp.Number, u.Number-1, u.Number+1)
		f.must(err)
		if len(to) != 1 || len(of) != 1 || len(between) != 1 {
			t.Errorf("to %v, of %v, between %v", to, of, between)
		}
		changes, err := r.Changes(2, 10)
		f.must(err)
		if len(changes) != 1 || changes[0].Operation != hospes.OperationAssign || changes[0].Other != u.Number || changes[0].ID != sp.ID {
			t.Errorf("changes are %v", changes)
		}
	})
	tenants, err := f.TenantsOfApp(ctx, "0C9D9D9E-0000-4000-8000-000000000001")
	f.must(err)
	if len(tenants) != 1 || tenants[0].ID != f.aurora.ID {
		t.Errorf("the application is known in %v", tenants)
	}
	f.update(f.aurora, func(tx store.Tx) error {
		a, err := tx.Assignment("one")
		if err != nil {
			return err
		}
		return tx.Unassign(a)
	})
	f.must(assign("three"))
	testAssignedTo(t, f, sp)
}

// testAssignedTo goes through the assignments of a resource page by page: each once, where some principals have two roles.
func testAssignedTo(t *testing.T, f *fixture, sp *hospes.Object) {
	want := map[string]bool{"three": true}
	f.update(f.aurora, func(tx store.Tx) error {
		for i := range 7 {
			u := user(fmt.Sprint("assigned", i), "aurora.example")
			if err := tx.Put(u); err != nil {
				return err
			}
			for role := range 1 + i%2 {
				id := fmt.Sprint(i, "-", role)
				want[id] = true
				if _, err := tx.Assign(hospes.Assignment{ID: id, Principal: u.Number, Resource: sp.Number, RoleID: hospes.ObjectID{15: byte(role)}, Created: Start}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	f.view(f.aurora, func(r store.Reader) {
		var after hospes.Assignment
		for {
			page, err := r.AssignedTo(sp.Number, after, 2)
			f.must(err)
			for _, a := range page {
				if !want[a.ID] {
					t.Errorf("%s is given twice, or is none of the resource", a.ID)
				}
				delete(want, a.ID)
			}
			if len(page) < 2 {
				break
			}
			after = page[1]
		}
	})
	if len(want) > 0 {
		t.Errorf("no page has %v", want)
	}
}

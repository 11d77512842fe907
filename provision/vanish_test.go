package provision_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// managerOf gives the name of somebody's manager in the target; "" for nobody.
func (w *world) managerOf(source *hospes.Object) (name string) {
	w.Helper()
	twin := w.twin(source)
	if twin == nil {
		return ""
	}
	w.view(w.target, func(r store.Reader) error {
		ties, err := r.Related(hospes.RelationManager, twin.Number)
		if err != nil || len(ties) == 0 {
			return err
		}
		manager, err := store.FindNumber(r, store.Live, ties[0].To)
		if err == nil {
			name = manager.Text(hospes.UserDisplayName)
		}
		return err
	})
	return name
}

func TestManagers_ThreeInACircle(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.engine.BatchSize = 1 // so that nobody comes together with the manager
		circle := []*hospes.Object{w.person("anna", true), w.person("ben", true), w.person("cleo", true)}
		for i, p := range circle {
			w.manager(p, circle[(i+1)%3])
		}
		if c := w.cycle(); c.Created != 3 || c.Failed != 0 {
			t.Errorf("counts are %+v", c)
		}
		for i, p := range circle {
			want := circle[(i+1)%3].Text(hospes.UserDisplayName)
			if got := w.managerOf(p); got != want {
				t.Errorf("the manager is %q, want %s", got, want)
			}
		}
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("the next cycle did %+v", c)
		}
		w.drop(w.source, circle[1].ID, false)
		if c := w.cycle(); c.Deleted != 1 || c.Failed != 0 {
			t.Errorf("without ben: %+v", c)
		}
		if got := w.managerOf(circle[2]); got != "anna" {
			t.Errorf("cleo's manager is %q", got)
		}
	})
}

// ownManager makes somebody their own manager, as no use case does.
func (w *world) ownManager(p *hospes.Object) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error {
		_, err := tx.Relate(hospes.Tie{Relation: hospes.RelationManager, From: p.Number, To: p.Number})
		return err
	})
}

func TestManagers_SomebodyWhoIsTheirOwn(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, ben := w.person("anna", true), w.person("ben", true)
		err := w.store.Update(ctx, store.Write{Tenant: w.source.ID, By: tester}, func(tx store.Tx) error { return directory.SetManager(tx, anna, anna) })
		if hospes.KindOf(err) != hospes.KindInvalid {
			t.Errorf("the directory takes it: %v", err)
		}
		w.ownManager(anna)
		w.manager(ben, anna)
		if c := w.cycle(); c.Created != 2 || c.Failed != 0 {
			t.Errorf("counts are %+v", c)
		}
		if a, b := w.managerOf(anna), w.managerOf(ben); a != "" || b != "anna" {
			t.Errorf("anna's manager is %q, ben's %q", a, b)
		}
		if c := w.cycle(); c.Exported() != 0 || c.Failed != 0 {
			t.Errorf("the next cycle did %+v", c)
		}
	})
}

func TestRemote_SomebodyWhoIsTheirOwnManager(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna, ben := w.person("anna", true), w.person("ben", true)
		w.ownManager(anna)
		w.manager(ben, anna)
		if c := w.cycle(); c.Created != 2 || c.Failed != 0 {
			t.Errorf("counts are %+v", c)
		}
		w.expect(w.entry(anna), "manager", "")
		w.expect(w.entry(ben), "manager", w.entry(anna).ID())
	})
}

// paged is a store on which something happens before a page of the members of a group is gone through.
type paged struct {
	store.Store
	w      *world
	page   int
	happen func()
}

func (s *paged) UpdatePair(ctx context.Context, source, target store.Write, fn func(source, target store.Tx) error) error {
	if c := s.w.status().Cycle; c != nil && c.Phase == hospes.PhaseMembers {
		if s.page--; s.page == 0 {
			s.happen()
		}
	}
	return s.Store.UpdatePair(ctx, source, target, fn)
}

// TestGroups_MembersThatVanishBetweenTwoPages deletes most of a group while the engine goes through it page by page.
func TestGroups_MembersThatVanishBetweenTwoPages(t *testing.T) {
	const stay, vanish, page = 50, 2000, 100
	for name, way := range map[string]struct{ source, target, forGood bool }{
		"from the source into the bin": {source: true},
		"from the source for good":     {source: true, forGood: true},
		"from the target into the bin": {target: true},
		"from the target for good":     {target: true, forGood: true},
		"from both for good":           {source: true, target: true, forGood: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, openSQLite)
			w.withGroups()
			w.engine.BatchSize = page
			w.fill(stay + vanish)
			paging := &paged{Store: w.store, w: w, page: 4, happen: func() {
				if way.source {
					w.dropAfter(w.source, stay, way.forGood)
				}
				if way.target {
					w.dropAfter(w.target, stay, way.forGood)
				}
			}}
			w.engine.Store = paging
			if c := w.cycle(); c.Failed != 0 || c.Created != stay+vanish+1 || paging.page >= 0 {
				t.Fatalf("counts are %+v; %d pages until they vanish", c, paging.page)
			}
			w.cycle()
			if group, members := w.targetGroup(w.group); group == nil || len(members) != stay {
				t.Errorf("%d are in the group, want %d", len(members), stay)
			}
			if n := w.count(w.target); n != stay {
				t.Errorf("%d are in the target, want %d", n, stay)
			}
			w.checkOnce(stay + vanish + 1)
			if c := w.cycle(); c.Exported() != 0 || c.Failed != 0 {
				t.Errorf("the last cycle did %+v", c)
			}
		})
	}
}

// dropAfter deletes the people of a tenant but for the first ones.
func (w *world) dropAfter(in hospes.Tenant, stay int, forGood bool) {
	w.Helper()
	w.update(in, func(tx store.Tx) error {
		page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: 1 << 20})
		if err != nil {
			return err
		}
		slices.SortFunc(page.Documents, func(a, b hospes.Document) int { return cmp.Compare(a.Number, b.Number) })
		for _, d := range page.Documents[stay:] {
			user, err := d.Object()
			if err != nil {
				return err
			}
			if err := directory.DeleteUser(tx, user); err != nil {
				return err
			}
			if forGood {
				if err := tx.Purge(user); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// checkOnce proves that everything was created once, that no two links lead to the same object, and that the audit chains
// hold.
func (w *world) checkOnce(objects int) {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		if err != nil {
			return err
		}
		links, err := r.LinksBetween(job.Number, 0, 1<<62, false, 1<<20)
		if err != nil {
			return err
		}
		targets := map[string]bool{}
		for _, l := range links {
			if targets[l.TargetID] {
				w.Errorf("two links lead to %s", l.TargetID)
			}
			targets[l.TargetID] = true
		}
		created := map[hospes.ObjectID]int{}
		records, err := r.Provisionings(store.LogQuery{Limit: 1 << 20})
		for _, p := range records {
			if p.Action == hospes.ActionCreate && p.Outcome == hospes.OutcomeSuccess {
				created[p.SourceID]++
			}
		}
		for id, n := range created {
			if n != 1 {
				w.Errorf("%s was created %d times", id, n)
			}
		}
		if len(created) != objects {
			w.Errorf("%d creations are logged, want %d", len(created), objects)
		}
		return err
	})
	w.checkChains()
}

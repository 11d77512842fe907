package connectortest

import (
	"context"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// Subject is a target under test.
type Subject struct {
	Directory *connector.Directory
	Target    connector.Target
	Match     int                                 // the slot to match by
	Person    func(name string) []connector.Value // what makes a person, the matching attribute included
	Change    func(title string) connector.Value  // another value of an attribute that is free
}

// Run proves a target against the contract.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"directory":                  testDirectory,
		"nobody":                     testNobody,
		"create, read, match":        testCreate,
		"update writes what differs": testUpdate,
		"delete and restore":         testDelete,
		"references":                 testRefer,
		"one failure stops nobody":   testFailure,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var ctx = context.Background()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s Subject) create(t *testing.T, names ...string) []*connector.Write {
	t.Helper()
	writes := make([]*connector.Write, len(names))
	for i, name := range names {
		writes[i] = &connector.Write{Operation: connector.Create, Values: s.Person(name)}
	}
	must(t, s.Target.Apply(ctx, writes))
	for i, w := range writes {
		if w.Failure != nil || w.Done == nil || w.Done.ID() == "" {
			t.Fatalf("%s was not created: %+v", names[i], w)
		}
	}
	return writes
}

func (s Subject) read(t *testing.T, ids ...string) []connector.Entry {
	t.Helper()
	list, err := s.Target.Read(ctx, ids)
	must(t, err)
	if len(list) != len(ids) {
		t.Fatalf("%d entries for %d ids", len(list), len(ids))
	}
	return list
}

func (s Subject) key(name string) hospes.Value {
	for _, v := range s.Person(name) {
		if v.Slot == s.Match {
			return v.Value
		}
	}
	return hospes.Null
}

func testDirectory(t *testing.T, s Subject) {
	anchors := 0
	for i, a := range s.Directory.Attributes {
		if slot, ok := s.Directory.Slot(a.Name); !ok || slot != i {
			t.Errorf("the slot of %s is %d, want %d", a.Name, slot, i)
		}
		if a.Anchor {
			anchors++
		}
	}
	if anchors != 1 {
		t.Errorf("%d attributes are the anchor", anchors)
	}
	if m := s.Directory.Traits.Manager; m >= 0 && s.Directory.Attributes[m].Type != connector.Reference {
		t.Error("the manager is no reference")
	}
}

func testNobody(t *testing.T, s Subject) {
	if s.read(t, "no such id", "00000000-0000-4000-8000-000000000000")[0] != nil {
		t.Error("an unknown id found somebody")
	}
	if found, err := s.Target.Match(ctx, s.Match, []hospes.Value{s.key("nobody")}); err != nil || len(found) != 1 || len(found[0]) != 0 {
		t.Errorf("an unknown value found %v, %v", found, err)
	}
	must(t, s.Target.Apply(ctx, nil))
}

func testCreate(t *testing.T, s Subject) {
	made := s.create(t, "anna", "bert")
	list := s.read(t, made[1].Done.ID(), "gone", made[0].Done.ID())
	if list[0] == nil || list[1] != nil || list[2] == nil || list[2].ID() != made[0].Done.ID() || list[0].InBin() {
		t.Fatalf("read gave %v", list)
	}
	for _, w := range made {
		if len(w.Modified) == 0 {
			t.Error("a create says nothing of what it wrote")
		}
	}
	found, err := s.Target.Match(ctx, s.Match, []hospes.Value{s.key("carl"), s.key("anna")})
	must(t, err)
	if len(found) != 2 || len(found[0]) != 0 || len(found[1]) != 1 || found[1][0].ID() != made[0].Done.ID() {
		t.Errorf("match gave %v", found)
	}
}

func testUpdate(t *testing.T, s Subject) {
	anna := s.create(t, "anna")[0].Done
	change := s.Change("Chemist")
	w := &connector.Write{Operation: connector.Update, Entry: anna, Values: []connector.Value{change}}
	must(t, s.Target.Apply(ctx, []*connector.Write{w}))
	if w.Failure != nil || w.Done == nil || len(w.Modified) != 1 || w.Modified[0].New != change.Value {
		t.Fatalf("the update gave %+v", w)
	}
	after := s.read(t, anna.ID())[0]
	if after.Value(change.Slot) != change.Value {
		t.Errorf("the value is %s", after.Value(change.Slot))
	}
	again := &connector.Write{Operation: connector.Update, Entry: after, Values: []connector.Value{change}}
	must(t, s.Target.Apply(ctx, []*connector.Write{again}))
	if again.Failure != nil || len(again.Modified) != 0 {
		t.Errorf("the same update again gave %+v", again)
	}
}

func testDelete(t *testing.T, s Subject) {
	anna := s.create(t, "anna")[0].Done
	w := &connector.Write{Operation: connector.Delete, Entry: anna}
	must(t, s.Target.Apply(ctx, []*connector.Write{w}))
	if w.Failure != nil || !w.Answered() {
		t.Fatalf("the deletion gave %+v", w)
	}
	after := s.read(t, anna.ID())[0]
	if found, err := s.Target.Match(ctx, s.Match, []hospes.Value{s.key("anna")}); err != nil || len(found[0]) != 0 {
		t.Errorf("a deleted person matches: %v, %v", found, err)
	}
	if s.Directory.Traits.Leaving != connector.LeaveToBin {
		if after != nil {
			t.Error("a deleted person is still there")
		}
		return
	}
	if after == nil || !after.InBin() || after.LeftBySelf() {
		t.Fatalf("the deleted person is %v", after)
	}
	back := &connector.Write{Operation: connector.Restore, Entry: after, Values: []connector.Value{s.Change("Back")}}
	must(t, s.Target.Apply(ctx, []*connector.Write{back}))
	if e := s.read(t, anna.ID())[0]; back.Failure != nil || e == nil || e.InBin() || e.Value(s.Change("").Slot) != s.Change("Back").Value {
		t.Errorf("the restored person is %v, the write %+v", e, back)
	}
}

func testRefer(t *testing.T, s Subject) {
	referrer, able := s.Target.(connector.Referrer)
	if !able {
		return
	}
	made := s.create(t, "anna", "bert")
	for i, changed := range []bool{true, false} {
		ref := &connector.Ref{
			Slot: s.Directory.Traits.Manager, HolderID: made[0].Done.ID(), Holder: made[0].Done.Number(), ToID: made[1].Done.ID(), To: made[1].Done.Number(),
		}
		must(t, referrer.Refer(ctx, []*connector.Ref{ref}))
		if ref.Changed != changed {
			t.Errorf("reference %d: changed is %v", i, ref.Changed)
		}
	}
}

func testFailure(t *testing.T, s Subject) {
	anna := s.create(t, "anna")[0].Done
	remove := &connector.Write{Operation: connector.Delete, Entry: anna}
	must(t, s.Target.Apply(ctx, []*connector.Write{remove}))
	writes := []*connector.Write{
		{Operation: connector.Update, Entry: anna, Values: []connector.Value{s.Change("Ghost")}},
		{Operation: connector.Create, Values: s.Person("bert")},
	}
	if s.Directory.Traits.Leaving == connector.LeaveToBin { // somebody in the bin can still be written
		writes = writes[1:]
	}
	must(t, s.Target.Apply(ctx, writes))
	if bert := writes[len(writes)-1]; bert.Failure != nil || bert.Done == nil {
		t.Errorf("bert was not created: %+v", bert)
	}
	if len(writes) == 2 && writes[0].Failure == nil {
		t.Error("a person who is gone was updated")
	}
}

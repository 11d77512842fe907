package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// testRules keeps how far groups follow their rules, each tenant by itself.
func testRules(t *testing.T, open Open) {
	f := setUp(t, open)
	group := hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(hospes.SystemRandom()))
	other := hospes.NewObject(hospes.GroupSchema, hospes.NewObjectID(hospes.SystemRandom()))
	f.update(f.aurora, func(tx store.Tx) error { return tx.Put(group, other) })
	want := func(in hospes.Tenant, seq hospes.Seq, known bool, list ...store.GroupRule) {
		t.Helper()
		f.view(in, func(r store.Reader) {
			rules, err := r.GroupRules()
			f.must(err)
			at, found, err := r.RuleWatermark()
			f.must(err)
			if at != seq || found != known || !slices.Equal(rules, list) {
				t.Errorf("%s has %v up to %d (%v), not %v up to %d", in.DisplayName, rules, at, found, list, seq)
			}
		})
	}
	want(f.aurora, 0, false)
	lease, err := f.Acquire(ctx, "rules", "one", time.Minute)
	f.must(err)
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.PutGroupRules(store.GroupRule{Group: group.Number, Position: 7}, store.GroupRule{Group: other.Number}); err != nil {
			return err
		}
		return tx.PutRuleWatermark(5, lease)
	})
	want(f.aurora, 5, true, store.GroupRule{Group: group.Number, Position: 7}, store.GroupRule{Group: other.Number})
	want(f.boreas, 0, false)
	f.update(f.boreas, func(tx store.Tx) error { return tx.DeleteGroupRules(group.Number) })
	f.update(f.aurora, func(tx store.Tx) error {
		if err := tx.PutGroupRules(store.GroupRule{Group: group.Number}); err != nil {
			return err
		}
		return tx.Purge(other)
	})
	want(f.aurora, 5, true, store.GroupRule{Group: group.Number})
	f.must(f.Release(ctx, lease))
	if _, err := f.Acquire(ctx, "rules", "two", time.Minute); err != nil {
		t.Fatal(err)
	}
	f.wantKind(f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error { return tx.PutRuleWatermark(6, lease) }), hospes.KindPrecondition)
	f.update(f.aurora, func(tx store.Tx) error { return tx.DeleteGroupRules(group.Number) })
	want(f.aurora, 5, true)
}

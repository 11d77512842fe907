package dynamic_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/dynamic"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var (
	ctx    = context.Background()
	tester = hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseAPI}
	start  = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// world is a tenant whose groups are kept to their rules.
type world struct {
	testing.TB
	store     *sqlstore.Store
	clock     *hospes.ManualClock
	processor *dynamic.Processor
	tenant    hospes.Tenant
	names     map[hospes.Number]string
}

// engines runs a test on both stores.
func engines(t *testing.T, test func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newWorld(t, filepath.Join(t.TempDir(), "hospes.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, newWorld(t, "")) })
}

// newWorld makes the tenant in a file, or without one on PostgreSQL.
func newWorld(t testing.TB, file string) *world {
	t.Helper()
	w := openWorld(t, file)
	var err error
	w.tenant, err = directory.CreateTenant(ctx, w.store, hospes.SystemRandom(), tester, hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"}, nil)
	w.must(err)
	return w
}

func openWorld(t testing.TB, file string) *world {
	t.Helper()
	w := &world{TB: t, clock: hospes.NewManualClock(start), names: map[hospes.Number]string{}}
	var err error
	if file != "" {
		w.store, err = sqlstore.OpenSQLite(ctx, file, sqlstore.Options{Clock: w.clock})
	} else {
		w.store, err = sqlstore.OpenPostgres(ctx, pgtest.Database(t), sqlstore.Options{Clock: w.clock})
	}
	w.must(err)
	t.Cleanup(func() { w.must(w.store.Close()) })
	w.processor = &dynamic.Processor{Store: w.store, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Node: "test", Poll: 10 * time.Millisecond}
	return w
}

// openProcessor makes a processor of another node.
func openProcessor(w *world, node string) *dynamic.Processor {
	return &dynamic.Processor{Store: w.store, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Node: node}
}

// leaseLife is longer than a lease lives.
const leaseLife = 2 * time.Minute

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(fn func(tx store.Tx) error) {
	w.Helper()
	w.must(w.store.Update(ctx, store.Write{Tenant: w.tenant.ID, By: tester}, fn))
}

func (w *world) view(fn func(r store.Reader) error) {
	w.Helper()
	w.must(w.store.View(ctx, w.tenant.ID, fn))
}

// edits makes edits of pairs of names and values.
func edits(s *hospes.Schema, pairs ...any) (list []hospes.Edit) {
	for i := 0; i < len(pairs); i += 2 {
		v, ok := pairs[i+1].(hospes.Value)
		if !ok {
			v = hospes.JSON(pairs[i+1])
		}
		list = append(list, hospes.Edit{Property: s.Must(pairs[i].(string)), Value: v})
	}
	return list
}

// person makes somebody of aurora.example.
func (w *world) person(name string, more ...any) (user *hospes.Object) {
	w.Helper()
	w.update(func(tx store.Tx) (err error) {
		user, err = directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, append([]any{"accountEnabled", true,
			"displayName", name, "mailNickname", name, "userPrincipalName", name + "@aurora.example"}, more...)...), false)
		return err
	})
	w.names[user.Number] = name
	return user
}

// fill makes many people at once; every second one is in Sales.
func (w *world) fill(n int) {
	w.Helper()
	for from := 0; from < n; from += 1000 {
		w.update(func(tx store.Tx) error {
			var batch [][]hospes.Edit
			for i := from; i < min(from+1000, n); i++ {
				name := fmt.Sprintf("p%06d", i)
				batch = append(batch, edits(hospes.UserSchema, "accountEnabled", true, "displayName", name, "mailNickname", name,
					"userPrincipalName", name+"@aurora.example", "department", []string{"Sales", "Legal"}[i%2], "city", "Bergen", "jobTitle", "Baker"))
			}
			_, refused, err := directory.CreateUsers(tx, hospes.SystemRandom(), batch, false)
			for _, err := range refused {
				return err
			}
			return err
		})
	}
}

// count gives how many members a group has.
func (w *world) count(group hospes.Number) (n int) {
	w.Helper()
	w.view(func(r store.Reader) error {
		ties, err := r.Related(hospes.RelationMember, group)
		n = len(ties)
		return err
	})
	return n
}

// group makes a group; without a rule an assigned one.
func (w *world) group(name, rule string) (group *hospes.Object) {
	w.Helper()
	list := edits(hospes.GroupSchema, "displayName", name, "mailNickname", "team", "mailEnabled", false, "securityEnabled", true)
	if rule != "" {
		list = append(list, edits(hospes.GroupSchema, "groupTypes", []string{hospes.GroupTypeDynamic}, "membershipRule", rule, "membershipRuleProcessingState", "On")...)
	}
	w.update(func(tx store.Tx) (err error) {
		group, err = directory.CreateGroup(tx, hospes.SystemRandom(), list)
		return err
	})
	w.names[group.Number] = name
	return group
}

// change edits a user or a group.
func (w *world) change(of *hospes.Object, pairs ...any) {
	w.Helper()
	w.update(func(tx store.Tx) error {
		o, err := store.FindNumber(tx, store.Live, of.Number)
		if err != nil {
			return err
		}
		if o.Schema == hospes.GroupSchema {
			return directory.UpdateGroup(tx, o, edits(hospes.GroupSchema, pairs...))
		}
		return directory.UpdateUser(tx, o, edits(hospes.UserSchema, pairs...))
	})
}

// process works until nothing is left, and answers in how many steps.
func (w *world) process() (steps int) {
	w.Helper()
	for range 1000 {
		worked, err := w.processor.Step(ctx, w.tenant.ID)
		w.must(err)
		if !worked {
			return steps
		}
		steps++
	}
	w.Fatal("the processor does not come to rest")
	return 0
}

// members gives the names of the members of a group, in order.
func (w *world) members(group *hospes.Object) (names []string) {
	w.Helper()
	w.view(func(r store.Reader) error {
		ties, err := r.Related(hospes.RelationMember, group.Number)
		for _, t := range ties {
			if live, err := r.Numbered(store.Live, t.To); err != nil || live[0].Schema != nil {
				names = append(names, w.names[t.To])
			}
		}
		return err
	})
	slices.Sort(names)
	return names
}

// has processes, and compares the members.
func (w *world) has(group *hospes.Object, want ...string) {
	w.Helper()
	w.process()
	if got := w.members(group); !slices.Equal(got, want) {
		w.Errorf("%s has the members %v, not %v", w.names[group.Number], got, want)
	}
}

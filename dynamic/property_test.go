package dynamic_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/rule"
	"github.com/hospes-dev/hospes/store"
)

// TestProperty_TheMembersAreThoseWhomTheRuleTakes does at random what can happen to people, groups and rules, with the
// processor stopping in between wherever it is, and compares the members with those whom each rule takes when it is asked
// about everybody.
func TestProperty_TheMembersAreThoseWhomTheRuleTakes(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		l := &life{world: w, random: rand.New(rand.NewPCG(seed, 0))}
		for range 12 {
			l.newPerson()
		}
		l.teams = []*hospes.Object{l.group("team0", ""), l.group("team1", "")}
		for i := range 5 {
			l.groups = append(l.groups, l.group(fmt.Sprintf("rule%d", i), l.rule()))
		}
		for round := range 40 {
			for range 1 + l.random.IntN(6) {
				l.act()
				if l.random.IntN(3) == 0 {
					_, err := l.processor.Step(ctx, l.tenant.ID)
					l.must(err)
				}
			}
			l.process()
			if l.compare(); t.Failed() {
				t.Fatalf("in round %d", round)
			}
		}
	})
}

type life struct {
	*world
	random *rand.Rand
	people []*hospes.Object
	binned []*hospes.Object
	teams  []*hospes.Object
	groups []*hospes.Object // dynamic
}

func (l *life) one(list []*hospes.Object) *hospes.Object { return list[l.random.IntN(len(list))] }

func (l *life) text(of ...string) string { return of[l.random.IntN(len(of))] }

func (l *life) newPerson() {
	l.people = append(l.people, l.person(fmt.Sprintf("p%03d", len(l.names)), "department", l.text("Sales", "Legal", "Ops"), "city", l.text("Rome", "Oslo")))
}

func (l *life) rule() string {
	switch l.random.IntN(5) {
	case 0:
		return fmt.Sprintf(`Direct Reports for "%s"`, l.one(l.people).ID)
	case 1:
		return fmt.Sprintf(`user.memberOf -any (group.objectId -in ['%s','%s'])`, l.one(l.teams).ID, l.one(l.teams).ID)
	case 2:
		return fmt.Sprintf(`user.department -%s "%s"`, l.text("eq", "ne", "startsWith", "notContains"), l.text("sales", "Le"))
	case 3:
		return fmt.Sprintf(`user.otherMails -any (_ -endsWith "@%s.example") -or user.city -eq "%s"`, l.text("a", "b"), l.text("Rome", "Oslo"))
	}
	return fmt.Sprintf(`-not (user.department -in ["%s"]) -and user.accountEnabled -eq true`, l.text("Sales", "Ops"))
}

// fresh runs fn on an object as it is now.
func (l *life) fresh(bin store.Bin, o *hospes.Object, fn func(tx store.Tx, now *hospes.Object) error) {
	l.Helper()
	l.update(func(tx store.Tx) error {
		now, err := store.FindNumber(tx, bin, o.Number)
		if err != nil {
			return err
		}
		return fn(tx, now)
	})
}

func (l *life) act() {
	l.Helper()
	somebody, i := l.one(l.people), l.random.IntN(len(l.people))
	switch l.random.IntN(12) {
	case 0, 1:
		l.change(somebody, "department", l.text("Sales", "Legal", "Ops"))
	case 2:
		l.change(somebody, "city", l.text("Rome", "Oslo"), "accountEnabled", l.random.IntN(4) > 0)
	case 3:
		l.change(somebody, "otherMails", []string{"x@" + l.text("a", "b", "c") + ".example"})
	case 4:
		l.change(somebody, "jobTitle", l.text("Baker", "Chemist"))
	case 5:
		l.newPerson()
	case 6:
		if len(l.people) > 5 {
			l.fresh(store.Live, somebody, directory.DeleteUser)
			at := slices.Index(l.people, somebody)
			l.people, l.binned = slices.Delete(l.people, at, at+1), append(l.binned, somebody)
		}
	case 7:
		if len(l.binned) > 0 {
			back := l.one(l.binned)
			at := slices.Index(l.binned, back)
			l.binned = slices.Delete(l.binned, at, at+1)
			if l.random.IntN(3) == 0 {
				l.fresh(store.InBin, back, directory.Purge)
				return
			}
			l.fresh(store.InBin, back, directory.Restore)
			l.people = append(l.people, back)
		}
	case 8:
		if boss := l.people[i]; boss != somebody {
			l.update(func(tx store.Tx) error { return directory.SetManager(tx, somebody, boss) })
		}
	case 9:
		team := l.one(l.teams)
		if slices.Contains(l.members(team), l.names[somebody.Number]) {
			l.update(func(tx store.Tx) error { return directory.RemoveMember(tx, team, somebody) })
		} else {
			l.update(func(tx store.Tx) error { return directory.AddMembers(tx, team, somebody) })
		}
	case 10:
		l.change(l.one(l.groups), "membershipRule", l.rule())
	case 11:
		at := l.random.IntN(len(l.groups))
		switch l.random.IntN(3) {
		case 0:
			l.fresh(store.Live, l.groups[at], directory.DeleteGroup)
			l.groups[at] = l.group(fmt.Sprintf("rule%d", len(l.names)), l.rule())
		case 1:
			l.change(l.groups[at], "groupTypes", hospes.Null)
			l.change(l.groups[at], "groupTypes", []string{hospes.GroupTypeDynamic}, "membershipRule", l.rule(), "membershipRuleProcessingState", "On")
		case 2:
			l.change(l.groups[at], "membershipRuleProcessingState", "Paused")
			l.change(somebody, "department", l.text("Sales", "Legal"))
			l.change(l.groups[at], "membershipRuleProcessingState", "On")
		}
	}
}

// compare asks every rule about everybody from scratch.
func (l *life) compare() {
	l.Helper()
	for _, g := range l.groups {
		var want []string
		var source string
		l.view(func(r store.Reader) error {
			group, err := store.FindNumber(r, store.Live, g.Number)
			l.must(err)
			source = group.Text(hospes.GroupMembershipRule)
			compiled, err := rule.Compile(source, nil)
			l.must(err)
			for _, p := range l.people {
				o, err := store.FindNumber(r, store.Live, p.Number)
				l.must(err)
				who := rule.Person{Object: o}
				bosses, err := r.Related(hospes.RelationManager, p.Number)
				l.must(err)
				for _, tie := range bosses {
					boss, err := store.FindNumber(r, store.Anywhere, tie.To)
					l.must(err)
					who.Manager = boss.ID
				}
				for _, team := range l.teams {
					if slices.Contains(l.members(team), l.names[p.Number]) {
						who.MemberOf = append(who.MemberOf, team.ID)
					}
				}
				holds, err := compiled.Holds(who)
				l.must(err)
				if holds {
					want = append(want, l.names[p.Number])
				}
			}
			return nil
		})
		slices.Sort(want)
		if got := l.members(g); !slices.Equal(got, want) {
			l.Errorf("%s has %v, not %v", source, got, want)
		}
	}
}

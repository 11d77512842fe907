package provision_test

import (
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/connectortest"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
	"github.com/hospes-dev/hospes/internal/portrait"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// TestFailpoint_ACycleThatIsKilledAtANamedPointEndsAsIfItHadNotBeen kills a child at each point that stands in the
// sources, in an initial cycle and in incremental ones, at a passage drawn among those that a whole run makes.
// HOSPES_POINT_KILLS says how often at each.
func TestFailpoint_ACycleThatIsKilledAtANamedPointEndsAsIfItHadNotBeen(t *testing.T) {
	child := faulttest.Build(t)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	rounds, kills := faulttest.Number(t, "HOSPES_POINT_KILLS", 1), map[string]int{}
	points := faulttest.Points(t)
	for _, far := range []bool{false, true} {
		m := &mortal{TB: t, child: child, far: far}
		m.prepare()
		whole, passages := m.whole()
		for _, point := range points {
			if !slices.ContainsFunc(passages, func(passed map[string]int) bool { return passed[point] > 0 }) {
				continue // the other target passes it
			}
			for range rounds {
				life := m.life()
				for i, s := range stages {
					life.enter(i)
					if n := passages[i][point]; n > 0 {
						passage := 1 + random.IntN(n)
						if !life.die(fmt.Sprintf("%s=kill@%d", point, passage)) {
							t.Errorf("far %v, %s: the child did not come to passage %d of %d of %s", far, s.name, passage, n, point)
						}
						kills[point]++
						life.story += fmt.Sprintf("; %s killed at passage %d of %d of %s", s.name, passage, n, point)
					}
					life.finish()
				}
				life.draw().Like(t, life.story, whole)
			}
		}
	}
	for _, point := range points {
		if kills[point] == 0 {
			t.Errorf("nobody was killed at %s", point)
		}
	}
	t.Logf("kills: %v", kills)
}

// stages are what the source goes through. After each the job runs until it is done.
var stages = []struct {
	name string
	act  func(l *life, w *world)
}{
	{"arrival", func(*life, *world) {}}, // made by prepare
	{"change", func(l *life, w *world) {
		for _, name := range []string{"p004", "p005", "p006", "p007"} {
			w.change(w.source, l.people[name].ID, "jobTitle", "Chemist")
		}
		w.change(w.source, l.people["p011"].ID, "accountEnabled", false)
		w.member(l.people["p008"].ID, false)
		w.member(l.people["p009"].ID, false)
		w.drop(w.source, l.people["p010"].ID, false)
		lia, mia := w.person("lia", true), w.person("mia", true)
		l.people["lia"], l.people["mia"] = lia, mia
		w.manager(lia, mia)
		w.manager(mia, lia)
		w.manager(l.people["p001"], l.people["p002"])
		w.update(w.source, func(tx store.Tx) error {
			if err := directory.RemoveMember(tx, l.second, l.people["p002"]); err != nil {
				return err
			}
			return directory.AddMembers(tx, l.second, mia)
		})
	}},
	{"return", func(l *life, w *world) {
		w.member(l.people["p008"].ID, true)
		w.restore(w.source, l.people["p010"].ID)
		w.change(w.source, l.people["p011"].ID, "accountEnabled", true)
		w.drop(w.source, l.people["p009"].ID, true)
		if !l.far {
			w.change(w.target, l.clash.ID, "mail", "somebody.else@borealis.example") // p003 may come now
		}
	}},
}

// mortal is a world from which lives begin that are killed: a file to copy, and what it holds.
type mortal struct {
	testing.TB
	child  faulttest.Child
	far    bool // the target is no tenant
	file   string
	world  world
	people map[string]*hospes.Object
	second *hospes.Object // a group beside the one of the world
	clash  *hospes.Object // in whose way p003 is in the target
}

// prepare makes the world before its first cycle: people, some who are each other's managers, two groups, one who fails.
func (m *mortal) prepare() {
	m.Helper()
	m.file = filepath.Join(m.TempDir(), "hospes.db")
	open := func(_ testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenSQLite(ctx, m.file, sqlstore.Options{Clock: clock})
	}
	count, w := 16, (*world)(nil)
	if m.far {
		count = 216 // a remote target takes a hundred at once
		w = newRemote(m.TB, open, leavingFarAway).world
	} else {
		w = newWorld(m.TB, open)
		w.withGroups()
		m.clash = w.newUser(w.target, "clash@borealis.example", "p003@aurora.example")
	}
	m.second = w.newGroup(w.source, "Second")
	w.assign(m.second, true)
	m.people = map[string]*hospes.Object{}
	for i := range count {
		name := fmt.Sprintf("p%03d", i)
		m.people[name] = w.person(name, true)
	}
	w.manager(m.people["p000"], m.people["p013"])
	w.manager(m.people["p013"], m.people["p000"])
	w.manager(m.people["p001"], m.people["p000"])
	w.manager(m.people["p012"], m.people["p003"]) // who does not come yet
	w.update(w.source, func(tx store.Tx) error {
		return directory.AddMembers(tx, m.second, m.people["p000"], m.people["p001"], m.people["p002"], m.people["p003"], m.people["p014"])
	})
	w.must(w.store.Close())
	m.world = *w
}

// manager gives somebody a manager.
func (w *world) manager(of, manager *hospes.Object) {
	w.Helper()
	w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, of, manager) })
}

// newUser makes an internal user of a tenant.
func (w *world) newUser(in hospes.Tenant, name, mail string) (user *hospes.Object) {
	w.Helper()
	w.update(in, func(tx store.Tx) (err error) {
		user, err = directory.CreateUser(tx, hospes.SystemRandom(), edits(hospes.UserSchema, "accountEnabled", true, "displayName", name,
			"mailNickname", strings.Split(name, "@")[0], "userPrincipalName", name, "mail", mail), false)
		return err
	})
	return user
}

// life is a copy of the world that goes through the stages.
type life struct {
	*mortal
	file   string
	people map[string]*hospes.Object
	memory *connectortest.Memory
	target string // its address
	clock  *hospes.ManualClock
	story  string
}

func (m *mortal) life() *life {
	m.Helper()
	l := &life{mortal: m, file: faulttest.Copy(m, m.file), people: maps.Clone(m.people), clock: hospes.NewManualClock(start)}
	if m.far {
		l.memory = connectortest.NewMemory(connectortest.NewDirectory(leavingFarAway))
		l.memory.Refuse = func(w *connector.Write) *connector.Failure {
			for _, v := range w.Values {
				if v.Value == hospes.String("p003@aurora.example") {
					return &connector.Failure{Code: "InvalidValue", Message: "no"}
				}
			}
			return nil
		}
		server := serveMemory(l.memory)
		m.Cleanup(server.Close)
		l.target = server.URL
	}
	return l
}

// enter lets a day pass and brings the source to a stage.
func (l *life) enter(stage int) {
	l.Helper()
	l.clock.Advance(hours(25))
	if stage == len(stages)-1 && l.far {
		l.memory.Refuse = nil // p003 may come now
	}
	s, err := sqlstore.OpenSQLite(ctx, l.file, sqlstore.Options{Clock: l.clock})
	if err != nil {
		l.Fatal(err)
	}
	w := l.world
	w.TB, w.store, w.clock = l.TB, s, l.clock
	w.engine = &provision.Engine{Store: s, Clock: l.clock, Random: hospes.SystemRandom(), Sealer: plainSealer{}, Log: slog.New(slog.DiscardHandler)}
	stages[stage].act(l, &w)
	w.must(s.Close())
}

// work lets the child run the job, and tells whether it was killed.
func (l *life) work(environment ...string) bool {
	l.Helper()
	defer func() {
		if l.Failed() {
			l.Log(l.story)
		}
	}()
	life := []string{childFile + "=" + l.file, childMoment + "=" + l.clock.Now().Format(time.RFC3339), childBatch + "=4", childTarget + "=" + l.target}
	return l.child.Run(l, append(life, environment...)...)
}

// die runs the job until it is killed, and answers whether it was.
func (l *life) die(fault string) bool {
	l.Helper()
	return l.work("HOSPES_FAULT=" + fault)
}

// finish runs the job until it is done.
func (l *life) finish(environment ...string) {
	l.Helper()
	if l.work(environment...) {
		l.Fatal("the job was killed without a fault")
	}
}

// whole is a life without a kill, and how often it passed each point in each stage.
func (m *mortal) whole() (portrait.Portrait, []map[string]int) {
	m.Helper()
	l := m.life()
	var passages []map[string]int
	for i, s := range stages {
		l.enter(i)
		trace := filepath.Join(m.TempDir(), s.name)
		l.finish("HOSPES_FAULT_TRACE=" + trace)
		passages = append(passages, faulttest.Passages(m, trace))
	}
	drawn := l.draw()
	for _, part := range []string{"create success", "update success", "delete success", "disable success", "create failure"} {
		if !drawn.Tells("provisioning " + part) {
			m.Errorf("far %v: nothing tells of %s, so that no kill can spoil it", m.far, part)
		}
	}
	m.Logf("far %v: passages %v", m.far, passages)
	return drawn, passages
}

// draw draws all that a life has left: its store, and the system far away.
func (l *life) draw() portrait.Portrait {
	l.Helper()
	p := portrait.Of(l, l.file, "aurora.example", "borealis.example")
	if !l.far {
		return p
	}
	titles, directory := map[string]string{}, l.memory.Directory()
	for name, o := range l.people {
		titles[o.ID.String()] = name
	}
	var entries []connector.Entry
	for n := 1; ; n++ { // its ids are counted
		list, err := l.memory.Read(ctx, []string{fmt.Sprintf("m%06d", n)})
		if err != nil {
			l.Fatal(err)
		}
		if list[0] == nil {
			break
		}
		entries = append(entries, list[0])
		titles[list[0].ID()] = list[0].Value(directory.Must("userName")).Text()
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("far away: %s, in the bin %v", titles[e.ID()], e.InBin()))
		for slot, a := range directory.Attributes {
			v := e.Value(slot)
			if name, known := titles[v.Text()]; known {
				v = hospes.String(name)
			}
			lines = append(lines, fmt.Sprintf("far away: %s %s = %s", titles[e.ID()], a.Name, v))
		}
	}
	return p.With(lines...)
}

package provision_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

func TestRemote_ManagersFollowOnceBothAreThere(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna, bert := w.person("anna", true), w.person("bert", false)
		w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, anna, bert) })
		w.cycle()
		w.expect(w.entry(anna), "manager", "")
		w.member(bert.ID, true)
		w.cycle()
		w.expect(w.entry(anna), "manager", w.entry(bert).ID())
		calls := w.memory.Calls("refer")
		w.change(w.source, anna.ID, "jobTitle", "Chemist")
		if w.cycle(); w.memory.Calls("refer") != calls {
			t.Error("a reference that was right was written again")
		}
	})
}

func TestRemote_ALostAnswerIsReadBackAndAdopted(t *testing.T) {
	lost := errors.New("the connection was closed")
	for _, call := range []string{"create", "update", "delete"} {
		t.Run(call, func(t *testing.T) {
			systems(t, connector.LeaveForGood, func(t *testing.T, w *remote) {
				people := []*hospes.Object{w.person("anna", true), w.person("bert", true), w.person("carl", true)}
				if call != "create" {
					w.cycle()
				}
				for _, p := range people {
					switch call {
					case "update":
						w.change(w.source, p.ID, "jobTitle", "Chemist")
					case "delete":
						w.member(p.ID, false)
					}
				}
				n := 0
				w.memory.After = func(string) error {
					if n++; n == 2 {
						return lost
					}
					return nil
				}
				if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, lost) || hospes.KindOf(err) != hospes.KindUnavailable {
					t.Fatalf("the cycle ended with %v", err)
				}
				w.cycle()
				if n := w.memory.Calls(call); n != 3 {
					t.Errorf("the call was made %d times for three people", n)
				}
				want := map[string]hospes.ProvisioningAction{"create": hospes.ActionCreate, "update": hospes.ActionUpdate, "delete": hospes.ActionDelete}
				for _, p := range people {
					if n := w.countLogged(p, want[call]); n != 1 {
						t.Errorf("%d records tell of it", n)
					}
				}
				w.noOpenIntents()
				if c := w.cycle(); c.Exported() != 0 {
					t.Errorf("the next cycle did %+v", c)
				}
			})
		})
	}
}

func TestRemote_AManagerWhoseAnswerIsLostIsLoggedOnce(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna, bert := w.person("anna", true), w.person("bert", true)
		w.cycle()
		w.update(w.source, func(tx store.Tx) error { return directory.SetManager(tx, anna, bert) })
		lost := errors.New("the connection was closed")
		w.memory.After = func(call string) error {
			if call == "refer" {
				return lost
			}
			return nil
		}
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, lost) {
			t.Fatalf("the cycle ended with %v", err)
		}
		w.memory.After = nil
		w.cycle()
		w.expect(w.entry(anna), "manager", w.entry(bert).ID())
		if n := w.countLogged(anna, hospes.ActionUpdate); n != 1 || w.memory.Calls("refer") != 1 {
			t.Errorf("%d records tell of the manager, after %d calls", n, w.memory.Calls("refer"))
		}
		w.noOpenIntents()
	})
}

func TestRemote_ATargetThatIsDownIsTriedAtGrowingDistancesAndThenQuarantined(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		w.person("anna", true)
		down := errors.New("connection refused")
		w.memory.Before = func(call string) error {
			if call == "match" {
				return down
			}
			return nil
		}
		for n := 1; n <= 10; n++ {
			if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, down) {
				t.Fatalf("attempt %d: %v", n, err)
			}
			w.clock.Advance(hours(1))
		}
		if s := w.status(); s.Quarantine != nil || s.Failures != 10 {
			t.Fatalf("after ten attempts: %+v", s)
		}
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, down) {
			t.Fatal(err)
		}
		if s := w.status(); s.Quarantine == nil || s.Quarantine.Reason != "EncounteredQuarantineException" {
			t.Errorf("after eleven: %+v", s)
		}
		w.memory.Before = nil
		if c := w.cycle(); c.Created != 1 || w.status().Quarantine != nil {
			t.Errorf("once it is up: %+v", c)
		}
	})
}

func TestRemote_OnDemand(t *testing.T) {
	systems(t, connector.LeaveBlocked, func(t *testing.T, w *remote) {
		anna := w.person("anna", true)
		record, err := w.engine.ProvisionOnDemand(ctx, w.source.ID, w.job, "memory-rule", anna.ID)
		w.must(err)
		if record.Action != hospes.ActionCreate || w.entry(anna) == nil || w.status().Synchronized != 1 {
			t.Errorf("record %+v, status %+v", record, w.status())
		}
		if c := w.cycle(); c.Exported() != 0 {
			t.Errorf("the cycle after it: %+v", c)
		}
	})
}

// noOpenIntents checks that every intent has its outcome.
func (w *remote) noOpenIntents() {
	w.Helper()
	w.view(w.source, func(r store.Reader) error {
		job, err := r.Job(w.job)
		if err != nil {
			return err
		}
		open, err := r.OpenIntents(job.Number)
		if text, _ := json.Marshal(open); len(open) > 0 {
			w.Errorf("open intents: %s", text)
		}
		return err
	})
}

package provision_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// TestForecast_SaysWhatThePassThenDoes changes people of the source at random and compares the forecast with the counts
// of the pass that follows, and with what it leaves to do: nothing.
func TestForecast_SaysWhatThePassThenDoes(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		var people []*hospes.Object
		for i := range 12 {
			people = append(people, w.person(fmt.Sprintf("p%02d", i), i%3 > 0))
		}
		members := map[hospes.ObjectID]bool{}
		for i, p := range people {
			members[p.ID] = i%3 > 0
		}
		rapid.Check(t, func(rt *rapid.T) {
			for range rapid.IntRange(1, 6).Draw(rt, "changes") {
				p := rapid.SampledFrom(people).Draw(rt, "person")
				switch rapid.IntRange(0, 2).Draw(rt, "what") {
				case 0:
					members[p.ID] = !members[p.ID]
					w.member(p.ID, members[p.ID])
				case 1:
					w.change(w.source, p.ID, "jobTitle", rapid.SampledFrom([]string{"Chemist", "Pilot", "Cook"}).Draw(rt, "title"))
				case 2:
					w.change(w.source, p.ID, "accountEnabled", rapid.Bool().Draw(rt, "enabled"))
				}
			}
			forecast, err := w.engine.Forecast(ctx, w.source.ID, w.job)
			if err != nil {
				rt.Fatal(err)
			}
			w.onJob(func(tx store.Tx, job hospes.Job) error {
				return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Watermark: true})
			})
			c := w.cycle()
			done := provision.Forecast{Create: c.Created, Update: c.Updated, Restore: c.Restored, Delete: c.Deleted, Disable: c.Disabled, Fail: c.Failed}
			said := forecast
			said.Looked, said.Skip = 0, 0
			if said != done {
				rt.Fatalf("the forecast is %+v, what was done %+v", said, done)
			}
			again, err := w.engine.Forecast(ctx, w.source.ID, w.job)
			if err != nil {
				rt.Fatal(err)
			}
			if again.Skip != again.Looked {
				rt.Fatalf("after the pass the forecast is %+v", again)
			}
		})
	})
}

func TestForecast_TellsWhatTheGuardWouldHold(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		anna, ben := w.person("anna", true), w.person("ben", true)
		w.cycle()
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":1}`)
		w.member(anna.ID, false)
		before := w.contents()
		one, err := w.engine.Forecast(ctx, w.source.ID, w.job)
		if err != nil || one.Delete != 1 || one.Held {
			t.Errorf("one who leaves: %+v, %v", one, err)
		}
		w.member(ben.ID, false)
		both, err := w.engine.Forecast(ctx, w.source.ID, w.job)
		if err != nil || both.Delete != 2 || !both.Held {
			t.Errorf("two who leave: %+v, %v", both, err)
		}
		if w.contents() != before {
			t.Error("a forecast has changed the target")
		}
		w.gates(true, true, false)
		closed, err := w.engine.Forecast(ctx, w.source.ID, w.job)
		if err != nil || closed.Refused == nil || closed.Refused.Kind != hospes.KindForbidden || closed.Looked != 0 {
			t.Errorf("with a closed gate: %+v, %v", closed, err)
		}
	})
}

// contents digests what the target holds.
func (w *world) contents() (hash [32]byte) {
	w.Helper()
	w.view(w.target, func(r store.Reader) (err error) {
		hash, err = r.ContentHash()
		return err
	})
	return hash
}

// BenchmarkForecast measures a pass that only plans, over people of whom one in a hundred has changed.
func BenchmarkForecast(b *testing.B) {
	n := benchUsers(b)
	w := newWorld(b, openSQLite)
	w.fill(n)
	w.cycle()
	w.retitle(n/100, "Planned")
	for b.Loop() {
		cost, err := bench.Measure(hospes.SystemClock{}, func() error {
			f, err := w.engine.Forecast(ctx, w.source.ID, w.job)
			if err == nil && f.Update != int64(n/100) {
				err = fmt.Errorf("the forecast is %+v", f)
			}
			return err
		})
		w.must(err)
		b.ReportMetric(float64(cost.CPU.Microseconds())/float64(n), "cpu-us/user")
		b.ReportMetric(float64(n)/cost.Wall.Seconds(), "users/s")
	}
}

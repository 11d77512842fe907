package provision_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// benchUsers is the size of the tenant in the benchmarks; HOSPES_BENCH_USERS changes it.
func benchUsers(b *testing.B) int {
	b.Helper()
	text := os.Getenv("HOSPES_BENCH_USERS")
	if text == "" {
		return 20000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// fill puts generated people into the source, all of them in the assigned group, each with a manager.
func (w *world) fill(n int) {
	w.Helper()
	w.must(bench.Fill(ctx, w.store, store.Write{Tenant: w.source.ID, By: tester, Bulk: true}, w.group.Number, n))
}

// BenchmarkInitialCycle measures the first cycle by processor time a person, beside its floor: every row of every table
// that the cycle wrote, replayed raw by the same driver, in groups of the same size and with the same durability.
// People have managers and every one leaves a log record; filter adds a scoping filter of two clauses that all of them
// pass, groups the assigned group with its members.
func BenchmarkInitialCycle(b *testing.B) {
	b.Run("plain", func(b *testing.B) { benchInitial(b, func(*world) {}) })
	b.Run("filter", func(b *testing.B) {
		benchInitial(b, func(w *world) {
			w.filterBy(scope.Clause{SourceOperandName: "department", OperatorName: "IS NOT NULL"},
				scope.Clause{SourceOperandName: "mail", OperatorName: "REGEX MATCH", TargetOperand: scope.Operand{Values: []string{"^.+@.+$"}}})
		})
	})
	b.Run("groups", func(b *testing.B) { benchInitial(b, (*world).withGroups) })
}

func benchInitial(b *testing.B, configure func(*world)) {
	b.Helper()
	n := benchUsers(b)
	for range b.N {
		b.StopTimer()
		dir := b.TempDir()
		file := filepath.Join(dir, "hospes.db")
		w := newWorld(b, func(t testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
			return sqlstore.OpenSQLite(ctx, file, sqlstore.Options{Clock: clock})
		})
		w.fill(n)
		configure(w)
		before, err := bench.MarkRows(ctx, file)
		w.must(err)
		runtime.GC()
		b.StartTimer()
		var counts hospes.CycleCounts
		cycle, err := bench.Measure(hospes.SystemClock{}, func() error { counts = w.cycle(); return nil })
		w.must(err)
		b.StopTimer()
		if counts.Created < int64(n) {
			b.Fatalf("created %d of %d", counts.Created, n)
		}
		floor, rows, err := bench.Replay(ctx, hospes.SystemClock{}, file, filepath.Join(dir, "floor.db"), before, max(1, n/10000))
		w.must(err)
		b.ReportMetric(float64(cycle.CPU.Microseconds())/float64(n), "cpu-us/user")
		b.ReportMetric(float64(floor.CPU.Microseconds())/float64(n), "floor-cpu-us/user")
		b.ReportMetric(float64(cycle.CPU)/float64(floor.CPU), "cpu-ratio")
		b.ReportMetric(float64(cycle.Wall)/float64(floor.Wall), "wall-ratio")
		b.ReportMetric(float64(n)/cycle.Wall.Seconds(), "users/s")
		b.ReportMetric(float64(rows)/float64(n), "rows/user")
	}
}

// BenchmarkIdleCycle measures a pass over a tenant in which nothing has changed.
func BenchmarkIdleCycle(b *testing.B) {
	w := newWorld(b, openSQLite)
	w.fill(benchUsers(b))
	w.cycle()
	b.ResetTimer()
	for range b.N {
		if worked, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil || worked {
			b.Fatalf("worked %v, %v", worked, err)
		}
	}
}

// BenchmarkChangedCycle measures a cycle after k of the people have changed.
func BenchmarkChangedCycle(b *testing.B) {
	w := newWorld(b, openSQLite)
	w.fill(benchUsers(b))
	w.cycle()
	const k = 100
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		w.update(w.source, func(tx store.Tx) error {
			page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: k})
			if err != nil {
				return err
			}
			for _, d := range page.Documents {
				o, err := d.Object()
				if err != nil {
					return err
				}
				o.Set(hospes.UserSchema.Must("jobTitle"), hospes.String(fmt.Sprintf("Title %d", i)))
				if err := tx.Put(o); err != nil {
					return err
				}
			}
			return nil
		})
		b.StartTimer()
		if counts := w.cycle(); counts.Updated != k {
			b.Fatalf("updated %d of %d", counts.Updated, k)
		}
	}
}

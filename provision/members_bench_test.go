package provision_test

import (
	"runtime/debug"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/store"
)

// BenchmarkMembers brings a group with all its members into the target, whose people are there already, then goes over
// all of them again, then adds one. HOSPES_BENCH_USERS=250000 is the size that groups of the original end at.
func BenchmarkMembers(b *testing.B) {
	n := benchUsers(b)
	for range b.N {
		w := newWorld(b, openSQLite)
		w.fill(n)
		w.cycle()
		w.withGroups()
		measure := func(what string, do func()) {
			debug.FreeOSMemory()
			forgetPeak(b)
			cost, err := bench.Measure(hospes.SystemClock{}, func() error { do(); return nil })
			w.must(err)
			b.ReportMetric(float64(cost.Wall.Microseconds())/float64(n), what+"-us/member")
			b.ReportMetric(float64(cost.CPU.Microseconds())/float64(n), what+"-cpu-us/member")
			b.ReportMetric(peak(b), what+"-peak-MiB")
		}
		measure("fill", func() { w.cycle() })
		if got := w.countMembers(); got != n {
			b.Fatalf("%d of %d are in the group", got, n)
		}
		w.groupMapping(true) // saved again: everybody is looked at
		measure("again", func() { w.cycle() })
		w.person("latecomer", true)
		cost, err := bench.Measure(hospes.SystemClock{}, func() error { w.cycle(); return nil })
		w.must(err)
		b.ReportMetric(float64(cost.Wall.Microseconds())/1000, "one-more-ms")
		if got := w.countMembers(); got != n+1 {
			b.Fatalf("%d of %d are in the group", got, n+1)
		}
	}
}

// countMembers counts who is in the group of the target that came from the assigned one.
func (w *world) countMembers() (n int) {
	w.Helper()
	group := w.linkOf(w.group.Number).Target
	w.view(w.target, func(r store.Reader) error {
		after, end := r.Tenant().Number.Range(hospes.ClassUser)
		for {
			numbers, err := r.RelatedBetween(hospes.RelationMember, []hospes.Number{group}, after, end, 10000)
			if err != nil || len(numbers) == 0 {
				return err
			}
			n, after = n+len(numbers), numbers[len(numbers)-1]
		}
	})
	return n
}

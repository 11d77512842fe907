package provision_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/store"
)

// BenchmarkScale runs one tenant through its life, to show what grows with it: the first cycle, one with nothing to do,
// and ones after few and after many changes, each with the most memory that the process held meanwhile.
func BenchmarkScale(b *testing.B) {
	n := benchUsers(b)
	for range b.N {
		w := newWorld(b, openSQLite)
		w.fill(n)
		measure := func(what string, do func()) {
			debug.FreeOSMemory()
			forgetPeak(b)
			cost, err := bench.Measure(hospes.SystemClock{}, func() error { do(); return nil })
			w.must(err)
			b.ReportMetric(float64(cost.Wall.Microseconds())/1000, what+"-ms")
			b.ReportMetric(float64(cost.CPU.Microseconds())/1000, what+"-cpu-ms")
			b.ReportMetric(peak(b), what+"-peak-MiB")
		}
		measure("initial", func() {
			if c := w.cycle(); c.Created != int64(n) {
				b.Fatalf("created %d of %d", c.Created, n)
			}
		})
		measure("idle", func() {
			if c := w.cycle(); c.Imported != 0 {
				b.Fatalf("an idle cycle did %+v", c)
			}
		})
		for _, k := range []int{100, 10000} {
			w.retitle(min(k, n), fmt.Sprintf("Title %d", k))
			measure(fmt.Sprintf("changed%d", k), func() {
				if c := w.cycle(); c.Updated != int64(min(k, n)) {
					b.Fatalf("updated %d of %d", c.Updated, k)
				}
			})
		}
	}
}

// retitle gives the first k people of the source another job title.
func (w *world) retitle(k int, title string) {
	w.Helper()
	property := hospes.UserSchema.Must("jobTitle")
	w.update(w.source, func(tx store.Tx) error {
		page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: k})
		if err != nil {
			return err
		}
		var list []*hospes.Object
		for _, d := range page.Documents {
			o, err := d.Object()
			if err != nil {
				return err
			}
			o.Set(property, hospes.String(title))
			list = append(list, o)
		}
		return tx.Put(list...)
	})
}

// forgetPeak makes the kernel count the peak of the process's memory anew.
func forgetPeak(b *testing.B) {
	b.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Skip("the peak of memory cannot be measured here:", err)
	}
}

// peak gives the most memory that the process has held, in MiB.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kib) / 1024
}

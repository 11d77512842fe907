package dynamic_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// BenchmarkRule asks a rule about everybody, half of whom it takes, and then about a hundred of whom something changed.
// HOSPES_BENCH_USERS says how many there are.
func BenchmarkRule(b *testing.B) {
	n := 50_000
	if text := os.Getenv("HOSPES_BENCH_USERS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	for range b.N {
		w := newWorld(b, filepath.Join(b.TempDir(), "hospes.db"))
		w.fill(n)
		group := w.group("Sales", `user.department -eq "Sales" -and -not (user.jobTitle -startsWith "Trainee")`)
		measure := func() bench.Cost {
			cost, err := bench.Measure(hospes.SystemClock{}, func() error { w.process(); return nil })
			w.must(err)
			return cost
		}
		all := measure()
		b.ReportMetric(float64(all.CPU.Microseconds())/float64(n), "cpu-us/person")
		b.ReportMetric(float64(all.Wall.Microseconds())/float64(n), "us/person")
		if got := w.count(group.Number); got != n/2 {
			b.Fatalf("%d of %d are in the group", got, n)
		}
		w.update(func(tx store.Tx) error {
			for i := range 100 {
				user, err := directory.FindUser(tx, fmt.Sprintf("p%06d@aurora.example", i))
				if err != nil {
					return err
				}
				if err := directory.UpdateUser(tx, user, edits(hospes.UserSchema, "department", []string{"Legal", "Sales"}[i%2])); err != nil {
					return err
				}
			}
			return nil
		})
		changed := measure()
		b.ReportMetric(float64(changed.Wall.Microseconds())/1000, "100-changed-ms")
		b.ReportMetric(float64(changed.CPU.Microseconds())/1000, "100-changed-cpu-ms")
	}
}

// BenchmarkManyRules has a thousand groups follow one person who changes: each rule is read, and asked once.
func BenchmarkManyRules(b *testing.B) {
	const groups = 1000
	w := newWorld(b, filepath.Join(b.TempDir(), "hospes.db"))
	anna := w.person("anna", "department", "Legal")
	for i := range groups {
		w.group(fmt.Sprintf("Team %d", i), fmt.Sprintf(`user.department -eq "Sales" -and user.city -eq "city %d"`, i))
	}
	w.process()
	b.ResetTimer()
	for i := range b.N {
		w.change(anna, "department", []string{"Sales", "Legal"}[i%2])
		w.process()
	}
}

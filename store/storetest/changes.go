package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

func testChanges(t *testing.T, open Open) {
	t.Run("seqs are without gaps and in commit order, with many writers", func(t *testing.T) {
		f := setUp(t, open)
		const writers, each = 8, 15
		var wg sync.WaitGroup
		var done atomic.Bool
		errs := make(chan error, writers*each)
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					errs <- f.Update(ctx, store.Write{Tenant: f.aurora.ID, By: tester}, func(tx store.Tx) error {
						return tx.Put(user(fmt.Sprintf("w%d-%d", w, i), "aurora.example"))
					})
				}
			})
		}
		go func() {
			wg.Wait()
			close(errs)
			done.Store(true)
		}()
		// A reader follows the log while it grows; it must never see a change behind one it has seen. What it reads after the
		// last writer has ended holds all that was written.
		var last hospes.Seq
		for ended, before := false, hospes.Seq(0); !ended || last > before; {
			ended, before = done.Load(), last
			f.view(f.aurora, func(r store.Reader) {
				changes, err := r.Changes(last, 7)
				f.must(err)
				for _, c := range changes {
					if c.Seq != last+1 {
						t.Fatalf("change %d follows %d", c.Seq, last)
					}
					last = c.Seq
				}
			})
		}
		for err := range errs {
			f.must(err)
		}
		if last != writers*each {
			t.Errorf("the log ends at %d of %d", last, writers*each)
		}
	})
	t.Run("a watcher hears of every commit", func(t *testing.T) {
		f := setUp(t, open)
		changed, stop := f.Watch()
		defer stop()
		f.put(f.boreas, user("anna", "borealis.example"))
		select {
		case n := <-changed:
			if n != f.boreas.Number {
				t.Errorf("tenant %d changed, want %d", n, f.boreas.Number)
			}
		case <-time.After(5 * time.Minute):
			t.Fatal("nothing was heard")
		}
	})
}

// testRetention shortens the change log (design 2.1.2).
func testRetention(t *testing.T, open Open) {
	const month = 30 * 24 * time.Hour
	forget := func(f *fixture, limit int) (n int64) {
		f.update(f.aurora, func(tx store.Tx) (err error) {
			n, err = tx.Forget(f.clock.Now().Add(-month), limit)
			return err
		})
		return n
	}
	oldest := func(f *fixture, want hospes.Seq) {
		f.Helper()
		f.view(f.aurora, func(r store.Reader) {
			got, err := r.OldestSeq()
			f.must(err)
			if got != want {
				f.Errorf("the log is whole from %d on, want %d", got, want)
			}
		})
	}
	people := func(f *fixture, names ...string) {
		for _, name := range names {
			f.put(f.aurora, user(name, "aurora.example"))
		}
	}
	t.Run("a log that is empty is whole from the next change on", func(t *testing.T) {
		f := setUp(t, open)
		oldest(f, 1)
		people(f, "a", "b", "c")
		oldest(f, 1)
		f.clock.Advance(month + time.Second)
		if n := forget(f, 100); n != 3 {
			t.Errorf("%d changes are forgotten, want 3", n)
		}
		oldest(f, 4)
		people(f, "d")
		oldest(f, 4)
	})
	t.Run("only what is old goes, and no more than asked at once", func(t *testing.T) {
		f := setUp(t, open)
		f.put(f.boreas, user("x", "borealis.example"))
		people(f, "a", "b", "c")
		f.clock.Advance(month)
		people(f, "d")
		for _, want := range []int64{0, 2, 1, 0} {
			if n := forget(f, 2); n != want {
				t.Errorf("%d changes are forgotten, want %d", n, want)
			}
			f.clock.Advance(time.Second)
		}
		oldest(f, 4)
		f.view(f.boreas, func(r store.Reader) {
			changes, err := r.Changes(0, 10)
			f.must(err)
			if len(changes) != 1 {
				t.Errorf("%d changes of another tenant are left, want 1", len(changes))
			}
		})
	})
	t.Run("what the slowest job has still to read stays", func(t *testing.T) {
		f := setUp(t, open)
		people(f, "a", "b", "c", "d", "e", "f")
		job := func(id string, status hospes.JobStatus) hospes.Job {
			j := hospes.Job{ID: id, State: hospes.JobActive, Created: Start, Status: status}
			f.update(f.aurora, func(tx store.Tx) error { return tx.PutJob(&j) })
			return j
		}
		f.clock.Advance(2 * month)
		slow := job("slow", hospes.JobStatus{Watermark: 5, Cycle: &hospes.CycleProgress{Kind: hospes.CycleIncremental, From: 2, Position: 4, To: 6}})
		job("first", hospes.JobStatus{Cycle: &hospes.CycleProgress{Kind: hospes.CycleInitial, To: 4}})
		job("never ran", hospes.JobStatus{})
		job("begins anew", hospes.JobStatus{Watermark: 1, Initial: true})
		forget(f, 100)
		oldest(f, 3)
		f.update(f.aurora, func(tx store.Tx) error { return tx.DeleteJob(slow) })
		forget(f, 100)
		oldest(f, 5)
	})
}

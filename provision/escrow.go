package provision

import (
	"context"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// When a failure is tried again (provisioning 6.3): one that may pass by itself in the next cycles, three times; any
// other after 6, 12 and then every 24 hours; none longer than 28 days.
const (
	transientAttempts = 3
	escrowLife        = 28 * 24 * time.Hour
)

// failure is what went wrong with one person.
type failure struct {
	code, text string
	transient  bool
}

func failureOf(step Step) *failure {
	switch {
	case step.Kind == StepFail:
		return &failure{code: string(step.Reason), text: step.Text}
	case step.Write != nil && step.Write.Failure != nil:
		f := step.Write.Failure
		return &failure{code: f.Code, text: f.Message, transient: f.Transient}
	}
	return nil
}

// escrowChanges are the failures to remember and to forget.
type escrowChanges struct {
	kept   []store.Escrow
	passed []store.Escrow
}

// note files what became of a person.
func (c *escrowChanges) note(r *run, s *subject, f *failure) {
	switch {
	case f == nil && s.escrow != nil:
		c.passed = append(c.passed, *s.escrow)
	case f != nil:
		e := store.Escrow{Job: r.job.Number, Source: s.number, First: r.now}
		if s.escrow != nil {
			e = *s.escrow
		}
		if r.now.Sub(e.First) >= escrowLife {
			c.passed = append(c.passed, e)
			return
		}
		e.Code, e.Attempts = f.code, e.Attempts+1
		e.Next = r.now.Add(retryDelay(e.Attempts, f.transient))
		c.kept = append(c.kept, e)
	}
}

// retryDelay gives the time until a person is tried again after the n-th failure.
func retryDelay(n int, transient bool) time.Duration {
	if transient {
		if n <= transientAttempts {
			return 0 // at the next cycle
		}
		n -= transientAttempts
	}
	return quarantineDelay(n)
}

func (c *escrowChanges) store(tx store.Tx) error {
	if err := tx.PutEscrows(c.kept...); err != nil {
		return err
	}
	return tx.DeleteEscrows(c.passed...)
}

// retryBatch tries those again who failed before and whose time has come. A cycle tries each once.
func (r *run) retryBatch(ctx context.Context) error {
	var due []store.Escrow
	err := r.engine.Store.View(ctx, r.tenant, func(source store.Reader) (err error) {
		due, err = source.DueEscrows(r.job.Number, hospes.Number(r.cycle.Position), r.cycle.Began, r.batchSize())
		return err
	})
	if err != nil {
		return err
	}
	if len(due) == 0 {
		return r.update(ctx, func(store.Tx) error { r.nextPhase(); return nil })
	}
	numbers := make([]hospes.Number, len(due))
	for i, e := range due {
		numbers[i] = e.Source
	}
	numbers = numbers[:alike(numbers)]
	due = due[:len(numbers)]
	of := r.of(numbers[0])
	var lost []store.Escrow
	return r.pass(ctx, false, &batch{
		run: r, of: of,
		gather: func(source store.Reader) ([]*subject, error) {
			subjects, err := r.subjectsOf(source, of, numbers)
			lost = slices.Clone(due)
			for _, s := range subjects {
				lost = slices.DeleteFunc(lost, func(e store.Escrow) bool { return e.Source == s.number })
			}
			return subjects, err
		},
		advance: func(tx store.Tx) error {
			r.cycle.Position = int64(numbers[len(numbers)-1])
			return tx.DeleteEscrows(lost...) // of those who are gone for good
		},
	})
}

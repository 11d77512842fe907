package provision_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/scope"
	"github.com/hospes-dev/hospes/store"
)

// closing is a store in which a gate is closed after so many pairs of transactions.
type closing struct {
	store.Store
	after int
	close func()
}

func (c *closing) UpdatePair(ctx context.Context, source, target store.Write, fn func(source, target store.Tx) error) error {
	err := c.Store.UpdatePair(ctx, source, target, fn)
	if c.after--; c.after == 0 {
		c.close()
	}
	return err
}

func TestX15_AGateThatIsClosedInTheMiddleOfACycleStopsIt(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		for _, name := range []string{"anna", "bert", "carl", "dora"} {
			w.person(name, true)
		}
		w.engine.BatchSize = 1
		w.engine.Store = &closing{Store: w.store, after: 2, close: func() { w.gates(true, true, false) }}
		if _, err := w.engine.RunCycle(ctx, w.source.ID, w.job); !errors.Is(err, hospes.ErrForbidden) {
			t.Errorf("the cycle ended with %v", err)
		}
		if s := w.status(); s.Quarantine == nil || s.Cycle == nil || s.Cycle.Counts.Created > 2 {
			t.Errorf("the job is %+v", s)
		}
		w.gates(true, true, true)
		w.engine.Store = w.store
		if c := w.cycle(); c.Created != 4 || w.status().Quarantine != nil {
			t.Errorf("once it is open: %+v", c)
		}
	})
}

func TestAPermissionToDeleteDoesNotOutliveTheNextDecision(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":0}`)
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		for _, scope := range []provision.ResetScope{{Deletes: true}, {Watermark: true}} {
			w.onJob(func(tx store.Tx, job hospes.Job) error { return w.engine.Restart(tx, w.sp, job, scope) })
		}
		if c := w.cycle(); c.Deleted != 0 || !w.live(anna) {
			t.Errorf("counts are %+v", c)
		}
	})
}

func TestAPermissionToDeleteThatComesWhileDeletionsAreHeldIsUsed(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		w.settings("SyncNotificationSettings", `{"DeleteThresholdEnabled":true,"DeleteThresholdValue":0}`)
		anna := w.person("anna", true)
		w.cycle()
		w.member(anna.ID, false)
		running, stop := context.WithCancel(ctx)
		w.engine.Store = &closingAt{Store: w.store, close: stop, look: func() bool {
			c := w.status().Cycle
			return c != nil && c.Phase == hospes.PhaseHeld
		}}
		if _, err := w.engine.RunCycle(running, w.source.ID, w.job); err == nil {
			t.Fatal("the cycle came to its end")
		}
		w.engine.Store = w.store
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			return w.engine.Restart(tx, w.sp, job, provision.ResetScope{Deletes: true})
		})
		w.cycle()
		if w.live(anna) || w.status().Quarantine != nil {
			t.Errorf("anna is still there, and the job is %+v", w.status())
		}
	})
}

func TestAFilterWithoutAnAnswerFailsThoseWhoAreAssigned(t *testing.T) {
	engines(t, func(t *testing.T, w *world) {
		slow := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"
		anna := w.person("anna", true)
		w.cycle()
		w.onJob(func(tx store.Tx, job hospes.Job) error {
			schema, err := w.engine.SchemaOf(job)
			if err != nil {
				return err
			}
			schema.Rules[0].ObjectMappings[0].Scope = &scope.Filter{Groups: []scope.Group{{Name: "slow", Clauses: []scope.Clause{{
				OperatorName: "REGEX MATCH", SourceOperandName: "jobTitle", TargetOperand: scope.Operand{Values: []string{`^(a+)+$`}},
			}}}}}
			return w.engine.PutSchema(tx, w.sp, job, &schema)
		})
		w.change(w.source, anna.ID, "jobTitle", slow)
		w.person("otto", false, "jobTitle", slow)
		if c := w.cycle(); c.Failed != 1 || c.Deleted != 0 || !w.live(anna) {
			t.Errorf("while assigned: %+v", c)
		}
		w.member(anna.ID, false)
		if c := w.cycle(); c.Deleted != 1 {
			t.Errorf("unassigned: %+v", c)
		}
	})
}

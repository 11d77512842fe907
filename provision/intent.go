package provision

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/store"
)

// What became of an intent.
const (
	outcomeDone   = "done"
	outcomeAdopt  = "adopted" // found done after the process or the call had died
	outcomeUndone = "undone"  // found not done: planned again by the cycle
)

// intended is an intent's document: what was about to be written, by whom, and how a new person can be found again.
type intended struct {
	Cycle string          `json:"cycle"`
	Raw   json.RawMessage `json:"values"`
}

// opRefer is the operation of an intent to set a reference; it is no write of a target.
const opRefer connector.Operation = "refer"

// intent says what is about to be done for somebody.
func (r *run) intent(source hospes.Number, operation connector.Operation, values []connector.Value, of *compiled) (*store.Intent, error) {
	doc, err := json.Marshal(intended{Cycle: r.cycle.ID, Raw: json.RawMessage(remember("{}", values, of.name))})
	if err != nil {
		return nil, err
	}
	return &store.Intent{Job: r.job.Number, Source: source, Operation: string(operation), Document: string(doc), Started: r.now}, nil
}

// intents implements passage.
func (p *batch) intents() ([]*store.Intent, error) {
	writes, subjects := p.writes()
	list := make([]*store.Intent, len(writes))
	for i, w := range writes {
		var err error
		if list[i], err = p.run.intent(subjects[i].number, w.Operation, w.Values, p.of); err != nil {
			return nil, err
		}
		if w.Entry != nil {
			list[i].TargetID = w.Entry.ID()
		}
	}
	return list, nil
}

// settleIntents reads back at a remote target what a process or a call that died has left open, and adopts what was
// done. What was not done is planned again by the cycle, whose position has not moved.
func (r *run) settleIntents(ctx context.Context) error {
	remote, ok := r.target.(connector.Remote)
	if !ok {
		return nil
	}
	var open []*store.Intent
	err := r.engine.Store.View(ctx, r.tenant, func(reader store.Reader) error {
		list, err := reader.OpenIntents(r.job.Number)
		for i := range list {
			if r.mine(list[i]) {
				open = append(open, &list[i])
			}
		}
		return err
	})
	for len(open) > 0 && err == nil {
		n := min(remoteBatch, len(open))
		err = r.settleSome(ctx, remote, open[:n])
		open = open[n:]
	}
	return err
}

// mine tells that nobody else can still be at work on an intent: it belongs to the cycle whose lease is ours, or is too
// old for a call on demand.
func (r *run) mine(i store.Intent) bool {
	var doc intended
	if json.Unmarshal([]byte(i.Document), &doc) == nil && r.cycle != nil && doc.Cycle == r.cycle.ID {
		return true
	}
	return r.now.Sub(i.Started) > 2*leaseLife
}

// settleSome finds out what became of some intents.
func (r *run) settleSome(ctx context.Context, remote connector.Remote, open []*store.Intent) error {
	found, err := r.readBack(ctx, remote, open)
	if err != nil {
		return unreachable(err)
	}
	return r.update(ctx, func(tx store.Tx) error {
		numbers := make([]hospes.Number, len(open))
		for i, o := range open {
			numbers[i] = o.Source
		}
		subjects, err := r.subjectsOf(tx, r.people, numbers)
		if err != nil {
			return err
		}
		bySource := map[hospes.Number]*subject{}
		for _, s := range subjects {
			s.evaluateScope(r)
			bySource[s.number] = s
		}
		for i, o := range open {
			o.Outcome, o.Finished = outcomeUndone, tx.Now()
			if w := found[i]; w != nil && bySource[o.Source] != nil {
				o.Outcome = outcomeAdopt
				if err := r.adopt(tx, bySource[o.Source], w); err != nil {
					return err
				}
			}
		}
		return tx.PutIntents(open...)
	})
}

// adopt notes a write that had been done when its answer was lost.
func (r *run) adopt(tx store.Tx, s *subject, w *connector.Write) error {
	if w.Operation == opRefer {
		return r.adoptTie(tx, s, w)
	}
	step := Step{Kind: StepUpdate, Write: w}
	var link *hospes.Link
	switch {
	case w.Operation == connector.Create:
		step.Kind = StepCreate
	case w.Operation == connector.Restore:
		step.Kind = StepRestore
	case w.Operation == connector.Delete, s.link != nil && s.link.Pending == hospes.PendingDisable:
		step.Kind = StepStage
	}
	if s.link == nil && step.Kind != StepCreate || s.object == nil && s.link == nil {
		return nil // forgotten meanwhile
	}
	s.target = w.Done
	if step.Kind == StepStage {
		link = r.left(s, step)
	} else {
		link = r.written(s, step)
	}
	if err := tx.PutLinks(link); err != nil {
		return err
	}
	return tx.LogProvisioning(recordOf(r, s, step))
}

// adoptTie notes a reference that had been set. That nobody waits for it any more is seen when the cycle comes by again.
func (r *run) adoptTie(tx store.Tx, s *subject, w *connector.Write) error {
	if s.link == nil {
		return nil // forgotten meanwhile
	}
	record := newRecord(r, s)
	record.Steps = stepsOfTie
	v := w.Values[0]
	return tx.LogProvisioning(tiedRecord(record, s, &connector.Ref{Slot: v.Slot, ToID: v.Value.Text()}))
}

// readBack looks at the target for what the intents were to do, and gives those that were done, as writes with their
// outcome; nil for the others.
func (r *run) readBack(ctx context.Context, remote connector.Remote, open []*store.Intent) ([]*connector.Write, error) {
	found := make([]*connector.Write, len(open))
	for i, o := range open {
		var doc intended
		if err := json.Unmarshal([]byte(o.Document), &doc); err != nil {
			return nil, hospes.Internal("provision.readBack", fmt.Errorf("intent %d: %w", o.Number, err))
		}
		w := &connector.Write{Operation: connector.Operation(o.Operation)}
		hospes.Value(doc.Raw).Members(func(name string, v hospes.Value) {
			if slot, known := r.people.target.Slot(name); known {
				w.Values = append(w.Values, connector.Value{Slot: slot, Value: v})
				w.Modified = append(w.Modified, hospes.ModifiedProperty{Name: name, New: v})
			}
		})
		var err error
		if found[i], err = r.readBackOne(ctx, remote, o, w); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (r *run) readBackOne(ctx context.Context, remote connector.Remote, o *store.Intent, w *connector.Write) (*connector.Write, error) {
	if w.Operation == connector.Create {
		return r.findCreated(ctx, remote, w)
	}
	entries, err := remote.Read(ctx, []string{o.TargetID})
	if err != nil {
		return nil, err
	}
	e := entries[0]
	switch {
	case w.Operation == connector.Delete && (e == nil || e.InBin()):
		w.Done = e
		if e == nil {
			w.Done = gone(o.TargetID)
		}
		return w, nil
	case w.Operation == connector.Delete, e == nil, e.InBin():
		return nil, nil
	}
	for _, v := range w.Values {
		if e.Value(v.Slot) != v.Value {
			return nil, nil
		}
	}
	w.Done = e
	return w, nil
}

// findCreated looks for a person that was to be created, by the matching attributes it was to have.
func (r *run) findCreated(ctx context.Context, remote connector.Remote, w *connector.Write) (*connector.Write, error) {
	for _, f := range r.people.matches {
		for _, v := range w.Values {
			if v.Slot != f.target {
				continue
			}
			entries, err := remote.Match(ctx, f.target, []hospes.Value{v.Value})
			if err != nil {
				return nil, err
			}
			if len(entries[0]) == 1 {
				w.Done = entries[0][0]
				return w, nil
			}
		}
	}
	return nil, nil
}

// gone is a person who is not in the target any more.
type gone string

func (g gone) ID() string                { return string(g) }
func (gone) Number() hospes.Number       { return 0 }
func (gone) InBin() bool                 { return false }
func (gone) LeftBySelf() bool            { return false }
func (gone) Value(slot int) hospes.Value { return hospes.Null }

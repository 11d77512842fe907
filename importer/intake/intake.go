package intake

import (
	"context"
	"errors"
	"io"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/store"
)

// groupSize is how many records one transaction takes.
const groupSize = 1000

// Counts say what an import has done so far.
type Counts struct {
	Line      int   `json:"line"` // of the last record
	Records   int64 `json:"records"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Failed    int64 `json:"failed"`
	Ties      int64 `json:"ties"` // managers, members
	Bytes     int64 `json:"bytes"`
}

// Intake is one import into one tenant.
type Intake struct {
	Store  store.Store
	Tenant hospes.TenantID
	By     hospes.By
	Random hospes.Random

	// MayChange tells whether how a user signs in may be changed, which is not everybody's to do to administrators; nil where
	// it is.
	MayChange func(store.Reader, *hospes.Object) error

	Progress func(Counts)  // called after each group; may be nil
	Refused  func(Problem) // called for each refused record; may be nil

	counts  Counts
	domain  string
	numbers map[string]hospes.Number // by key and alias
	taken   map[hospes.Number]bool   // who has had a record already
	waiting []wait
}

// wait is a tie whose other end has not come yet.
type wait struct {
	relation hospes.Relation
	holds    bool // who waits has the relation; otherwise it is had
	number   hospes.Number
	key      string
	line     int
}

// Run takes everything that the reader gives. It fails only on what stops the whole import: a store that is away, an
// input that cannot be read on. What is wrong with single records is counted and told.
func (i *Intake) Run(ctx context.Context, r importer.Reader) (Counts, error) {
	i.numbers, i.taken = map[string]hospes.Number{}, map[hospes.Number]bool{}
	var group []importer.Record
	for {
		record, err := r.Next()
		i.counts.Bytes = r.Bytes()
		var broken *importer.RecordError
		switch {
		case errors.Is(err, io.EOF):
			if err := i.take(ctx, group); err != nil {
				return i.counts, err
			}
			return i.counts, i.tieWaiting(ctx, true)
		case errors.As(err, &broken):
			i.counts.Records++
			i.refuse(broken.Line, "InvalidRecord", broken.Message)
			continue
		case err != nil:
			return i.counts, errors.Join(err, i.take(ctx, group))
		}
		i.counts.Records++
		i.counts.Line = record.Line
		group = append(group, record)
		if len(group) == groupSize {
			if err := i.take(ctx, group); err != nil {
				return i.counts, err
			}
			group = group[:0]
		}
	}
}

// outcome is what a transaction did, kept apart until it is committed, because it may run twice.
type outcome struct {
	created, updated, unchanged int64
	problems                    []Problem
	numbers                     map[string]hospes.Number
	taken                       []hospes.Number
	waiting                     []wait
}

// take stores one group of records.
func (i *Intake) take(ctx context.Context, group []importer.Record) error {
	if len(group) == 0 {
		return nil
	}
	var out outcome
	err := i.Store.Update(ctx, store.Write{Tenant: i.Tenant, By: i.By, Bulk: true}, func(tx store.Tx) error {
		out = outcome{numbers: map[string]hospes.Number{}}
		domain, err := directory.DefaultDomain(tx)
		if err != nil {
			return err
		}
		i.domain = domain
		if err := i.takePeople(tx, group, &out); err != nil {
			return err
		}
		return i.takeGroups(tx, group, &out)
	})
	if err != nil {
		return err
	}
	i.counts.Created += out.created
	i.counts.Updated += out.updated
	i.counts.Unchanged += out.unchanged
	for _, p := range out.problems {
		i.refuse(p.Line, p.Code, p.Message)
	}
	for key, n := range out.numbers {
		i.numbers[key] = n
	}
	for _, n := range out.taken {
		i.taken[n] = true
	}
	i.waiting = append(i.waiting, out.waiting...)
	if err := i.tieWaiting(ctx, false); err != nil {
		return err
	}
	if i.Progress != nil {
		i.Progress(i.counts)
	}
	return nil
}

func textOf(edits []hospes.Edit, p *hospes.Property) string {
	for _, e := range edits {
		if e.Property == p {
			return e.Value.Text()
		}
	}
	return ""
}

// writable leaves out what the directory keeps by itself.
func writable(edits []hospes.Edit) []hospes.Edit {
	kept := edits[:0:0]
	for _, e := range edits {
		if e.Property != hospes.GroupMail && e.Property != hospes.GroupProxyAddresses {
			kept = append(kept, e)
		}
	}
	return kept
}

package graphapi

import (
	"math"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// lastNumber lies behind the numbers of all objects.
const lastNumber = hospes.Number(math.MaxInt64)

// appendTie adds the other end of a tie to a list: as one that is there, or as one that was taken away.
func appendTie(list []byte, schema *hospes.Schema, id hospes.ObjectID, there bool) []byte {
	if len(list) > 0 {
		list = append(list, ',')
	}
	list = append(list, `{"@odata.type":"`+schema.ODataType()+`","id":"`+id.String()+`"`...)
	if !there {
		list = append(list, `,"@removed":{"reason":"deleted"}`...) // always this reason, whatever became of the other
	}
	return append(list, '}')
}

// appendTies adds the member with which a delta tells of ties; nothing where there are none.
func appendTies(members []byte, n navigation, list []byte) []byte {
	if len(list) == 0 {
		return members
	}
	members = append(members, `,"`+n.name+`@delta":[`...)
	return append(append(members, list...), ']')
}

// toldTies collects the ties that a round of changes is to tell of, each once.
type toldTies struct {
	ties  []hospes.Tie
	known map[hospes.Tie]bool
	ids   map[hospes.Number]hospes.ObjectID // of every object that the changes name
	moved []hospes.Number                   // came or went: their ties are seen, or seen no more
	anew  []hospes.Number                   // of the class that is followed, and out of the bin
}

func newToldTies() *toldTies {
	return &toldTies{known: map[hospes.Tie]bool{}, ids: map[hospes.Number]hospes.ObjectID{}}
}

func (t *toldTies) add(ties ...hospes.Tie) {
	for _, tie := range ties {
		if !t.known[tie] {
			t.known[tie] = true
			t.ties = append(t.ties, tie)
		}
	}
}

// note files one change.
func (t *toldTies) note(s deltaShape, c hospes.Change) {
	t.ids[c.Object] = c.ID
	switch c.Operation {
	case hospes.OperationRelate, hospes.OperationUnrelate:
		if s.has(c.Class) && slices.ContainsFunc(s.follows, func(n navigation) bool { return n.relation == c.Relation }) {
			t.add(hospes.Tie{Relation: c.Relation, From: c.Object, To: c.Other})
		}
	case hospes.OperationDelete, hospes.OperationRestore:
		t.moved = append(t.moved, c.Object)
		if s.has(c.Class) && c.Operation == hospes.OperationRestore {
			t.anew = append(t.anew, c.Object)
		}
	}
}

// complete adds the ties that no change names, those of objects that came or went, and leaves out those that are hidden.
func (t *toldTies) complete(r store.Reader, s deltaShape) error {
	for _, n := range s.follows {
		if len(t.moved) == 0 {
			break
		}
		had, err := r.RelatedTo(n.relation, t.moved...)
		if err != nil {
			return err
		}
		t.add(had...)
		if len(t.anew) == 0 {
			continue
		}
		have, err := r.Related(n.relation, t.anew...)
		if err != nil {
			return err
		}
		t.add(have...)
	}
	return t.conceal(r, s)
}

// conceal leaves out the ties that the caller may not know of.
func (t *toldTies) conceal(r store.Reader, s deltaShape) error {
	if s.hidden || len(t.ties) == 0 {
		return nil
	}
	holders := make([]hospes.Number, len(t.ties))
	for i, tie := range t.ties {
		holders[i] = tie.From
	}
	docs, err := r.Numbered(store.Anywhere, holders...)
	if err != nil {
		return err
	}
	kept := t.ties[:0]
	for i, tie := range t.ties {
		if docs[i].Schema == nil || !s.hides(docs[i], tie.Relation) {
			kept = append(kept, tie)
		}
	}
	t.ties = kept
	return nil
}

// render gives for each object the members that tell of its ties, as they are now. after is the seq up to which the
// changes have been read.
func (t *toldTies) render(r store.Reader, s deltaShape, after hospes.Seq) (map[hospes.Number][]byte, error) {
	others := make([]hospes.Number, len(t.ties))
	for i, tie := range t.ties {
		others[i] = tie.To
	}
	docs, err := r.Numbered(store.Anywhere, others...)
	if err != nil {
		return nil, err
	}
	live := map[hospes.Number]bool{}
	for i, d := range docs {
		if d.Schema != nil {
			t.ids[others[i]] = d.ID
			live[others[i]] = d.Deleted.IsZero()
		}
	}
	if err := t.lookAhead(r, others, after); err != nil {
		return nil, err
	}
	out := map[hospes.Number][]byte{}
	for _, n := range s.follows {
		now, err := t.standing(r, n, others)
		if err != nil {
			return nil, err
		}
		lists := map[hospes.Number][]byte{}
		for _, there := range []bool{true, false} {
			for _, tie := range t.ties {
				id, known := t.ids[tie.To]
				if tie.Relation != n.relation || !known || (now[tie] && live[tie.To]) != there {
					continue
				}
				if n.one && !there && len(lists[tie.From]) > 0 {
					continue // whoever came in somebody's place says that the other went
				}
				lists[tie.From] = appendTie(lists[tie.From], hospes.SchemaOf(tie.To.Class()), id, there)
			}
		}
		for holder, list := range lists {
			out[holder] = appendTies(out[holder], n, list)
		}
	}
	return out, nil
}

// standing gives which of the ties are there now. They are looked up from the end that has few of them.
func (t *toldTies) standing(r store.Reader, n navigation, others []hospes.Number) (map[hospes.Tie]bool, error) {
	var list []hospes.Tie
	var err error
	if n.one {
		holders := make([]hospes.Number, len(t.ties))
		for i, tie := range t.ties {
			holders[i] = tie.From
		}
		list, err = r.Related(n.relation, holders...)
	} else {
		list, err = r.RelatedTo(n.relation, others...)
	}
	now := make(map[hospes.Tie]bool, len(list))
	for _, tie := range list {
		now[tie] = true
	}
	return now, err
}

// lookAhead finds the ids of objects that are gone for good: a later change, the one that says so, names them.
func (t *toldTies) lookAhead(r store.Reader, numbers []hospes.Number, after hospes.Seq) error {
	for slices.ContainsFunc(numbers, func(n hospes.Number) bool { _, known := t.ids[n]; return !known }) {
		changes, err := r.Changes(after, 1000)
		if err != nil || len(changes) == 0 {
			return err
		}
		for _, c := range changes {
			t.ids[c.Object], after = c.ID, c.Seq
		}
	}
	return nil
}

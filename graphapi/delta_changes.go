package graphapi

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// changesAtOnce is how many changes a page of a later round goes through at most: fewer, the larger the objects are.
const changesAtOnce = 1000

// errTooLarge says that what has changed is too large for one page.
var errTooLarge = errors.New("the page is too large")

// deltaChanges tells the objects that have changed, each once with what it is now.
func (c *call) deltaChanges(s deltaShape, state deltaState) error {
	var items [][]byte
	more := false
	err := c.view(func(r store.Reader) error {
		oldest, err := r.OldestSeq()
		if err != nil {
			return err
		}
		if oldest > state.Since+1 {
			return c.resync(state)
		}
		from := state
		for most := changesAtOnce; ; most = max(most/4, 1) {
			if items, state, more, err = c.changesAfter(r, s, from, most); !errors.Is(err, errTooLarge) {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	return c.writeDelta(s, items, state, more)
}

// changesAfter goes through so many changes, and tells whether there may be more. Of one change all is told, however large.
func (c *call) changesAfter(r store.Reader, s deltaShape, state deltaState, most int) (items [][]byte, until deltaState, more bool, err error) {
	changes, err := r.Changes(state.Since, most)
	if err != nil {
		return nil, state, false, err
	}
	told, ties := newTold(), newToldTies()
	for _, change := range changes {
		state.Since = change.Seq
		if s.has(change.Class) && tracked(s, change) {
			told.add(change)
		}
		ties.note(s, change)
	}
	if err := ties.complete(r, s); err != nil {
		return nil, state, false, err
	}
	members, err := ties.render(r, s, state.Since)
	if err != nil {
		return nil, state, false, err
	}
	for _, tie := range ties.ties {
		told.touch(tie.From)
	}
	room := maxPage
	if most == 1 {
		room = math.MaxInt
	}
	items, err = c.renderChanged(r, s, state, told, members, room)
	return items, state, len(changes) == most, err
}

// tracked tells whether a change concerns what the client follows.
func tracked(s deltaShape, change hospes.Change) bool {
	switch change.Operation {
	case hospes.OperationUpdate:
	case hospes.OperationRelate, hospes.OperationUnrelate, hospes.OperationAssign, hospes.OperationUnassign:
		return false
	default:
		return true
	}
	return slices.ContainsFunc(s.properties(hospes.SchemaOf(change.Class)), change.Mask.Has)
}

// told collects the objects of a round, each once.
type told struct {
	numbers []hospes.Number
	seen    map[hospes.Number]bool
	ids     map[hospes.Number]hospes.ObjectID
	masks   map[hospes.Number]hospes.Mask
	whole   map[hospes.Number]bool // made or restored: new to the client
}

func newTold() *told {
	return &told{
		seen: map[hospes.Number]bool{}, ids: map[hospes.Number]hospes.ObjectID{}, masks: map[hospes.Number]hospes.Mask{},
		whole: map[hospes.Number]bool{},
	}
}

// touch notes an object of which a tie has changed.
func (t *told) touch(n hospes.Number) {
	if !t.seen[n] {
		t.seen[n] = true
		t.numbers = append(t.numbers, n)
	}
}

func (t *told) add(change hospes.Change) {
	n := change.Object
	t.touch(n)
	t.ids[n] = change.ID
	t.masks[n] = t.masks[n].Union(change.Mask)
	t.whole[n] = t.whole[n] || change.Operation != hospes.OperationUpdate
}

// renderChanged writes the objects that have changed, or answers errTooLarge where they have more bytes than there is room for.
func (c *call) renderChanged(r store.Reader, s deltaShape, state deltaState, told *told, members map[hospes.Number][]byte, room int) ([][]byte, error) {
	docs := make([]hospes.Document, 0, len(told.numbers))
	for some := range slices.Chunk(told.numbers, 50) {
		found, err := r.Numbered(store.Anywhere, some...)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			room -= len(d.Card) + len(d.Rest)
		}
		if docs = append(docs, found...); room < 0 {
			return nil, errTooLarge
		}
	}
	minimal := strings.Contains(strings.ToLower(c.r.Header.Get("Prefer")), "return=minimal")
	if minimal {
		c.w.Header().Set("Preference-Applied", "return=minimal")
	}
	items := make([][]byte, 0, len(docs))
	for i, d := range docs {
		n := told.numbers[i]
		id, named := told.ids[n]
		if d.Schema != nil {
			id, named = d.ID, true
		}
		if !named || len(state.IDs) > 0 && !slices.Contains(state.IDs, id) {
			continue // gone for good after these changes, which a later page says; or nobody asked
		}
		switch {
		case d.Schema == nil:
			items = append(items, s.removed(n, id, "deleted"))
		case !d.Deleted.IsZero():
			items = append(items, s.removed(n, id, "changed"))
		default:
			item, err := s.sparse(d, told.masks[n], minimal && !told.whole[n], members[n])
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	}
	return items, nil
}

package graphapi

import (
	"cmp"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	deltaPage = 200  // objects on a page of the first round
	deltaTies = 2000 // and their ties: a huge group is told in slices, the group repeated with each
)

// slice is how far the ties of an object have been told.
type slice struct {
	Of    hospes.Number `json:"o"`
	Place int           `json:"p"` // among what the delta follows
	After hospes.Number `json:"a"`
}

// deltaFirst tells the live objects, from the moment that the round began.
func (c *call) deltaFirst(s deltaShape, state deltaState) error {
	var items [][]byte
	more := false
	err := c.view(func(r store.Reader) (err error) {
		if state.Number == 0 && state.Slice == nil && state.Since == 0 {
			if state.Since, err = r.Seq(); err != nil {
				return err
			}
		}
		var docs []hospes.Document
		if docs, more, err = firstPage(r, s, state); err != nil {
			return err
		}
		items, err = s.firstItems(r, docs, &state)
		return err
	})
	if err != nil {
		return err
	}
	if more = more || state.Slice != nil; !more {
		state.First, state.Number = false, 0
	}
	return c.writeDelta(s, items, state, more)
}

// firstPage reads the objects that come next in the first round.
func firstPage(r store.Reader, s deltaShape, state deltaState) (docs []hospes.Document, more bool, err error) {
	if len(state.IDs) == 0 {
		return nextObjects(r, s.classes, state.Number)
	}
	found, err := r.Documents(store.Live, state.IDs...)
	for _, d := range found {
		if d.Schema != nil && s.has(d.Schema.Class) && d.Number > state.Number {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b hospes.Document) int { return cmp.Compare(a.Number, b.Number) })
	return docs, false, err
}

// nextObjects reads a page of the objects after one, class by class.
func nextObjects(r store.Reader, classes []hospes.Class, after hospes.Number) (docs []hospes.Document, more bool, err error) {
	for _, class := range classes {
		if after != 0 && after.Class() > class {
			continue // told
		}
		cursor := store.Cursor{}
		if after.Class() == class {
			cursor.Number = after
		}
		page, err := r.List(store.Query{Schema: hospes.SchemaOf(class), After: cursor, Limit: deltaPage - len(docs), Bytes: maxPage})
		docs = append(docs, page.Documents...)
		if err != nil || page.Next != nil {
			return docs, true, err
		}
		if len(docs) == deltaPage {
			return docs, class != classes[len(classes)-1], nil
		}
	}
	return docs, false, nil
}

// firstItems writes objects with their ties until the page has enough of these, and notes how far it came.
func (s deltaShape) firstItems(r store.Reader, docs []hospes.Document, state *deltaState) ([][]byte, error) {
	var items [][]byte
	room := deltaTies
	for _, d := range docs {
		from := slice{Of: d.Number}
		if state.Slice != nil && state.Slice.Of == d.Number {
			from = *state.Slice
		}
		ties, rest, err := s.slice(r, d, from, &room)
		if err != nil {
			return nil, err
		}
		item, err := s.sparse(d, hospes.Mask{}, false, ties)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if state.Slice = rest; rest != nil {
			return items, nil
		}
		state.Number = d.Number
	}
	return items, nil
}

// slice writes the ties of an object from a place on, as far as there is room, and says where to go on.
func (s deltaShape) slice(r store.Reader, d hospes.Document, from slice, room *int) (members []byte, rest *slice, err error) {
	for ; from.Place < len(s.follows); from.Place, from.After = from.Place+1, 0 {
		if *room == 0 {
			return members, &from, nil
		}
		n := s.follows[from.Place]
		if s.hides(d, n.relation) {
			continue
		}
		numbers, err := r.RelatedBetween(n.relation, []hospes.Number{from.Of}, from.After, lastNumber, *room)
		if err != nil {
			return nil, nil, err
		}
		docs, err := r.Numbered(store.Live, numbers...)
		if err != nil {
			return nil, nil, err
		}
		var list []byte
		for _, other := range docs {
			if other.Schema != nil {
				list = appendTie(list, other.Schema, other.ID, true)
			}
		}
		members = appendTies(members, n, list)
		if *room -= len(numbers); *room == 0 {
			from.After = numbers[len(numbers)-1]
			return members, &from, nil
		}
	}
	return members, nil, nil
}

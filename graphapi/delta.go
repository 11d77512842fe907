package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// codeResync tells a client to begin a delta anew.
const codeResync = "resyncRequired"

// deltaState is where a client stands in following a class of objects: still in the first round, at a number, or in a
// round of changes, after a seq.
type deltaState struct {
	Class  hospes.Class  `json:"c"`
	Select []string      `json:"s,omitempty"`
	Since  hospes.Seq    `json:"q"`           // changes after this are still to be told
	Number hospes.Number `json:"n,omitempty"` // first round: the last object that was told
	First  bool          `json:"f,omitempty"`
}

func (c *call) userDelta() error  { return c.delta(hospes.UserSchema) }
func (c *call) groupDelta() error { return c.delta(hospes.GroupSchema) }

// delta answers what is there and then what has changed since (graph-wire 2).
func (c *call) delta(schema *hospes.Schema) error {
	c.r.URL.RawQuery = withoutEmptyToken(c.r.URL.RawQuery)
	q, _, err := c.query()
	if err != nil {
		return err
	}
	state := deltaState{Class: schema.Class, Select: q.Select, First: true}
	token := q.SkipToken
	if q.DeltaToken != "" {
		token = q.DeltaToken
	}
	switch {
	case token == "latest":
		s, err := c.deltaShape(schema, q)
		if err != nil {
			return err
		}
		return c.deltaLatest(schema, s, state)
	case token != "":
		state = deltaState{} // what a token leaves out is zero, not what a first call begins with
		if err := c.openToken(token, "delta", &state); err != nil {
			return hospes.Invalidf("graphapi.delta", "Badly formed token.")
		}
		if state.Class != schema.Class {
			return hospes.Invalidf("graphapi.delta", "Badly formed token.")
		}
		q = odata.Query{Select: state.Select}
	case q.Filter != nil || len(q.OrderBy) > 0 || len(q.Expand) > 0 || q.Search != "":
		return unsupportedQuery("graphapi.delta")
	}
	s, err := c.deltaShape(schema, q)
	if err != nil {
		return err
	}
	if state.First {
		return c.deltaFirst(schema, s, state)
	}
	return c.deltaChanges(schema, s, state)
}

// withoutEmptyToken takes out the empty $deltatoken with which a client begins anew after a resync; anywhere else an
// empty token is a mistake.
func withoutEmptyToken(query string) string {
	var kept []string
	for option := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(option, "=")
		name = strings.TrimPrefix(strings.ReplaceAll(name, "%24", "$"), "$")
		if value != "" || !strings.EqualFold(name, "deltatoken") {
			kept = append(kept, option)
		}
	}
	return strings.Join(kept, "&")
}

func (c *call) deltaShape(schema *hospes.Schema, q odata.Query) (shape, error) {
	s, err := c.shapeOf(schema, q)
	s.selected = withID(s.selected)
	return s, err
}

// withID makes sure that a selection holds the id, which a delta always tells.
func withID(refs []odata.Ref) []odata.Ref {
	if refs == nil {
		return nil
	}
	for _, r := range refs {
		if r.Path == "id" {
			return refs
		}
	}
	return append(append([]odata.Ref{}, refs...), odata.Ref{Path: "id"})
}

func (c *call) deltaLatest(schema *hospes.Schema, s shape, state deltaState) error {
	err := c.view(func(r store.Reader) (err error) {
		state.Since, err = r.Seq()
		return err
	})
	if err != nil {
		return err
	}
	state.First = false
	return c.writeDelta(schema, s, nil, state, false)
}

const deltaPage = 200

// deltaFirst tells the live objects, from the moment that the round began.
func (c *call) deltaFirst(schema *hospes.Schema, s shape, state deltaState) error {
	var page store.Page
	err := c.view(func(r store.Reader) (err error) {
		if state.Number == 0 && state.Since == 0 {
			if state.Since, err = r.Seq(); err != nil {
				return err
			}
		}
		page, err = r.List(store.Query{Schema: schema, After: store.Cursor{Number: state.Number}, Limit: deltaPage})
		return err
	})
	if err != nil {
		return err
	}
	items := make([][]byte, 0, len(page.Documents))
	for _, d := range page.Documents {
		item, err := s.sparse(d, hospes.Mask{}, false)
		if err != nil {
			return err
		}
		items = append(items, item)
	}
	more := page.Next != nil
	if more {
		state.Number = page.Next.Number
	} else {
		state.First, state.Number = false, 0
	}
	return c.writeDelta(schema, s, items, state, more)
}

// deltaChanges tells the objects that have changed, each once with what it is now.
func (c *call) deltaChanges(schema *hospes.Schema, s shape, state deltaState) error {
	var items [][]byte
	more := false
	err := c.view(func(r store.Reader) error {
		oldest, err := r.OldestSeq()
		if err != nil {
			return err
		}
		if oldest > state.Since+1 {
			return c.resync()
		}
		changes, err := r.Changes(state.Since, 1000)
		if err != nil {
			return err
		}
		more = len(changes) == 1000
		told := newTold()
		for _, change := range changes {
			state.Since = change.Seq
			if change.Class == schema.Class && tracked(s, change) {
				told.add(change)
			}
		}
		items, err = c.renderChanged(r, s, told)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeDelta(schema, s, items, state, more)
}

// tracked tells whether a change concerns what the client follows.
func tracked(s shape, change hospes.Change) bool {
	switch change.Operation {
	case hospes.OperationUpdate:
	case hospes.OperationRelate, hospes.OperationUnrelate, hospes.OperationAssign, hospes.OperationUnassign:
		return false
	default:
		return true
	}
	return slices.ContainsFunc(s.properties(), change.Mask.Has)
}

// told collects the objects of a round, each once.
type told struct {
	numbers []hospes.Number
	ids     map[hospes.Number]hospes.ObjectID
	masks   map[hospes.Number]hospes.Mask
	whole   map[hospes.Number]bool // made or restored: new to the client
}

func newTold() *told {
	return &told{ids: map[hospes.Number]hospes.ObjectID{}, masks: map[hospes.Number]hospes.Mask{}, whole: map[hospes.Number]bool{}}
}

func (t *told) add(change hospes.Change) {
	n := change.Object
	if _, seen := t.ids[n]; !seen {
		t.numbers = append(t.numbers, n)
	}
	t.ids[n] = change.ID
	t.masks[n] = t.masks[n].Union(change.Mask)
	t.whole[n] = t.whole[n] || change.Operation != hospes.OperationUpdate
}

func (c *call) renderChanged(r store.Reader, s shape, told *told) ([][]byte, error) {
	docs, err := r.Numbered(store.Anywhere, told.numbers...)
	if err != nil {
		return nil, err
	}
	minimal := strings.Contains(strings.ToLower(c.r.Header.Get("Prefer")), "return=minimal")
	if minimal {
		c.w.Header().Set("Preference-Applied", "return=minimal")
	}
	items := make([][]byte, 0, len(docs))
	for i, d := range docs {
		n := told.numbers[i]
		switch {
		case d.Schema == nil:
			items = append(items, removed(told.ids[n], "deleted"))
		case !d.Deleted.IsZero():
			items = append(items, removed(d.ID, "changed"))
		default:
			item, err := s.sparse(d, told.masks[n], minimal && !told.whole[n])
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	}
	return items, nil
}

// sparse writes an object for a delta: without the properties that have no value, but for those that were cleared
// (graph-wire 2). only leaves just what has changed.
func (s shape) sparse(d hospes.Document, changed hospes.Mask, only bool) ([]byte, error) {
	o, err := d.Object()
	if err != nil {
		return nil, err
	}
	b := []byte{'{'}
	for _, p := range s.properties() {
		if changed.Has(p) || !only && o.Get(p) != hospes.Null {
			b = appendProperty(b, p.Name, o.Render(p))
		}
	}
	b = appendProperty(b, "id", hospes.String(o.ID.String()))
	b[len(b)-1] = '}'
	return b, nil
}

// properties are those that the shape shows, without the id.
func (s shape) properties() []*hospes.Property {
	var list []*hospes.Property
	switch {
	case s.selected != nil:
		for _, ref := range s.selected {
			if p := s.extensions.property(s.schema, ref.Path); p != nil {
				list = append(list, p)
			}
		}
	case s.all:
		for _, p := range s.schema.Properties {
			if p.Access != hospes.Hidden {
				list = append(list, p)
			}
		}
		list = append(list, s.extensions.of(s.schema)...)
	default:
		list = s.schema.DefaultSet()
	}
	return list
}

func removed(id hospes.ObjectID, reason string) []byte {
	return []byte(`{"id":"` + id.String() + `","@removed":{"reason":"` + reason + `"}}`)
}

func (c *call) resync() error {
	c.w.Header().Set("Location", c.origin+c.r.URL.EscapedPath()+"?$deltatoken=")
	return &hospes.Error{Kind: hospes.KindPrecondition, Op: "graphapi.delta", Code: codeResync, Message: "Resync is required. Replace any local items with the server's version."}
}

func (c *call) writeDelta(schema *hospes.Schema, s shape, items [][]byte, state deltaState, more bool) error {
	b := c.openPage(make([]byte, 0, 1024), contextOf(schema.Plural, s), nil)
	name, option := `"@odata.deltaLink":`, "$deltatoken"
	if more {
		name, option = `"@odata.nextLink":`, "$skiptoken"
	}
	link := c.origin + c.r.URL.EscapedPath() + "?" + option + "=" + c.sealToken("delta", state)
	b = hospes.AppendQuoted(append(b, name...), link)
	b = append(b, `,"value":[`...)
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item...)
	}
	return c.write(http.StatusOK, append(b, ']', '}'))
}

package graphapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// codeResync tells a client to begin a delta anew.
const codeResync = "resyncRequired"

// deltaTokenLife is how long a token of a delta is good for (graph-wire 2).
const deltaTokenLife = 7 * 24 * time.Hour

// deltaState is where a client stands in following a class of objects: still in the first round, at a number, or in a
// round of changes, after a seq.
type deltaState struct {
	Tenant  hospes.TenantID   `json:"t"`
	Issued  int64             `json:"i"` // Unix time
	Classes []hospes.Class    `json:"c"`
	Select  []string          `json:"s,omitempty"`
	IDs     []hospes.ObjectID `json:"d,omitempty"` // the only objects that are followed; empty for all
	Since   hospes.Seq        `json:"q"`           // changes after this are still to be told
	Number  hospes.Number     `json:"n,omitempty"` // first round: the last object that was told whole
	Slice   *slice            `json:"m,omitempty"` // first round: how far the ties of the next object have been told
	First   bool              `json:"f,omitempty"`
}

// deltaOf answers the delta of a class.
func deltaOf(schema *hospes.Schema) func(*call) error {
	return func(c *call) error { return c.delta(schema.Plural, schema) }
}

// delta answers what is there and then what has changed since, in one class or in several (graph-wire 2).
func (c *call) delta(context string, schemas ...*hospes.Schema) error {
	c.r.URL.RawQuery = withoutEmptyToken(c.r.URL.RawQuery)
	q, _, err := c.query()
	if err != nil {
		return err
	}
	token := q.SkipToken
	if q.DeltaToken != "" {
		token = q.DeltaToken
	}
	var state deltaState
	if token == "" || token == "latest" {
		state, err = beginDelta(schemas, q)
	} else {
		state, err = c.continueDelta(schemas, token)
	}
	if err != nil {
		return err
	}
	s, err := c.deltaShape(context, state)
	switch {
	case err != nil:
		return err
	case token == "latest":
		return c.deltaLatest(s, state)
	case state.First:
		return c.deltaFirst(s, state)
	}
	return c.deltaChanges(s, state)
}

// beginDelta reads the options of a first call, which are all that the later ones go by.
func beginDelta(schemas []*hospes.Schema, q odata.Query) (deltaState, error) {
	state := deltaState{Select: q.Select, First: true}
	for _, schema := range schemas {
		state.Classes = append(state.Classes, schema.Class)
	}
	if len(q.Expand) == 1 && schemas[0] == hospes.GroupSchema && strings.EqualFold(q.Expand[0].Navigation, "members") {
		if q.Expand = nil; len(q.Select) > 0 {
			state.Select = append(state.Select, "members") // how it was asked for once
		}
	}
	if len(q.OrderBy) > 0 || len(q.Expand) > 0 || q.Search != nil {
		return state, unsupportedQuery("graphapi.delta")
	}
	if q.Filter == nil {
		return state, nil
	}
	var ok bool
	if state.IDs, ok = idsNamed(nil, q.Filter); !ok {
		return state, unsupportedQuery("graphapi.delta")
	}
	if len(state.IDs) > maxDeltaIDs {
		return state, hospes.Invalidf("graphapi.delta", "A delta follows at most %d objects by id.", maxDeltaIDs)
	}
	return state, nil
}

// maxDeltaIDs is how many objects the filter of a delta can name (graph-wire 2).
const maxDeltaIDs = 50

// idsNamed adds the ids of a filter that says nothing but id eq '…' or id eq '…', the only one that a delta takes.
func idsNamed(ids []hospes.ObjectID, e odata.Expr) ([]hospes.ObjectID, bool) {
	switch e := e.(type) {
	case odata.OrExpr:
		ok := true
		for _, term := range e.Terms {
			if ids, ok = idsNamed(ids, term); !ok {
				return nil, false
			}
		}
		return ids, true
	case odata.CompareExpr:
		path, plain := e.Left.(odata.PathExpr)
		if !plain || len(path.Segments) != 1 || !strings.EqualFold(path.Segments[0], "id") || e.Op != odata.Eq {
			return nil, false
		}
		id, ok := hospes.ParseObjectID(e.Right.Text)
		if ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		return ids, ok
	}
	return nil, false
}

// continueDelta reads a token that was handed out. One that has grown old, or was handed out in another tenant, sends
// the client back to the beginning.
func (c *call) continueDelta(schemas []*hospes.Schema, token string) (deltaState, error) {
	var state deltaState
	known := func(class hospes.Class) bool {
		return slices.ContainsFunc(schemas, func(s *hospes.Schema) bool { return s.Class == class })
	}
	if err := c.openSealed(hospes.TenantID{}, token, "delta", &state); err != nil || len(state.Classes) == 0 || slices.ContainsFunc(state.Classes, func(class hospes.Class) bool { return !known(class) }) {
		return state, hospes.Invalidf("graphapi.delta", "Badly formed token.")
	}
	if state.Tenant != c.caller.Tenant {
		return state, c.resync(deltaState{})
	}
	if c.api.Clock.Now().Sub(time.Unix(state.Issued, 0)) > deltaTokenLife {
		return state, c.resync(state)
	}
	return state, nil
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

// resync sends a client to the beginning of what it has followed.
func (c *call) resync(state deltaState) error {
	address := c.origin + c.r.URL.EscapedPath() + "?$deltatoken="
	if len(state.Select) > 0 {
		address += "&$select=" + url.QueryEscape(strings.Join(state.Select, ","))
	}
	var terms []string
	for _, id := range state.IDs {
		terms = append(terms, "id eq '"+id.String()+"'")
	}
	if c.route.Key == directoryDeltaKey {
		for _, class := range state.Classes {
			terms = append(terms, "isof('microsoft.graph."+hospes.SchemaOf(class).Name+"')")
		}
	}
	if len(terms) > 0 {
		address += "&$filter=" + url.QueryEscape(strings.Join(terms, " or "))
	}
	c.w.Header().Set("Location", address)
	return &hospes.Error{Kind: hospes.KindPrecondition, Op: "graphapi.delta", Code: codeResync, Message: "Resync is required. Replace any local items with the server's version."}
}

func (c *call) deltaLatest(s deltaShape, state deltaState) error {
	err := c.view(func(r store.Reader) (err error) {
		state.Since, err = r.Seq()
		return err
	})
	if err != nil {
		return err
	}
	state.First = false
	return c.writeDelta(s, nil, state, false)
}

func (c *call) writeDelta(s deltaShape, items [][]byte, state deltaState, more bool) error {
	b := c.openPage(make([]byte, 0, 1024), s.contextText(), nil)
	name, option := `"@odata.deltaLink":`, "$deltatoken"
	if more {
		name, option = `"@odata.nextLink":`, "$skiptoken"
	}
	state.Tenant, state.Issued = c.caller.Tenant, c.api.Clock.Now().Unix()
	link := c.origin + c.r.URL.EscapedPath() + "?" + option + "=" + c.seal(hospes.TenantID{}, "delta", state)
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

package graphapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// view of an object: which properties an answer shows.
type shape struct {
	schema     *hospes.Schema
	queried    *odata.Schema // what the request may name
	extensions extensions    // that it names, or that beta shows
	selected   []odata.Ref   // nil for the default set
	all        bool          // beta shows every property
	typed      bool          // each item says what it is
	bare       bool
	sees       func(hospes.Document) sight
	root       string                   // where objects have their addresses, which are shown where it is not empty
	references bool                     // only addresses are shown
	expand     *expansion               // what is shown along with each object
	expanded   map[hospes.Number][]byte // the members that this adds
	ruled      bool                     // how far the rule of the one group is worked in is shown
	rule       hospes.Value             // that
	leaves     bool                     // the caller may read when people leave
	activity   bool                     // when people signed in last is shown or asked for
	active     map[hospes.Number]hospes.SignInActivity
}

// render writes an object as a JSON object, with what is expanded.
func (s shape) render(b []byte, d hospes.Document, context string) ([]byte, error) {
	b, err := s.object(b, d, context)
	return insert(b, s.expanded[d.Number]), err
}

// object writes the object itself. The default set is the stored card; nothing is decoded for it.
func (s shape) object(b []byte, d hospes.Document, context string) ([]byte, error) {
	whole := true
	if s.sees != nil {
		seen := s.sees(d)
		whole = seen.whole
		var err error
		if d, err = seen.through(d); err != nil {
			return nil, err
		}
	}
	b = append(b, '{')
	if context != "" && !s.bare {
		b = hospes.AppendQuoted(append(b, `"@odata.context":`...), context)
		b = append(b, ',')
	}
	if (s.typed || s.root != "") && !s.bare {
		b = hospes.AppendQuoted(append(b, `"@odata.type":`...), d.Schema.ODataType())
		b = append(b, ',')
	}
	if s.root != "" {
		b = hospes.AppendQuoted(append(b, `"@odata.id":`...), s.root+"/directoryObjects/"+d.ID.String())
		b = hospes.AppendQuoted(append(b, `,"@odata.editLink":`...), "directoryObjects/"+d.ID.String())
		b = append(b, ',')
	}
	if s.selected == nil && !s.all {
		b = append(b, d.Card...)
		return append(b, '}'), nil
	}
	o, err := d.Object()
	if err != nil {
		return nil, err
	}
	if s.selected == nil {
		return s.renderAll(b, o), nil
	}
	n := len(b)
	for _, ref := range s.selected {
		p := s.extensions.property(o.Schema, ref.Path)
		switch {
		case ref.Path == "id":
			b = appendProperty(b, "id", hospes.String(o.ID.String()))
		case p != nil && s.withholds(p):
			b = appendProperty(b, p.Name, "null")
		case p != nil:
			b = appendProperty(b, p.Name, o.Render(p))
		case ref.Path == ruleStatusName:
			b = appendProperty(b, ruleStatusName, cmp.Or(s.rule, "null"))
		case ref.Path == activityName && o.Schema == hospes.UserSchema:
			b = appendProperty(b, activityName, s.activityOf(o, whole))
		}
	}
	if len(b) > n {
		b = b[:len(b)-1]
	} else if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, '}'), nil
}

// renderAll writes every property, as beta does.
func (s shape) renderAll(b []byte, o *hospes.Object) []byte {
	b = appendProperty(b, "id", hospes.String(o.ID.String()))
	for _, p := range o.Schema.Properties {
		if p.Access != hospes.Hidden && !slices.Contains(onlySelected, p) {
			b = appendProperty(b, p.Name, o.Render(p))
		}
	}
	for _, p := range s.extensions.of(o.Schema) {
		if v := o.Get(p); v != hospes.Null {
			b = appendProperty(b, p.Name, v)
		}
	}
	b[len(b)-1] = '}'
	return b
}

func appendProperty(b []byte, name string, v hospes.Value) []byte {
	b = append(hospes.AppendQuoted(b, name), ':')
	return append(append(b, v...), ',')
}

// plainShape shows the default set, with as many annotations as the client wants.
func (c *call) plainShape(schema *hospes.Schema) shape {
	s := shape{schema: schema, bare: c.bare}
	if c.full {
		s.root = c.origin + "/" + c.base()
	}
	return s
}

// shapeOf gives how the request wants objects of a class shown. A nil schema stands for objects of any class, of which
// the properties that all have can be selected.
func (c *call) shapeOf(schema *hospes.Schema, q odata.Query) (s shape, err error) {
	s = c.plainShape(schema)
	s.all, s.typed, s.sees = c.version == "beta", schema == nil, c.sees
	if schema != nil {
		if err := c.checkSight(q, schema); err != nil {
			return s, err
		}
	}
	if err := inDirectory(q.Names()); err != nil {
		return s, err
	}
	if s.all && len(q.Select) == 0 {
		s.extensions, err = c.allExtensions()
	} else {
		s.extensions, err = c.extensionsNamed(q.Names())
	}
	if err != nil {
		return s, err
	}
	s.queried = s.extensions.queried(schema)
	if err := c.lifecycle(&s, q); err != nil {
		return s, err
	}
	if err := c.activity(&s, schema, q); err != nil {
		return s, err
	}
	c.ruleStatus(&s, schema, q)
	if s.expand, err = c.expansionOf(schema, q); err != nil {
		return s, err
	}
	if len(q.Select) == 0 {
		return s, nil
	}
	refs, err := q.CheckSelect(s.queried)
	if err != nil {
		return s, err
	}
	s.selected = []odata.Ref{}
	for _, ref := range refs {
		ref.Path, _, _ = strings.Cut(ref.Path, "/") // a member of a complex property brings the whole of it
		if !slices.ContainsFunc(s.selected, func(r odata.Ref) bool { return r.Path == ref.Path }) {
			s.selected = append(s.selected, ref)
		}
	}
	return s, nil
}

// outside are properties of people that the original keeps outside of its directory (graph-wire 1.3), and hospes not at all.
var outside = []string{
	"aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities", "schools", "skills", "mailboxSettings",
}

// inDirectory refuses names of such properties.
func inDirectory(names []string) error {
	for _, name := range names {
		if slices.ContainsFunc(outside, func(known string) bool { return strings.EqualFold(known, name) }) {
			return &hospes.Error{Kind: hospes.KindUnsupported, Op: "graphapi.query", Code: "NotImplemented", Message: "This operation target is not yet supported."}
		}
	}
	return nil
}

// contextOf gives the suffix of the context for a collection: users, or users(id,displayName).
func contextOf(name string, s shape) string {
	var list []string
	for _, ref := range s.selected {
		list = append(list, ref.Path)
	}
	if s.expand != nil {
		list = append(list, s.expand.text)
	}
	if list == nil {
		return name
	}
	return name + "(" + strings.Join(list, ",") + ")"
}

// writeObject answers with one object.
func (c *call) writeObject(status int, o *hospes.Object, context string) error {
	return c.writeDocument(status, o.Document(), context)
}

// writeDocument is writeObject for an object as it is kept.
func (c *call) writeDocument(status int, d hospes.Document, context string) error {
	q, _, err := c.query()
	if err != nil {
		return err
	}
	if q.Filter != nil || q.Search != nil || len(q.OrderBy) > 0 { // of one object there is nothing to leave out or to sort
		return unsupportedQuery("graphapi.writeDocument")
	}
	s, err := c.shapeOf(d.Schema, q)
	if err != nil {
		return err
	}
	if err := c.readAside(&s, d); err != nil {
		return err
	}
	return c.writeShaped(status, d, s, contextOf(context, s)+"/$entity")
}

func (c *call) writeShaped(status int, d hospes.Document, s shape, context string) error {
	body, err := s.render(make([]byte, 0, 1024), d, c.context(context))
	if err != nil {
		return err
	}
	return c.write(status, body)
}

// writeCreated answers a create, with the address of what was made.
func (c *call) writeCreated(o *hospes.Object, context string) error {
	base := c.base()
	if c.version == "hospes" {
		base = "v1.0" // what is made by an extension is read by Graph
	}
	c.w.Header().Set("Location", c.origin+"/"+base+"/"+o.Schema.Plural+"/"+o.ID.String())
	s := c.plainShape(o.Schema)
	return c.writeShaped(http.StatusCreated, o.Document(), s, context+"/$entity")
}

// encode writes a value as JSON, without the escapes that only pages need.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// raw makes a JSON text of a value that always marshals.
func raw(v any) json.RawMessage {
	text, err := encode(v)
	if err != nil {
		panic("graphapi: " + err.Error())
	}
	return text
}

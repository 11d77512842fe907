package importer

import (
	"iter"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Kind says what a record describes.
type Kind uint8

// The kinds of records.
const (
	Person Kind = iota + 1
	Group
)

func (k Kind) String() string {
	switch k {
	case Person:
		return "person"
	case Group:
		return "group"
	}
	return "unknown"
}

// Record is one person or group of a file. It belongs to the caller; the reader never touches it again.
//
// Keys are folded texts: the distinguished name in LDIF; in CSV the column key, else the user principal name, else the
// mail address, else the employee id. Key, Aliases, Manager and Members are of one space, so that a table from key and
// aliases to objects resolves every reference.
type Record struct {
	Line     int      // the line on which the record begins
	Kind     Kind     // never zero
	Key      string   // what other records call it; never empty
	Aliases  []string // further names by which it can be meant: its address, its user principal name, "uid:" and its uid
	Fields   []Field  // the properties; those with the same name stand together
	Manager  string   // key of the manager, or ""
	Members  []string // keys of the members of a group
	Groups   []string // display names of the groups that a person belongs to, as CSV has them
	Disabled bool     // the file says that the account may not sign in
}

// Field is one value of a property, by its Graph name. A property with several values has several fields.
// The text of accountEnabled is "true" or "false"; it is there only where the file says anything about it.
type Field struct {
	Name, Text string
}

// Add appends a value to a property whose values, if any, came last.
func (r *Record) Add(name, text string) {
	r.Fields = append(r.Fields, Field{name, text})
}

// Text gives the first value of a property, or "".
func (r *Record) Text(name string) string {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Texts gives every value of a property.
func (r *Record) Texts(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, f := range r.Fields {
			if f.Name == name && !yield(f.Text) {
				return
			}
		}
	}
}

// Schema gives the schema of the kind of object that the record describes.
func (r *Record) Schema() *hospes.Schema {
	if r.Kind == Group {
		return hospes.GroupSchema
	}
	return hospes.UserSchema
}

// Edits gives the fields as values of the schema's properties: texts, truth values, and one collection for all the
// fields of a name. Properties that only hospes itself may write are among them; the caller decides what they are for.
func (r *Record) Edits() []hospes.Edit {
	edits := make([]hospes.Edit, 0, len(r.Fields)+1)
	schema := r.Schema()
	for i := 0; i < len(r.Fields); {
		n := i + 1
		for n < len(r.Fields) && r.Fields[n].Name == r.Fields[i].Name {
			n++
		}
		if p := schema.Property(r.Fields[i].Name); p != nil {
			edits = append(edits, hospes.Edit{Property: p, Value: valueOf(p, r.Fields[i:n])})
		}
		i = n
	}
	return edits
}

func valueOf(p *hospes.Property, fields []Field) hospes.Value {
	switch {
	case p.Many:
		texts := make([]string, len(fields))
		for i, f := range fields {
			texts[i] = f.Text
		}
		return hospes.Strings(texts...)
	case p.Type == hospes.TypeBoolean:
		return hospes.Bool(fields[0].Text == "true")
	}
	return hospes.String(fields[0].Text)
}

// nameFromParts gives a person without a display name the one that both formats agree on: the given name and the
// surname. What to do with people who have neither is for the directory to say.
func (r *Record) nameFromParts() {
	if r.Kind != Person || r.Text("displayName") != "" {
		return
	}
	if name := strings.TrimSpace(r.Text("givenName") + " " + r.Text("surname")); name != "" {
		r.Add("displayName", name)
	}
}

// state notes whether the account may sign in.
func (r *Record) state(disabled bool) {
	r.Disabled = disabled
	if disabled {
		r.Add("accountEnabled", "false")
	} else {
		r.Add("accountEnabled", "true")
	}
}

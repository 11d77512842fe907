package local

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// extensionsOf gives the directory extensions of the tenant that a directory names, by slot. Names count with their case
// (provisioning 3.8); what nobody has defined is left out.
func extensionsOf(r store.Reader, d *connector.Directory) (map[int]*hospes.Property, error) {
	if len(d.Attributes) == len(attributes) {
		return nil, nil
	}
	slots := map[string]int{}
	var names []string
	for slot := len(attributes); slot < len(d.Attributes); slot++ {
		slots[d.Attributes[slot].Name] = slot
		names = append(names, d.Attributes[slot].Name)
	}
	defined, err := store.ExtensionsNamed(r, names...)
	if err != nil {
		return nil, err
	}
	found := map[int]*hospes.Property{}
	for _, e := range defined {
		slot, known := slots[e.Name]
		if p := e.Property(hospes.UserSchema); known && p != nil && !e.Many {
			found[slot] = p
		}
	}
	return found, nil
}

// fit makes the values of extensions ones of the type that the tenant has defined, and checks those that a mapping can
// get wrong. A person whose values the tenant cannot take fails, and nobody else.
func (t *target) fit(w *connector.Write) {
	for i, v := range w.Values {
		if v.Slot == slotMail && v.Value != hospes.Null && !directory.ValidMail(v.Value.Text()) {
			w.Failure = &connector.Failure{Code: "InvitationCreationFailureInvalidPropertyValue", Message: "'" + v.Value.Text() + "' is not a mail address."}
			return
		}
		if v.Slot < len(attributes) {
			continue
		}
		name := t.directory.Attributes[v.Slot].Name
		p := t.extensions[v.Slot]
		if p == nil {
			w.Failure = &connector.Failure{Code: "SchemaAttributeNotFound", Message: "The target tenant has no directory extension '" + name + "' with one value for people."}
			return
		}
		raw := v.Value
		if p.Type == hospes.TypeBoolean || p.Type == hospes.TypeInteger || p.Type == hospes.TypeInteger32 {
			raw = hospes.Value(v.Value.Text())
		} else if raw == hospes.True || raw == hospes.False || raw[0] != '"' {
			raw = hospes.String(v.Value.Text())
		}
		fitted, err := directory.ParseValue(p, []byte(raw))
		if err != nil {
			w.Failure = &connector.Failure{Code: "InvalidValue", Message: "The directory extension '" + name + "' of the target tenant does not take the value " + string(v.Value) + "."}
			return
		}
		w.Values[i].Value = fitted
	}
}

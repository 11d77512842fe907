package connector

import "strings"

// AttributeType is the type of an attribute, in the spelling of synchronization schemas.
type AttributeType string

// The types.
const (
	String    AttributeType = "String"
	Integer   AttributeType = "Integer"
	Boolean   AttributeType = "Boolean"
	DateTime  AttributeType = "DateTime"
	Binary    AttributeType = "Binary"
	Reference AttributeType = "Reference"
)

// Attribute describes one attribute of the people of a system.
type Attribute struct {
	Name      string
	Type      AttributeType
	Many      bool
	Anchor    bool
	CaseExact bool
	ReadOnly  bool
	Required  bool
}

// Directory is the attributes of a system. The position of an attribute is its slot.
type Directory struct {
	Name       string
	Attributes []Attribute

	slots map[string]int
}

// NewDirectory makes a directory of attributes. Names differ without regard to case.
func NewDirectory(name string, attributes []Attribute) *Directory {
	d := &Directory{Name: name, Attributes: attributes, slots: make(map[string]int, len(attributes))}
	for i, a := range attributes {
		d.slots[strings.ToLower(a.Name)] = i
	}
	return d
}

// Slot finds an attribute by name.
func (d *Directory) Slot(name string) (slot int, ok bool) {
	slot, ok = d.slots[strings.ToLower(name)]
	return slot, ok
}

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
	OwnForm   bool // kept in a form of the system's own: compared with what was last written, not with what is there
}

// Leaving is what becomes of people in a system when they leave the scope of a job.
type Leaving uint8

// The ways to leave.
const (
	LeaveToBin   Leaving = iota // deleted, and restorable for a while (tenants, row X5)
	LeaveBlocked                // kept and blocked, by the mappings that read IsSoftDeleted (row 10)
	LeaveForGood                // deleted: the system cannot block (row 10)
)

// Traits are what decisions depend on beyond the attributes themselves. Slots are -1 where there is no such attribute.
type Traits struct {
	Leaving     Leaving
	Remakes     bool // one that vanished or left by itself is made anew (row X11); otherwise that is an error (row 6)
	DisplayName int  // shown in logs
	Enabled     int  // False blocks sign-in
	SoftDeleted int  // says that somebody has left the scope; never written, it is how leaving is switched on
	Manager     int  // refers to another person
	Members     int  // of a group: refers to the people in it
	Match       int  // the one matching attribute; -1 where the schema chooses
}

// Directory is the attributes of a system. The position of an attribute is its slot.
type Directory struct {
	Name       string
	Attributes []Attribute
	Traits     Traits

	slots map[string]int
}

// NewDirectory makes a directory of attributes, without traits yet. Names differ without regard to case.
func NewDirectory(name string, attributes []Attribute) *Directory {
	d := &Directory{
		Name: name, Attributes: attributes, slots: make(map[string]int, len(attributes)),
		Traits: Traits{DisplayName: -1, Enabled: -1, SoftDeleted: -1, Manager: -1, Members: -1, Match: -1},
	}
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

// Must gives the slot of an attribute that is known to be there.
func (d *Directory) Must(name string) int {
	slot, ok := d.Slot(name)
	if !ok {
		panic("connector: " + d.Name + " has no attribute " + name)
	}
	return slot
}

// With gives the directory with further attributes at its end; those it has already are left out.
func (d *Directory) With(more ...Attribute) *Directory {
	list := append([]Attribute(nil), d.Attributes...)
	for _, a := range more {
		if _, have := d.Slot(a.Name); !have {
			list = append(list, a)
		}
	}
	wider := NewDirectory(d.Name, list)
	wider.Traits = d.Traits
	return wider
}

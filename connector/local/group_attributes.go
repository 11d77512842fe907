package local

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// groupAttributes is the table of groups, as attributes is that of people. The members are a relation, and what says
// that a group has left the scope is the engine's to know.
var groupAttributes = []attribute{
	{Attribute: connector.Attribute{Name: attrObjectID, Type: connector.String, Anchor: true, ReadOnly: true}},
	{Attribute: connector.Attribute{Name: attrSoftDeleted, Type: connector.Boolean}},
	{Attribute: connector.Attribute{Name: attrMembers, Type: connector.Reference, Many: true}},
	{Attribute: connector.Attribute{Name: "displayName", Type: connector.String, Required: true}, property: hospes.GroupDisplayName},
	{Attribute: connector.Attribute{Name: "mailNickname", Type: connector.String, Required: true}, property: hospes.GroupMailNickname},
	{Attribute: connector.Attribute{Name: "description", Type: connector.String}, property: hospes.GroupDescription},
	{Attribute: connector.Attribute{Name: "securityEnabled", Type: connector.Boolean, Required: true}, property: hospes.GroupSecurityEnabled},
	{Attribute: connector.Attribute{Name: "mailEnabled", Type: connector.Boolean, Required: true}, property: hospes.GroupMailEnabled},
}

func groupSide(name string) *connector.Directory {
	d := connector.NewDirectory(name, plain(groupAttributes))
	// A security group has no bin: it goes for good. One that an administrator of the target deleted is not made again.
	d.Traits.Leaving = connector.LeaveForGood
	d.Traits.DisplayName, d.Traits.SoftDeleted, d.Traits.Members = d.Must("displayName"), d.Must(attrSoftDeleted), d.Must(attrMembers)
	return d
}

// GroupSourceDirectory and GroupTargetDirectory are the attributes of a tenant's groups, seen from the two ends of a job.
var (
	GroupSourceDirectory = groupSide(sourceName)
	GroupTargetDirectory = groupSide(targetName)
)

// SlotGroupSoftDeleted is where the engine tells whether a group has left the scope.
var SlotGroupSoftDeleted = GroupSourceDirectory.Must(attrSoftDeleted)

// GroupSource reads groups of a tenant as the source of a job.
type GroupSource struct{ *connector.Directory }

// Attribute describes a slot.
func (s GroupSource) Attribute(slot int) connector.Attribute { return s.Attributes[slot] }

// Mask gives the properties that an attribute is read from.
func (s GroupSource) Mask(slot int) (m hospes.Mask) {
	if p := groupAttributes[slot].property; p != nil {
		m.Set(p)
	}
	return m
}

// Value gives an attribute of a group.
func (s GroupSource) Value(o *hospes.Object, slot int) hospes.Value {
	switch p := groupAttributes[slot].property; {
	case p != nil:
		return o.Get(p)
	case groupAttributes[slot].Name == attrObjectID:
		return hospes.String(o.ID.String())
	}
	return hospes.Null
}

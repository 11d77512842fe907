package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
)

// origin is the source as mappings and filters read it: attributes by slot, and the properties behind each.
type origin interface {
	Slot(name string) (slot int, ok bool)
	Attribute(slot int) connector.Attribute
	Mask(slot int) hospes.Mask
	Value(o *hospes.Object, slot int) hospes.Value
}

// kind is what tells people from groups on their way through the pipeline. Slots are those of the source, -1 where there
// is no such attribute.
type kind struct {
	name                        string // in schemas and records
	schema                      *hospes.Schema
	softDeleted, enabled, roles int
	always                      []*hospes.Property // what matters about an object whatever is mapped

	// judge tells whether an object that is in the source is active, and whether it passes the implicit filter.
	judge func(o *hospes.Object) (active, passes bool)

	// implicit names the implicit filter in records.
	implicit string

	// describe says of which object a record is; nil where it is gone for good.
	describe func(p *hospes.Provisioning, o *hospes.Object)
}

var people = &kind{
	name: "User", schema: hospes.UserSchema, softDeleted: local.SlotSoftDeleted, enabled: local.SlotEnabled, roles: local.SlotRoles,
	always: []*hospes.Property{
		hospes.UserAccountEnabled, hospes.UserExternalState, hospes.UserAltSecIDs, hospes.UserUserType, hospes.UserCreationType,
		hospes.UserPhoneMethods,
	},
	// Only internal members are taken, and nobody who signs in by SMS (provisioning 3.4).
	judge: func(o *hospes.Object) (active, passes bool) {
		guest := hospes.UserType(o.Text(hospes.UserUserType)) == hospes.UserTypeGuest
		return o.Get(hospes.UserAccountEnabled).Bool(), !hospes.IsExternal(o) && !guest && hospes.SMSSignIn(o) == ""
	},
	implicit: "Filter external users.alternativeSecurityIds EQUALS 'None'",
	describe: func(p *hospes.Provisioning, o *hospes.Object) {
		if o != nil {
			p.SourceName, p.SourceUPN = o.Text(hospes.UserDisplayName), o.Text(hospes.UserPrincipalName)
		}
	},
}

var groups = &kind{
	name: "Group", schema: hospes.GroupSchema, softDeleted: local.SlotGroupSoftDeleted, enabled: -1, roles: -1,
	always: []*hospes.Property{hospes.GroupTypes, hospes.GroupSecurityEnabled, hospes.GroupMailEnabled},
	// Security groups and Microsoft 365 groups are taken, those that can hold a role are not (provisioning 3.7).
	judge: func(o *hospes.Object) (active, passes bool) {
		security := o.Get(hospes.GroupSecurityEnabled).Bool() && !o.Get(hospes.GroupMailEnabled).Bool()
		return true, (security || hospes.IsUnified(o)) && !o.Get(hospes.GroupAssignableToRole).Bool()
	},
	implicit: "Filter groups.isAssignableToRole EQUALS 'False'",
	describe: func(p *hospes.Provisioning, o *hospes.Object) {
		p.SourceType = "Group"
		if o != nil {
			p.SourceName = o.Text(hospes.GroupDisplayName)
		}
	},
}

// at gives the part of a target that holds objects of the kind.
func (c *compiled) at(target connector.Target) connector.Target {
	if c.kind == groups {
		return target.(connector.Grouped).Groups() // a mapping of groups is compiled only for targets that hold them
	}
	return target
}

// of gives the part of the job that takes the object with a number.
func (r *run) of(n hospes.Number) *compiled {
	if n.Class() == hospes.ClassGroup {
		return r.groups
	}
	return r.people
}

// alike gives how many of the numbers, from the first on, are of the kind of the first.
func alike(numbers []hospes.Number) int {
	n := 0
	for n < len(numbers) && numbers[n].Class() == numbers[0].Class() {
		n++
	}
	return n
}

// everyLink gives the bounds, both exclusive, of the sources of a tenant's links.
func everyLink(t hospes.TenantNumber) (after, before hospes.Number) {
	after, _ = t.Range(min(hospes.ClassUser, hospes.ClassGroup))
	_, before = t.Range(max(hospes.ClassUser, hospes.ClassGroup))
	return after, before
}

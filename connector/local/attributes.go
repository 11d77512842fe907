package local

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
)

// Names of the attributes that are computed rather than stored.
const (
	attrObjectID     = "objectId"
	attrSoftDeleted  = "IsSoftDeleted"
	attrRoles        = "appRoleAssignments"
	attrAltSec       = "alternativeSecurityIds"
	attrUPN          = "userPrincipalName"
	attrOriginalUPN  = "originalUserPrincipalName"
	attrPhone        = "telephoneNumber"
	attrManager      = "manager"
	attrMembers      = "members"
	noAltSecIDs      = "None" // what an internal user shows for alternativeSecurityIds (provisioning 3.3)
	sourceName       = "Azure Active Directory"
	targetName       = "Azure Active Directory (target tenant)"
	extensionsPrefix = "extensionAttribute"
)

// stored are the attributes that are a property under another or the same name, with what they are as source and target.
var stored = []struct {
	attribute, property string
	kind                connector.AttributeType
	many                bool
}{
	{"accountEnabled", "accountEnabled", connector.Boolean, false},
	{"displayName", "displayName", connector.String, false},
	{"givenName", "givenName", connector.String, false},
	{"surname", "surname", connector.String, false},
	{"jobTitle", "jobTitle", connector.String, false},
	{"department", "department", connector.String, false},
	{"companyName", "companyName", connector.String, false},
	{"employeeId", "employeeId", connector.String, false},
	{"employeeType", "employeeType", connector.String, false},
	{"employeeHireDate", "employeeHireDate", connector.DateTime, false},
	{"mail", "mail", connector.String, false},
	{"mailNickname", "mailNickname", connector.String, false},
	{"otherMails", "otherMails", connector.String, true},
	{"proxyAddresses", "proxyAddresses", connector.String, true},
	{"mobile", "mobilePhone", connector.String, false},
	{"facsimileTelephoneNumber", "faxNumber", connector.String, false},
	{"physicalDeliveryOfficeName", "officeLocation", connector.String, false},
	{"streetAddress", "streetAddress", connector.String, false},
	{"city", "city", connector.String, false},
	{"state", "state", connector.String, false},
	{"postalCode", "postalCode", connector.String, false},
	{"country", "country", connector.String, false},
	{"usageLocation", "usageLocation", connector.String, false},
	{"preferredLanguage", "preferredLanguage", connector.String, false},
	{"showInAddressList", "showInAddressList", connector.Boolean, false},
	{"netId", "netId", connector.String, false},
	{"onPremisesImmutableId", "onPremisesImmutableId", connector.String, false},
	{"onPremisesSamAccountName", "onPremisesSamAccountName", connector.String, false},
	{"userType", "userType", connector.String, false},
}

// attribute is one slot: a property, a member of one, or a computed value.
type attribute struct {
	connector.Attribute
	property *hospes.Property
	field    string // a member of the property
}

// attributes is the one table of both sides; SourceDirectory and TargetDirectory show it under their names.
var attributes = buildAttributes()

func buildAttributes() []attribute {
	list := []attribute{
		{Attribute: connector.Attribute{Name: attrObjectID, Type: connector.String, Anchor: true, ReadOnly: true}},
		{Attribute: connector.Attribute{Name: attrSoftDeleted, Type: connector.Boolean}},
		{Attribute: connector.Attribute{Name: attrRoles, Type: connector.String, Many: true, ReadOnly: true}},
		{Attribute: connector.Attribute{Name: attrAltSec, Type: connector.String}, property: hospes.UserAltSecIDs},
		{Attribute: connector.Attribute{Name: attrUPN, Type: connector.String, Required: true, OwnForm: true}, property: hospes.UserPrincipalName},
		{Attribute: connector.Attribute{Name: attrOriginalUPN, Type: connector.String, ReadOnly: true}, property: hospes.UserPrincipalName},
		{Attribute: connector.Attribute{Name: attrPhone, Type: connector.String}, property: hospes.UserBusinessPhones},
		{Attribute: connector.Attribute{Name: attrManager, Type: connector.Reference}},
	}
	for _, s := range stored {
		list = append(list, attribute{
			Attribute: connector.Attribute{Name: s.attribute, Type: s.kind, Many: s.many}, property: hospes.UserSchema.Must(s.property),
		})
	}
	extensions := hospes.UserSchema.Must("onPremisesExtensionAttributes")
	for _, f := range extensions.Fields {
		list = append(list, attribute{Attribute: connector.Attribute{Name: f.Name, Type: connector.String}, property: extensions, field: f.Name})
	}
	return list
}

// plain gives the attributes of a table as the contract with the engine knows them.
func plain(table []attribute) []connector.Attribute {
	list := make([]connector.Attribute, len(table))
	for i, a := range table {
		list[i] = a.Attribute
	}
	return list
}

func side(name string) *connector.Directory {
	d := connector.NewDirectory(name, plain(attributes))
	d.Traits = connector.Traits{
		Leaving: connector.LeaveToBin, Remakes: true, DisplayName: d.Must("displayName"), Enabled: d.Must("accountEnabled"),
		SoftDeleted: d.Must(attrSoftDeleted), Manager: d.Must(attrManager), Match: d.Must(attrAltSec),
	}
	return d
}

// SourceDirectory and TargetDirectory are the attributes of a tenant's people, seen from the two ends of a job. A
// schema may widen them by directory extensions, whose slots follow.
var (
	SourceDirectory = side(sourceName)
	TargetDirectory = side(targetName)
)

func slot(name string) int { return SourceDirectory.Must(name) }

// Slots that the engine and this package name themselves.
var (
	SlotSoftDeleted = slot(attrSoftDeleted)
	SlotRoles       = slot(attrRoles)
	SlotManager     = slot(attrManager)
	SlotEnabled     = slot("accountEnabled")
	slotAltSec      = slot(attrAltSec)
	slotUPN         = slot(attrUPN)
	slotUserType    = slot("userType")
	slotMail        = slot("mail")
	slotDisplayName = slot("displayName")
	slotObjectID    = slot(attrObjectID)
	slotOriginalUPN = slot(attrOriginalUPN)
	slotPhone       = slot(attrPhone)
)

// Source reads people of a tenant as the source of a job.
type Source struct{ *connector.Directory }

// Attribute describes a slot.
func (s Source) Attribute(slot int) connector.Attribute { return s.Attributes[slot] }

// Mask gives the properties that an attribute is read from, so that a change of others can be passed over.
func (s Source) Mask(slot int) (m hospes.Mask) {
	if slot >= len(attributes) {
		m.Set(hospes.UserExtensions)
		return m
	}
	if p := attributes[slot].property; p != nil {
		m.Set(p)
	}
	switch slot {
	case SlotSoftDeleted:
		m.Set(hospes.UserAccountEnabled)
	case slotAltSec, slotUPN:
		m.Set(hospes.UserExternalState)
		m.Set(hospes.UserCreationType)
	}
	return m
}

// Value gives an attribute of a person (provisioning 2.1, 3.3). The soft deletion and the roles are the engine's to know.
func (s Source) Value(o *hospes.Object, slot int) hospes.Value {
	switch slot {
	case slotObjectID:
		return hospes.String(o.ID.String())
	case slotAltSec:
		if hospes.IsExternal(o) {
			return o.Get(hospes.UserAltSecIDs)
		}
		return hospes.String(noAltSecIDs)
	case slotUPN:
		upn := o.Get(hospes.UserPrincipalName)
		if !hospes.IsExternal(o) {
			return upn
		}
		home, _ := hospes.HomeUPN(upn.Text())
		return hospes.String(home)
	}
	return value(s.Directory, o, slot)
}

// value gives an attribute as the object holds it.
func value(d *connector.Directory, o *hospes.Object, slot int) hospes.Value {
	if slot >= len(attributes) {
		_, v := o.Extension(d.Attributes[slot].Name)
		return v
	}
	a := &attributes[slot]
	switch {
	case slot == slotPhone:
		if phones := o.Get(a.property).Texts(); len(phones) > 0 {
			return hospes.String(phones[0])
		}
		return hospes.Null
	case a.property == nil:
		return hospes.Null
	case a.field != "":
		return o.Get(a.property).Member(a.field)
	}
	return o.Get(a.property)
}

// setValue gives an object an attribute.
func (t *target) setValue(o *hospes.Object, slot int, v hospes.Value) {
	if slot >= len(attributes) {
		o.Set(t.extensions[slot], v)
		return
	}
	a := &attributes[slot]
	switch {
	case slot == slotPhone:
		if v != hospes.Null {
			v = hospes.Strings(v.Text())
		}
		o.Set(a.property, v)
	case slot == slotAltSec:
		o.Set(a.property, altSecIDs(v))
	case a.field != "":
		o.Set(a.property, withMember(o.Get(a.property), a.property, a.field, v))
	case a.property != nil:
		o.Set(a.property, v)
	}
}

// altSecIDs makes the collection of one id; a mapping gives the id as the text of a JSON object.
func altSecIDs(v hospes.Value) hospes.Value {
	if v == hospes.Null {
		return hospes.Null
	}
	return "[" + hospes.Value(v.Text()) + "]"
}

func withMember(whole hospes.Value, p *hospes.Property, name string, v hospes.Value) hospes.Value {
	b := []byte{'{'}
	for _, f := range p.Fields {
		member := whole.Member(f.Name)
		if f.Name == name {
			member = v
		}
		if member == hospes.Null {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(hospes.AppendQuoted(b, f.Name), ':'), member...)
	}
	if len(b) == 1 {
		return hospes.Null
	}
	return hospes.Value(append(b, '}'))
}

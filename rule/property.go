package rule

import (
	"strings"

	"github.com/hospes-dev/hospes"
)

// property is something that a rule can ask about a person.
type property struct {
	name  string
	shape shape
	of    *hospes.Property                               // nil for what the object itself does not hold
	value func(p Person, item hospes.Value) hospes.Value // item: within -any and -all
}

var properties = map[string]*property{}

func init() {
	plain := func(name, of string, s shape) {
		p := hospes.UserSchema.Must(of)
		properties[strings.ToLower(name)] = &property{name: name, shape: s, of: p, value: func(who Person, _ hospes.Value) hospes.Value { return who.Object.Get(p) }}
	}
	for _, name := range strings.Fields(`city country companyName department displayName employeeId givenName jobTitle mail
		onPremisesDistinguishedName onPremisesSecurityIdentifier passwordPolicies postalCode preferredLanguage state streetAddress surname
		usageLocation userPrincipalName userType`) {
		plain(name, name, ofText)
	}
	plain("mailNickName", "mailNickname", ofText)
	plain("mobile", "mobilePhone", ofText)
	plain("facsimileTelephoneNumber", "faxNumber", ofText)
	plain("physicalDeliveryOfficeName", "officeLocation", ofText)
	plain("accountEnabled", "accountEnabled", ofBool)
	plain("dirSyncEnabled", "onPremisesSyncEnabled", ofBool)
	plain("employeeHireDate", "employeeHireDate", ofMoment)
	plain("otherMails", "otherMails", ofTexts)
	plain("proxyAddresses", "proxyAddresses", ofTexts)
	plain("assignedPlans", "assignedPlans", ofPlans)
	add := func(p property) { properties[strings.ToLower(p.name)] = &p }
	add(property{name: "memberOf", shape: ofGroups, value: func(who Person, _ hospes.Value) hospes.Value {
		ids := make([]string, len(who.MemberOf))
		for i, id := range who.MemberOf {
			ids[i] = id.String()
		}
		return hospes.Strings(ids...)
	}})
	add(property{name: "objectId", shape: ofText, value: func(who Person, _ hospes.Value) hospes.Value { return hospes.String(who.Object.ID.String()) }})
	phones, attributes := hospes.UserSchema.Must("businessPhones"), hospes.UserSchema.Must("onPremisesExtensionAttributes")
	add(property{name: "telephoneNumber", shape: ofText, of: phones, value: func(who Person, _ hospes.Value) (first hospes.Value) {
		who.Object.Get(phones).Each(func(item hospes.Value) bool { first = item; return false })
		return first
	}})
	for _, field := range attributes.Fields {
		add(property{name: field.Name, shape: ofText, of: attributes, value: func(who Person, _ hospes.Value) hospes.Value {
			return who.Object.Get(attributes).Member(field.Name)
		}})
	}
}

var allExtensions = hospes.UserSchema.Must("extensions")

// extension is a property that an application has added.
func extension(p *hospes.Property) *property {
	found := &property{name: p.Name, shape: ofText, of: allExtensions, value: func(who Person, _ hospes.Value) hospes.Value {
		_, v := who.Object.Extension(p.Name)
		return v
	}}
	if p.Type == hospes.TypeBoolean {
		found.shape = ofBool
	}
	return found
}

// itself is the item of a collection of texts, "_".
var itself = &property{name: "_", shape: ofText, value: func(_ Person, item hospes.Value) hospes.Value { return item }}

// itemFields are what conditions on the items of a collection can ask, by what they call the item.
var itemFields = map[shape]struct {
	of     string
	fields map[string]*property
}{
	ofTexts:  {"", map[string]*property{"_": itself}},
	ofPlans:  {"assignedPlan", map[string]*property{"serviceplanid": member("servicePlanId"), "service": member("service"), "capabilitystatus": member("capabilityStatus")}},
	ofGroups: {"group", map[string]*property{"objectid": itself}},
}

func member(name string) *property {
	return &property{name: name, shape: ofText, value: func(_ Person, item hospes.Value) hospes.Value { return item.Member(name) }}
}

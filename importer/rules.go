package importer

import (
	"fmt"
	"strings"
)

// rule says which attributes of an entry a property is taken from, and how. Of several attributes the first that the
// entry has counts.
type rule struct {
	property string
	kinds    string // p: people, g: groups
	from     string // attribute names in lower case, apart by blanks
	how      form
}

// form is how the values of an attribute become those of a property.
type form uint8

const (
	first     form = iota // the first value
	every                 // every value
	further               // every value but the first
	region                // the first value, if it is a code of two letters
	octets                // the bytes in base64
	guid                  // an objectGUID in base64: 16 bytes, or the text that tools write for them
	uuid                  // an entryUUID in base64
	truthless             // not a property; read by the code that knows the attribute
)

// rules is the map from LDAP to the Graph. Names that several vendors use stand together: RFC 4519 and 4524,
// inetOrgPerson, Active Directory. Attributes that are not here are passed over.
var rules = []rule{
	{"displayName", "pg", "displayname cn name", first},
	{"givenName", "p", "givenname gn", first},
	{"surname", "p", "sn surname", first},
	{"userPrincipalName", "p", "userprincipalname", first},
	{"mailNickname", "pg", "mailnickname uid samaccountname", first},
	{"mail", "pg", "mail rfc822mailbox", first},
	{"otherMails", "p", "mail rfc822mailbox", further},
	{"proxyAddresses", "pg", "proxyaddresses", every},
	{"businessPhones", "p", "telephonenumber", first}, // the Graph takes one
	{"mobilePhone", "p", "mobile mobiletelephonenumber", first},
	{"faxNumber", "p", "facsimiletelephonenumber", first},
	{"jobTitle", "p", "title", first},
	{"department", "p", "department ou", first},
	{"companyName", "p", "company o", first},
	{"employeeId", "p", "employeeid employeenumber", first},
	{"employeeType", "p", "employeetype", first},
	{"officeLocation", "p", "physicaldeliveryofficename roomnumber", first},
	{"streetAddress", "p", "streetaddress street", first},
	{"postalCode", "p", "postalcode", first},
	{"city", "p", "l localityname", first},
	{"state", "p", "st stateorprovincename", first},
	{"country", "p", "co c countryname", first},
	{"usageLocation", "p", "msexchusagelocation c", region},
	{"preferredLanguage", "p", "preferredlanguage", first},
	{"description", "g", "description", first},
	{"onPremisesSamAccountName", "pg", "samaccountname", first},
	{"onPremisesImmutableId", "p", "ms-ds-consistencyguid", octets},
	{"onPremisesImmutableId", "p", "objectguid", guid},
	{"onPremisesImmutableId", "p", "entryuuid", uuid},
	{"", "pg", "objectclass uid manager member uniquemember memberuid useraccountcontrol nsaccountlock logindisabled", truthless},
}

// classes says what an entry of an object class is. Classes that are not here decide nothing.
var classes = map[string]Kind{
	"person":                          Person,
	"organizationalperson":            Person,
	"inetorgperson":                   Person,
	"user":                            Person,
	"group":                           Group,
	"groupofnames":                    Group,
	"groupofuniquenames":              Group,
	"groupofmembers":                  Group,
	"posixgroup":                      Group,
	"computer":                        neither,
	"contact":                         neither,
	"msds-managedserviceaccount":      neither,
	"msds-groupmanagedserviceaccount": neither,
}

// neither marks the classes that Active Directory derives from user and person, though they are no people with an
// account. It outweighs the classes they are derived from.
const neither Kind = 255

// kindOf gives what the values of objectClass make of an entry; zero when it is nothing to import.
func kindOf(objectClasses []string) (kind Kind) {
	for _, name := range objectClasses {
		switch classes[strings.ToLower(strings.TrimSpace(name))] {
		case neither:
			return 0
		case Group:
			kind = Group
		case Person:
			if kind == 0 {
				kind = Person
			}
		}
	}
	return kind
}

// attributes numbers the attributes that rules name; the map answers number plus one.
var attributes, attributeCount = numberAttributes()

func numberAttributes() (map[string]int, int) {
	m := make(map[string]int)
	for _, r := range rules {
		for name := range strings.FieldsSeq(r.from) {
			if m[name] == 0 {
				m[name] = len(m) + 1
			}
		}
	}
	return m, len(m)
}

// slots gives, rule by rule, the numbers of the attributes it reads, so that an entry is mapped without a look-up.
var slots = func() [][]int {
	list := make([][]int, len(rules))
	for i, r := range rules {
		for name := range strings.FieldsSeq(r.from) {
			list[i] = append(list[i], attributes[name]-1)
		}
	}
	return list
}()

// slot gives the number of an attribute that the program knows to be in the rules.
func slot(name string) int {
	n := attributes[name]
	if n == 0 {
		panic(fmt.Sprintf("importer: no rule reads %s", name))
	}
	return n - 1
}

// The attributes that the code itself looks at.
var (
	atObjectClass  = slot("objectclass")
	atUID          = slot("uid")
	atManager      = slot("manager")
	atMember       = slot("member")
	atUniqueMember = slot("uniquemember")
	atMemberUID    = slot("memberuid")
	atControl      = slot("useraccountcontrol")
	atLock         = slot("nsaccountlock")
	atNoLogin      = slot("logindisabled")
)

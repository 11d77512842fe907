package importer

import (
	"slices"
	"strings"
)

// column says what the cells under a heading are.
type column struct {
	property string // the Graph name, or what a message calls a column that is no property
	role     role
	list     bool     // cells hold several values apart by ";", of which a property that takes one gets the first
	names    []string // further headings, in the form that heading gives
}

// role is what becomes of a cell.
type role uint8

const (
	property role = iota
	keyed         // the key of the row
	managed       // the key of the manager
	grouped       // names of groups
	enabled       // whether the account is open
	blocked       // whether it is not
	unread        // known, and passed over: passwords, and what a directory makes by itself
)

// columns lists every heading that is known. Headings are compared without case, blanks and punctuation, so that
// "First name", "first_name" and "FirstName" are one.
var columns = []column{
	{property: "displayName", names: []string{"name", "fullname", "cn"}},
	{property: "givenName", names: []string{"firstname", "forename"}},
	{property: "surname", names: []string{"lastname", "familyname", "sn"}},
	{property: "userPrincipalName", names: []string{"upn", "username", "login"}},
	{property: "mail", names: []string{"email", "emailaddress", "mailaddress", "primarysmtpaddress"}},
	{property: "mailNickname", names: []string{"alias", "nickname"}},
	{property: "otherMails", list: true, names: []string{"othermail", "alternateemailaddress", "alternativeemails"}},
	{property: "proxyAddresses", list: true, names: []string{"emailaddresses"}},
	{property: "businessPhones", list: true, names: []string{"businessphone", "telephonenumber", "phone", "officephone", "phonenumber", "telephone"}},
	{property: "mobilePhone", names: []string{"mobile", "cellphone", "mobilenumber"}},
	{property: "faxNumber", names: []string{"fax"}},
	{property: "jobTitle", names: []string{"title"}},
	{property: "department"},
	{property: "companyName", names: []string{"company"}},
	{property: "employeeId", names: []string{"employeenumber"}},
	{property: "employeeType"},
	{property: "officeLocation", names: []string{"office", "physicaldeliveryofficename"}},
	{property: "streetAddress", names: []string{"street"}},
	{property: "postalCode", names: []string{"zip", "zipcode", "postcode", "ziporpostalcode"}},
	{property: "city", names: []string{"town", "l"}},
	{property: "state", names: []string{"province", "stateorprovince", "st"}},
	{property: "country", names: []string{"countryorregion", "co"}},
	{property: "usageLocation"},
	{property: "preferredLanguage", names: []string{"language"}},
	{property: "onPremisesSamAccountName", names: []string{"samaccountname"}},
	{property: "onPremisesImmutableId", names: []string{"immutableid"}},
	{property: "onPremisesDistinguishedName", names: []string{"distinguishedname", "dn"}},
	{property: "key", role: keyed},
	{property: "manager", role: managed, names: []string{"managerupn", "manageremail", "reportsto"}},
	{property: "groups", role: grouped, list: true, names: []string{"group", "memberof"}},
	{property: "accountEnabled", role: enabled, names: []string{"enabled", "active"}},
	{property: "disabled", role: blocked, names: []string{"accountdisabled", "blocksignin", "blocksigninyesno"}},
	{property: "passwordProfile", role: unread, names: []string{"password", "initialpassword"}},
	{property: "id", role: unread, names: []string{"objectid"}},
	{property: "userType", role: unread},
	{property: "createdDateTime", role: unread},
}

// Column is a column of a CSV file that can be read again.
type Column struct {
	Property string // the Graph name, which is the heading as well
	List     bool   // cells hold several values apart by ";"
}

// Columns gives those that hold a property of a person, for whoever writes such a file.
func Columns() (list []Column) {
	for _, c := range columns {
		if c.role == property || c.role == enabled {
			list = append(list, Column{c.property, c.list})
		}
	}
	return list
}

// heading is the form in which headings are compared.
func heading(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= 0x80:
			return c
		}
		return -1
	}, s)
}

var columnByHeading = func() map[string]*column {
	m := make(map[string]*column)
	for i := range columns {
		c := &columns[i]
		for _, name := range append([]string{heading(c.property)}, c.names...) {
			if m[name] != nil {
				panic("importer: two columns are called " + name)
			}
			m[name] = c
		}
	}
	return m
}()

// columnOf finds the column under a heading, which may have the form that Microsoft's templates give it:
// "First name [givenName] Required". There the name in brackets counts, but for the one template that asks for
// accountEnabled under the words "Block sign in (Yes/No)" and means them.
func columnOf(text string) *column {
	text = strings.TrimSpace(text)
	if label, rest, ok := strings.Cut(text, "["); ok {
		if name, _, ok := strings.Cut(rest, "]"); ok {
			if c := columnByHeading[heading(label)]; c != nil && c.role == blocked {
				return c
			}
			return columnByHeading[heading(name)]
		}
	}
	return columnByHeading[heading(text)]
}

// knownColumns names the columns for a message, unread ones left out.
func knownColumns() string {
	var names []string
	for _, c := range columns {
		if c.role != unread {
			names = append(names, c.property)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return strings.Join(names, ", ")
}

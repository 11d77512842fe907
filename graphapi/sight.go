package graphapi

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// sight is how much of an object a caller sees. What it does not see is answered as if it had no value, so that nothing
// tells an absent value from a hidden one.
type sight struct {
	whole bool
	only  []*hospes.Property // besides the id
}

var (
	wholeSight = sight{whole: true}
	idOnly     = sight{}

	// basicSight is what User.ReadBasic.All shows of everybody (graph-wire 5.1).
	basicSight = sight{only: propertiesOf(hospes.UserSchema, "displayName", "givenName", "surname", "mail", "userPrincipalName")}

	// limitedSight is what a guest at the usual level sees of others (guests 4.3).
	limitedSight = sight{only: propertiesOf(hospes.UserSchema, "displayName", "mail", "userPrincipalName", "userType")}

	// organizationSight is what guests see of the tenant.
	organizationSight = sight{only: propertiesOf(hospes.OrganizationSchema, "displayName", "verifiedDomains")}
)

func propertiesOf(schema *hospes.Schema, names ...string) (list []*hospes.Property) {
	for _, name := range names {
		list = append(list, schema.Must(name))
	}
	return list
}

// readers are the rows of the permission table by which objects of a class are seen (graph-wire 5.1: of a class that the
// caller may not read, an answer holds the type and the id).
var readers = map[hospes.Class]Permissions{
	hospes.ClassUser: readUsers, hospes.ClassGroup: readGroups, hospes.ClassApplication: readApps, hospes.ClassServicePrincipal: readApps,
	hospes.ClassOrganization: readOrganization, hospes.ClassContact: readContacts, hospes.ClassDirectoryRole: readRoles, hospes.ClassPermissionGrant: readGrants,
}

// seeing gives how much the caller sees of objects of a class that are not its own.
func (c *call) seeing(schema *hospes.Schema) sight {
	s, known := c.sights[schema.Class]
	if !known {
		s = c.sightOf(schema)
		if c.sights == nil {
			c.sights = map[hospes.Class]sight{}
		}
		c.sights[schema.Class] = s
	}
	return s
}

func (c *call) sightOf(schema *hospes.Schema) sight {
	row, known := readers[schema.Class]
	switch {
	case c.inProcess || !known:
		return wholeSight
	case !c.may(row):
		return idOnly
	case schema == hospes.UserSchema && c.onlyBasic():
		return basicSight
	case c.person == nil || c.person.insider():
		return wholeSight
	case schema == hospes.UserSchema:
		return limitedSight
	case schema == hospes.OrganizationSchema:
		return organizationSight
	}
	return wholeSight
}

// onlyBasic tells that of the permissions to read users the caller has none but the least.
func (c *call) onlyBasic() bool {
	return c.caller.Has(readBasic) && !slices.ContainsFunc(readUsers.Application[1:], c.caller.Has) && !c.caller.Has(asUser)
}

// sees gives how much the caller sees of one object.
func (c *call) sees(d hospes.Document) sight {
	if c.caller.Delegated && d.Schema == hospes.UserSchema && d.ID == c.caller.Principal {
		return wholeSight
	}
	return c.seeing(d.Schema)
}

// through gives a document without what is not seen.
func (s sight) through(d hospes.Document) (hospes.Document, error) {
	if s.whole {
		return d, nil
	}
	o, err := d.Object()
	if err != nil {
		return d, err
	}
	seen := hospes.NewObject(o.Schema, o.ID)
	for _, p := range s.only {
		seen.Set(p, o.Get(p))
	}
	seen.Number = o.Number
	return seen.Document(), nil
}

// checkSight refuses to filter, search or sort objects of some classes by what the caller does not see of one of them:
// the answer would tell it.
func (c *call) checkSight(q odata.Query, schemas ...*hospes.Schema) error {
	if q.Filter == nil && len(q.OrderBy) == 0 && q.Search == nil {
		return nil
	}
	asked := odata.Query{Filter: q.Filter, OrderBy: q.OrderBy}.Names()
	for _, schema := range schemas {
		s := c.seeing(schema)
		if s.whole {
			continue
		}
		if q.Search != nil || slices.ContainsFunc(asked, func(name string) bool { return !s.shows(name) }) {
			return hospes.Forbidden("graphapi.sight")
		}
	}
	return nil
}

// shows tells that a property is seen.
func (s sight) shows(name string) bool {
	return s.whole || strings.EqualFold(name, "id") || slices.ContainsFunc(s.only, func(p *hospes.Property) bool { return strings.EqualFold(p.Name, name) })
}

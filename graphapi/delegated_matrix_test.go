package graphapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// allScopes are the names of every delegated permission.
func allScopes() (names []string) {
	for _, s := range token.Scopes() {
		names = append(names, s.Name)
	}
	return names
}

// signedIn gives the same caller in the name of a user.
func (c *caller) signedIn(user *hospes.Object, scopes ...string) *caller {
	c.Helper()
	return c.with(c.f.UserToken(c.tenant, c.client, user, scopes...))
}

// administrator makes a person who holds some directory roles and nothing else.
func (c *caller) administrator(name string, templates ...hospes.RoleTemplate) *hospes.Object {
	c.Helper()
	user := c.f.Person(c.tenant, name, hospes.UserTypeMember)
	c.give(user, templates...)
	return user
}

func (c *caller) give(user *hospes.Object, templates ...hospes.RoleTemplate) {
	c.Helper()
	for _, t := range templates {
		c.update(func(tx store.Tx) error {
			role, _, err := directory.ActivateRole(tx, random, t.ID)
			if err != nil {
				return err
			}
			return directory.AddToRole(tx, role, user)
		})
	}
}

// guestLevel sets what guests of the tenant are.
func (c *caller) guestLevel(level string) {
	c.Helper()
	c.do("PATCH /policies/authorizationPolicy", `{"guestUserRoleId":"`+level+`"}`).empty()
}

// matrix asks every route in the name of people, and counts.
type matrix struct {
	*testing.T
	f      *fixture
	own    ids
	checks int
}

// ask calls a route: a read of what is there, or a change of what is not. A body that cannot be read changes nothing.
func (m *matrix) ask(c *caller, route string) *reply {
	m.checks++
	if strings.HasPrefix(route, "GET ") {
		return c.do(m.own.fill(route), "", "ConsistencyLevel", "eventual")
	}
	body := "{"
	if strings.HasPrefix(route, "DELETE ") {
		body = ""
	}
	return c.do(absentIDs.fill(route), body)
}

// refused holds that a route turns somebody away, or that it does not.
func (m *matrix) refused(c *caller, route, who string, want bool) {
	m.Helper()
	r := m.ask(c, route)
	if r.status >= http.StatusInternalServerError {
		m.Errorf("%s as %s: %d\n%s", route, who, r.status, r.text)
	}
	is := r.status == http.StatusForbidden || r.status == http.StatusUnauthorized
	if is != want {
		m.Errorf("%s as %s answers %d, refused should be %v\n%s", route, who, r.status, want, r.text)
	}
}

// TestSecurityMatrix_People goes through every route with every directory role alone, without a role, without a scope, as
// a guest at each level, and with tokens of people who are blocked, gone or signed out. What must come of it is read from
// the same table that decides, so that no route can be forgotten; what the table itself must say, other tests hold.
func TestSecurityMatrix_People(t *testing.T) {
	f := newFixture(t)
	m := &matrix{T: t, f: f, own: plant(t, f, f.source)}
	m.own["applicationTemplates"], m.own["tenantRelationships"], m.own["hospes"] = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7", f.target.tenant.ID.String(), f.target.tenant.ID.String()
	chief := f.source.administrator("Head", hospes.GlobalAdministrator)
	plain := f.Person(f.source.tenant, "Plain", hospes.UserTypeMember)
	guest := f.Person(f.source.tenant, "Guest", hospes.UserTypeGuest)
	holders := map[string]*caller{}
	for _, role := range hospes.RoleTemplates() {
		holders[role.ID] = f.source.signedIn(f.source.administrator(role.Name, role), allScopes()...)
	}
	routes := graphapi.Routes()
	for _, route := range routes {
		row := route.Permissions
		if route.Operator || len(row.Application) == 0 {
			m.refused(f.source.signedIn(chief, allScopes()...), route.Key, "Global Administrator of a tenant that is not the operator's", route.Operator || len(row.Own) > 0)
			continue
		}
		var without []string
		for _, s := range allScopes() {
			if !slices.Contains(row.Delegated, s) {
				without = append(without, s)
			}
		}
		m.refused(f.source.signedIn(chief), route.Key, "Global Administrator by an application without a scope", true)
		m.refused(f.source.signedIn(chief, without...), route.Key, "Global Administrator with every scope but the route's", true)
		for _, s := range row.Delegated {
			m.refused(f.source.signedIn(chief, s), route.Key, "Global Administrator with "+s, false)
		}
		byAll := row.Members || row.Setting != ""
		m.refused(f.source.signedIn(plain, allScopes()...), route.Key, "a member without a role", !byAll)
		for _, role := range hospes.RoleTemplates() {
			may := byAll || role == hospes.GlobalAdministrator || slices.Contains(row.Roles, role)
			m.refused(holders[role.ID], route.Key, role.Name, !may)
		}
	}
	for level, allowed := range map[string]func(graphapi.Route) bool{
		directory.GuestRoleMember: func(r graphapi.Route) bool { return r.Permissions.Members || r.Permissions.Setting != "" },
		directory.GuestRoleLimited: func(r graphapi.Route) bool {
			return graphapi.GuestsAlways(r) || graphapi.GuestsLimited(r) && strings.Contains(r.Key, "{")
		},
		directory.GuestRoleRestricted: graphapi.GuestsAlways,
	} {
		f.source.guestLevel(level)
		c := f.source.signedIn(guest, allScopes()...)
		for _, route := range routes {
			if !route.Operator && len(route.Permissions.Application) > 0 {
				m.refused(c, route.Key, "guest at level "+level, !allowed(route))
			}
		}
	}
	people := m.checks
	ended := map[string]func(tx store.Tx, user *hospes.Object) error{
		"a user who was disabled": func(tx store.Tx, user *hospes.Object) error {
			user.Set(hospes.UserAccountEnabled, hospes.False)
			return tx.Put(user)
		},
		"a user who was deleted":    func(tx store.Tx, user *hospes.Object) error { return tx.Delete(user) },
		"a user who was signed out": directory.RevokeSessions,
	}
	for who, end := range ended {
		user := f.source.administrator(who, hospes.GlobalAdministrator)
		c := f.source.signedIn(user, allScopes()...)
		c.do("GET /users", "").is(http.StatusOK)
		f.source.update(func(tx store.Tx) error { return end(tx, user) })
		for _, route := range routes {
			if route.Public {
				continue
			}
			if r := m.ask(c, route.Key); r.status != http.StatusUnauthorized {
				t.Errorf("%s with the token of %s answers %d", route.Key, who, r.status)
			}
		}
	}
	t.Attr("counts", fmt.Sprintf("%d routes, %d checks of roles, scopes and guests, %d of tokens that outlived their users", len(routes), people, m.checks-people))
}

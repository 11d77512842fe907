package grant

import (
	"context"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Wish is what an application wants to be let do.
type Wish struct {
	Scopes Scopes
	App    token.Registration // without a name where nobody is there to be asked

	// Everybody is set where an administrator is asked for all people, and for what the application does by itself.
	Everybody bool
}

// Consent is how what an application asks for stands to what was consented to.
type Consent struct {
	API     token.API    // that it asks tokens for
	Granted []string     // all scopes of it that were consented to, by the person or for everybody
	Asked   []Permission // all it asks for
	Missing []Permission // what of that was not consented to yet
	Admin   bool         // the person may consent to everything but roles at Graph, and for everybody
	Trusted bool         // also to those

	own bool // the application asks for a token for itself
}

// Blocked tells that the person cannot give what is missing.
func (c Consent) Blocked() bool {
	return slices.ContainsFunc(c.Missing, func(p Permission) bool { return p.AdminOnly && !c.Admin || p.Role && p.OfGraph() && !c.Trusted })
}

// covers tells whether an application may have what it asks for without the person: all that it names, or, by default, what
// was consented to, if that is anything.
func (c Consent) covers(asked Scopes) bool {
	switch {
	case asked.Other:
		return true
	case !asked.Default:
		return len(c.Missing) == 0
	case len(c.Granted) == 0:
		return c.own && len(c.Missing) == 0
	}
	return !slices.ContainsFunc(c.Missing, func(m Permission) bool { return asked.names(m.Name) })
}

// Consent reads the consents that hold for a visit.
func (s *Service) Consent(ctx context.Context, v authn.Visit, w Wish) (c Consent, err error) {
	err = s.config.Store.View(ctx, v.Host.ID, func(r store.Reader) (err error) {
		c, err = consentOf(r, v, w)
		return err
	})
	return c, err
}

func consentOf(r store.Reader, v authn.Visit, w Wish) (c Consent, err error) {
	templates, err := directory.RoleTemplates(r, v.User.Number)
	if err != nil {
		return c, err
	}
	holds := func(roles ...hospes.RoleTemplate) bool {
		return slices.ContainsFunc(roles, func(role hospes.RoleTemplate) bool { return slices.Contains(templates, role.ID) })
	}
	c.Trusted = holds(hospes.GlobalAdministrator, hospes.PrivilegedRoleAdministrator)
	c.Admin = c.Trusted || holds(hospes.ApplicationAdministrator, hospes.CloudApplicationAdministrator)
	if w.Scopes.Other {
		if _, own := token.FirstParty(v.Client.AppID); !own { // it names tenants, and nobody is asked about that
			err = notListed()
		}
		return c, err
	}
	if c.API, err = apiOf(r, w.Scopes); err != nil {
		return c, err
	}
	c.own = c.API.AppID() == v.Client.AppID
	held := holdings{r: r, visit: v}
	if c.Granted, err = held.scopes(c.API, v.User); err != nil {
		return c, err
	}
	if c.Asked, err = c.asks(r, v, w); err != nil {
		return c, err
	}
	person := v.User
	if w.Everybody {
		person = nil
	}
	for _, p := range c.Asked {
		has, err := held.has(p, person)
		if err != nil {
			return c, err
		}
		if !has {
			c.Missing = append(c.Missing, p)
		}
	}
	return c, nil
}

// asks lists what an application asks for, each once.
func (c Consent) asks(r store.Reader, v authn.Visit, w Wish) (list []Permission, err error) {
	add := func(more ...Permission) {
		for _, p := range more {
			if !slices.ContainsFunc(list, func(had Permission) bool { return had.Key() == p.Key() }) {
				list = append(list, p)
			}
		}
	}
	for _, name := range w.Scopes.Names {
		p, ok := scopeNamed(c.API, name)
		if !ok {
			return nil, refuse(hospes.KindInvalid, CodeNoScope, "The application '"+clip(v.Client.DisplayName)+"' asked for scope '"+clip(name)+"' that doesn't exist on the resource '"+c.API.Name()+"'. Ask who made the application.")
		}
		add(p)
	}
	graph := c.API
	if w.Scopes.API != "" {
		if graph, err = apiOf(r, Scopes{}); err != nil {
			return nil, err
		}
	}
	signIn := func(names ...string) {
		for _, name := range names {
			if p, ok := scopeNamed(graph, name); ok {
				add(p)
			}
		}
	}
	signIn(w.Scopes.Protocol...)
	if !w.Scopes.Default || len(c.Granted) > 0 && !w.Everybody { // the default is what was consented to
		return list, nil
	}
	before := len(list)
	for _, needed := range w.App.Required {
		api, ok := c.API, true
		if needed.AppID != api.AppID() {
			if !w.Everybody {
				continue // is asked for when a token for it is
			}
			if api, ok, err = token.FindAPI(r, needed.AppID); err != nil {
				return nil, err
			}
		}
		if !ok {
			continue // the tenant does not know it
		}
		more, err := permissionsOf(api, needed, w.Everybody)
		if err != nil {
			return nil, err
		}
		add(more...)
	}
	switch {
	case c.own: // what it offers to itself needs no declaration
		for _, s := range c.API.Scopes() {
			add(permissionOf(c.API, s))
		}
	case len(list) > before || len(w.Scopes.Names) > 0:
	case w.Scopes.API == "": // an application that asks for nothing asks to sign the person in
		signIn(token.ScopeOpenID, "User.Read")
	case w.App.AppID != "":
		return nil, notListed()
	}
	return list, nil
}

func notListed() error {
	return refuse(hospes.KindForbidden, CodeNotOffered, "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.")
}

// Grant consents to what is missing, for the person or, by an administrator, for everybody. What has become missing since
// the person was asked is not consented to; shown are the keys of what they saw. An application that the tenant does not
// know becomes known to it.
func (s *Service) Grant(ctx context.Context, v authn.Visit, w Wish, shown []string, everybody bool, by hospes.By) error {
	return s.config.Store.Update(ctx, store.Write{Tenant: v.Host.ID, By: by}, func(tx store.Tx) error {
		c, err := consentOf(tx, v, w)
		if err != nil {
			return err
		}
		if c.Blocked() || everybody && !c.Admin {
			return refuse(hospes.KindForbidden, CodeAdminOnly, "An administrator has set a policy that prevents you from granting the application the permissions it is requesting. Ask an administrator of the organization.")
		}
		given, user := c.Missing, v.User
		if everybody {
			given, user = c.Asked, nil // also what only this person had consented to
		}
		missing := func(p Permission) bool {
			return slices.ContainsFunc(c.Missing, func(m Permission) bool { return m.Key() == p.Key() })
		}
		given = slices.DeleteFunc(slices.Clone(given), func(p Permission) bool { return missing(p) && !slices.Contains(shown, p.Key()) })
		if v.New {
			sp, err := directory.EnrolApplication(tx, s.config.Random, w.App)
			if err != nil {
				return err
			}
			v.Client.Number = sp.Number
		}
		client, err := store.FindNumber(tx, store.Live, v.Client.Number)
		if err != nil {
			return err
		}
		return s.give(tx, client, user, slices.DeleteFunc(given, func(p Permission) bool { return p.Role && !missing(p) }))
	})
}

// give writes consents, one for each API.
func (s *Service) give(tx store.Tx, client, user *hospes.Object, given []Permission) error {
	slices.SortStableFunc(given, func(a, b Permission) int { return strings.Compare(a.API.AppID(), b.API.AppID()) })
	for len(given) > 0 {
		api := given[0].API
		var scopes []string
		for len(given) > 0 && given[0].API.Number == api.Number {
			p := given[0]
			given = given[1:]
			if !p.Role {
				scopes = append(scopes, p.Name)
				continue
			}
			if _, err := directory.Assign(tx, s.config.Random, api.Object, client, p.ID); err != nil {
				return err
			}
		}
		if len(scopes) == 0 {
			continue
		}
		if _, err := directory.GrantScopes(tx, s.config.Random, client, api.Object, user, scopes); err != nil {
			return err
		}
	}
	return nil
}

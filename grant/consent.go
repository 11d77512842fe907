package grant

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Consent is how what an application asks for stands to what was consented to.
type Consent struct {
	Granted []string      // all that was consented to, by the person or for everybody
	Missing []token.Scope // what it asks for beyond that
	Admin   bool          // the person may consent to everything, and for everybody
}

// Blocked tells that the person cannot give what is missing.
func (c Consent) Blocked() bool {
	return !c.Admin && slices.ContainsFunc(c.Missing, func(s token.Scope) bool { return s.AdminOnly })
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
		return false
	}
	return !slices.ContainsFunc(c.Missing, func(m token.Scope) bool { return slices.Contains(asked.Names, m.Name) })
}

// Consent reads the consents that hold for a visit.
func (s *Service) Consent(ctx context.Context, v authn.Visit, asked Scopes, required []string) (c Consent, err error) {
	err = s.config.Store.View(ctx, v.Host.ID, func(r store.Reader) (err error) {
		c, err = consentOf(r, v, asked, required)
		return err
	})
	return c, err
}

func consentOf(r store.Reader, v authn.Visit, asked Scopes, required []string) (c Consent, err error) {
	if !v.New {
		client, graph, err := parties(r, v)
		if err != nil {
			return c, err
		}
		if c.Granted, err = directory.GrantedScopes(r, client, graph, v.User); err != nil {
			return c, err
		}
	}
	templates, err := directory.RoleTemplates(r, v.User.Number)
	if err != nil {
		return c, err
	}
	for _, role := range []hospes.RoleTemplate{hospes.GlobalAdministrator, hospes.ApplicationAdministrator, hospes.CloudApplicationAdministrator} {
		c.Admin = c.Admin || slices.Contains(templates, role.ID)
	}
	if asked.Other {
		if _, own := token.FirstParty(v.Client.AppID); !own { // the stubs name tenants, and nobody is asked about that
			err = refuse(hospes.KindForbidden, CodeNotOffered, "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.")
		}
		return c, err
	}
	if asked.Default && len(c.Granted) > 0 {
		required = nil // the default is what was consented to
	}
	for _, name := range asked.Asks(required) {
		if scope, ok := token.ScopeNamed(name); ok && !slices.Contains(c.Granted, scope.Name) {
			c.Missing = append(c.Missing, scope)
		}
	}
	if asked.Default && len(c.Granted) == 0 && len(c.Missing) == 0 {
		// An application that asks for nothing asks to sign the person in.
		for _, name := range []string{token.ScopeOpenID, "User.Read"} {
			scope, _ := token.ScopeNamed(name)
			c.Missing = append(c.Missing, scope)
		}
	}
	return c, nil
}

// parties reads the service principals of the client and of Graph.
func parties(r store.Reader, v authn.Visit) (client, graph *hospes.Object, err error) {
	if client, err = store.FindNumber(r, store.Live, v.Client.Number); err != nil {
		return nil, nil, err
	}
	graph, err = store.FindHolder(r, hospes.SpacePrincipal, token.GraphAppID)
	return client, graph, err
}

// Grant consents to what is missing, for the person or, by an administrator, for everybody. What has become missing since
// the person was asked is not consented to. An application that the tenant does not know becomes known to it.
func (s *Service) Grant(ctx context.Context, v authn.Visit, asked Scopes, app token.Registration, shown []string, everybody bool, by hospes.By) error {
	required := app.Required
	return s.config.Store.Update(ctx, store.Write{Tenant: v.Host.ID, By: by}, func(tx store.Tx) error {
		c, err := consentOf(tx, v, asked, required)
		if err != nil {
			return err
		}
		if c.Blocked() || everybody && !c.Admin {
			return refuse(hospes.KindForbidden, CodeAdminOnly, "An administrator has set a policy that prevents you from granting the application the permissions it is requesting. Ask an administrator of the organization.")
		}
		if v.New {
			sp, err := directory.EnrolApplication(tx, s.config.Random, app)
			if err != nil {
				return err
			}
			v.Client.Number = sp.Number
		}
		client, graph, err := parties(tx, v)
		if err != nil {
			return err
		}
		names := slices.DeleteFunc(namesOf(c.Missing), func(n string) bool { return !slices.Contains(shown, n) })
		if everybody { // also what only this person had consented to
			names = append(names, slices.DeleteFunc(asked.Asks(required), func(n string) bool { return !slices.Contains(shown, n) && !slices.Contains(c.Granted, n) })...)
		}
		if len(names) == 0 {
			return nil
		}
		user := v.User
		if everybody {
			user = nil
		}
		_, err = directory.GrantScopes(tx, s.config.Random, client, graph, user, names)
		return err
	})
}

func namesOf(list []token.Scope) []string {
	names := make([]string, len(list))
	for i, scope := range list {
		names[i] = scope.Name
	}
	return names
}

package authn

import (
	"context"
	"errors"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Visit is a person of a home tenant in the tenant that they sign in to; mostly both are one.
type Visit struct {
	Host   hospes.Tenant
	User   *hospes.Object // as the host knows them; nil where it does not
	Home   Account
	Guest  bool // the host is not the home
	Client token.Enrolled
	New    bool // the host does not know the application yet: it gets to know it with the first consent

	// Factor is the tenant in which a second factor has to be proven; zero where none is asked for.
	Factor hospes.TenantID
}

// FactorOwner gives whose authenticator counts in the tenant of the second factor.
func (v Visit) FactorOwner() hospes.Number {
	if v.Factor == v.Home.Tenant {
		return v.Home.Number
	}
	return v.User.Number
}

// Visit decides whether a person may sign in to an application in a tenant (guests 2.6, 5.5, 8.1): first what the home
// says, then what the host says, then about the person there. The Visit of a refusal holds what was found until then.
func (s *Service) Visit(ctx context.Context, who Account, host hospes.TenantID, appID string) (Visit, error) {
	v := Visit{Home: who, Guest: host != who.Tenant}
	var err error
	if v.Host, err = s.config.Store.Tenant(ctx, host); err != nil {
		return v, err
	}
	home, err := s.atHome(ctx, who, host, appID)
	if err != nil {
		return v, err
	}
	if err := s.client(ctx, &v, appID); err != nil {
		return v, err
	}
	return v, s.config.Store.View(ctx, host, func(r store.Reader) error { return v.enter(r, home) })
}

// client finds the application, as the host knows it. One that people of other tenants may sign in to need not be known.
func (s *Service) client(ctx context.Context, v *Visit, appID string) error {
	err := s.config.Store.View(ctx, v.Host.ID, func(r store.Reader) (err error) {
		v.Client, err = token.FindEnrolled(r, appID)
		return err
	})
	if hospes.CodeOf(err) == token.CodeUnknownClient {
		app, registered := token.FindRegistration(ctx, s.config.Store, appID)
		if registered != nil || !app.Many {
			return err
		}
		v.New = true
		v.Client = token.Enrolled{Client: token.Client{Tenant: v.Host, AppID: app.AppID, DisplayName: app.DisplayName}, Enabled: true}
		return nil
	}
	if err == nil && !v.Client.Enabled {
		err = refuse(hospes.KindForbidden, token.CodeDisabledClient, "Application '"+appID+"'("+v.Client.DisplayName+") is disabled.")
	}
	return err
}

// origin is what the home tenant says of somebody who signs in.
type origin struct {
	user      *hospes.Object
	traveller policy.Traveller
	factor    bool // it asks for a second factor itself
}

func (s *Service) atHome(ctx context.Context, who Account, host hospes.TenantID, appID string) (o origin, err error) {
	err = s.config.Store.View(ctx, who.Tenant, func(r store.Reader) (err error) {
		o.user, err = store.FindNumber(r, store.Live, who.Number)
		if errors.Is(err, hospes.ErrNotFound) {
			return refuse(hospes.KindNotFound, CodeNoUser, "The user account does not exist in the directory. It may have been deleted; ask an administrator.")
		}
		if err != nil {
			return err
		}
		if o.user.Get(hospes.UserAccountEnabled) == hospes.False {
			return disabled()
		}
		if o.factor, err = requiresFactor(r, false); err != nil || host == who.Tenant {
			return err
		}
		if o.traveller, err = policy.TravellerOf(r, o.user); err != nil {
			return err
		}
		access, err := policy.Read(r, host)
		if err == nil && !access.Releases(o.traveller, appID, ownApp(appID)) {
			err = refuse(hospes.KindForbidden, CodeOutbound, "The organization of the account does not let it be used in the other organization: its outbound cross-tenant access settings forbid it. Ask an administrator of your own organization.")
		}
		return err
	})
	return o, err
}

// enter decides in the host.
func (v *Visit) enter(r store.Reader, home origin) (err error) {
	if !v.Guest {
		v.User = home.user
		if home.factor {
			v.Factor = v.Home.Tenant
		}
		return v.assigned(r)
	}
	access, err := policy.Read(r, v.Home.Tenant)
	if err != nil {
		return err
	}
	if !access.Admits(home.traveller, v.Client.AppID, ownApp(v.Client.AppID)) {
		return refuse(hospes.KindForbidden, CodeInbound, "The organization does not let the account in: its inbound cross-tenant access settings forbid it. Ask an administrator of the organization that you want to go to.")
	}
	if v.User, err = findGuest(r, home.user); err != nil {
		return err
	}
	switch {
	case v.User == nil:
		return refuse(hospes.KindNotFound, CodeForeign, "User account '"+v.Home.UPN+"' does not exist in the tenant '"+v.Host.DisplayName+"' and cannot be used there. It has to be invited as an external user first.")
	case hospes.ExternalUserState(v.User.Text(hospes.UserExternalState)) == hospes.PendingAcceptance:
		return refuse(hospes.KindForbidden, CodePending, "The guest account is waiting: accept the invitation first, by the link in its message.")
	case v.User.Get(hospes.UserAccountEnabled) == hospes.False:
		return disabled()
	}
	required, err := requiresFactor(r, true)
	switch {
	case err != nil:
		return err
	case home.factor || required && access.TrustsMFA():
		v.Factor = v.Home.Tenant
	case required:
		v.Factor = v.Host.ID
	}
	return v.assigned(r)
}

// findGuest finds a person of another tenant: by the account at home, or, while nothing is accepted yet, by address.
func findGuest(r store.Reader, home *hospes.Object) (*hospes.Object, error) {
	guest, err := store.FindHolder(r, hospes.SpaceAltSec, hospes.AltSecKey(hospes.AltSecID(home.Text(hospes.UserNetID))))
	if err == nil || !errors.Is(err, hospes.ErrNotFound) {
		return guest, err
	}
	for _, address := range []string{home.Text(hospes.UserMail), home.Text(hospes.UserPrincipalName)} {
		guest, err := store.FindHolder(r, hospes.SpaceAddress, hospes.Fold(address))
		if err == nil && guest.Schema == hospes.UserSchema && hospes.ExternalUserState(guest.Text(hospes.UserExternalState)) == hospes.PendingAcceptance {
			return guest, nil
		}
		if err != nil && !errors.Is(err, hospes.ErrNotFound) {
			return nil, err
		}
	}
	return nil, nil
}

// assigned refuses who is not assigned to an application that asks for it, directly or by a group.
func (v *Visit) assigned(r store.Reader) error {
	if !v.Client.AssignmentRequired {
		return nil
	}
	principals := []hospes.Number{v.User.Number}
	ties, err := r.RelatedTo(hospes.RelationMember, v.User.Number)
	if err != nil {
		return err
	}
	groups := make([]hospes.Number, len(ties))
	for i, tie := range ties {
		groups[i] = tie.From
	}
	live, err := r.Numbered(store.Live, groups...)
	if err != nil {
		return err
	}
	for i, group := range live {
		if group.Schema != nil { // what is in the bin lets nobody in
			principals = append(principals, groups[i])
		}
	}
	list, err := r.AssignmentsOf(principals...)
	for _, a := range list {
		if a.Resource == v.Client.Number {
			return nil
		}
	}
	if err == nil {
		err = refuse(hospes.KindForbidden, CodeNotAssigned, "The signed in user is not assigned to a role for the application '"+v.Client.AppID+"'("+v.Client.DisplayName+"). Ask its administrator for access.")
	}
	return err
}

// ownApp tells the applications of the platform itself, which policies name together.
func ownApp(appID string) bool {
	_, own := token.FirstParty(appID)
	return own || appID == token.GraphAppID
}

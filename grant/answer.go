package grant

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Answer is what an application gets.
type Answer struct {
	Access     token.Token
	Refresh    string // empty where it was not asked for
	ID         string // likewise
	Scope      string
	ClientInfo string
	Account    authn.Account
}

// Asked is what an application asks for when it redeems something.
type Asked struct {
	Host    hospes.TenantID // zero for the tenant that the grant was made for
	Scopes  *Scopes         // nil for those that the grant was made for
	Proof   string          // how the client came
	Origin  string
	V1      bool
	Attempt authn.Attempt
}

// Redeem gives an application tokens for a code, a refresh token or an approved device. Whether the person may still sign
// in is decided anew.
func (s *Service) Redeem(ctx context.Context, h Held, q Asked) (Answer, error) {
	f := h.Facts
	if !q.Host.IsZero() {
		f.Host = q.Host
	}
	if q.Scopes != nil {
		kept := f.Scopes.Protocol // what it asked for at the beginning stays, also when it is not repeated
		f.Scopes = *q.Scopes
		for _, name := range kept {
			if !slices.Contains(f.Scopes.Protocol, name) {
				f.Scopes.Protocol = append(slices.Clone(f.Scopes.Protocol), name)
			}
		}
	}
	who, _, err := s.config.People.Reload(ctx, h.x.tenant, f.Owner)
	if err != nil {
		return Answer{}, err
	}
	q.Attempt.Host, q.Attempt.AMR = f.Host, f.Methods
	v, granted, err := s.decide(ctx, who, f)
	if err != nil {
		q.Attempt.Err = err
		return Answer{}, errors.Join(err, s.config.People.Log(ctx, who, v, &q.Attempt, nil))
	}
	out, err := s.mint(ctx, who, v, f, granted, q)
	if err != nil {
		return Answer{}, err
	}
	var follows *store.Proof
	if f.Scopes.Offline() {
		x, proof, err := s.next(h, f)
		if err != nil {
			return Answer{}, err
		}
		follows, out.Refresh = &proof, s.text(store.ProofRefresh, x)
	}
	err = s.config.People.Log(ctx, who, v, &q.Attempt, func(tx store.Tx) error {
		good, err := h.spend(tx, follows)
		if q.Attempt.Err = nil; !good {
			q.Attempt.Err = redeemed()
		}
		return err
	})
	if errors.Is(err, hospes.ErrNotFound) {
		err = refuse(hospes.KindUnauthenticated, CodeBadGrant, "The grant was revoked. Sign in again.")
	}
	if err = errors.Join(err, q.Attempt.Err); err != nil {
		return Answer{}, err
	}
	return out, nil
}

// decide asks whether the person may have a token for the application, and what it may hold.
func (s *Service) decide(ctx context.Context, who authn.Account, f Facts) (authn.Visit, []string, error) {
	if err := s.config.Store.View(ctx, who.Tenant, func(r store.Reader) error { return alive(r, f) }); err != nil {
		return authn.Visit{}, nil, err
	}
	v, err := s.config.People.Visit(ctx, who, f.Host, f.Client)
	if err != nil {
		return v, nil, err
	}
	if !v.Factor.IsZero() && !slices.Contains(f.Factors, v.Factor) {
		return v, nil, refuse(hospes.KindForbidden, authn.CodeMFA, "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.")
	}
	c, err := s.Consent(ctx, v, f.Scopes, nil)
	if err != nil {
		return v, nil, err
	}
	if !c.covers(f.Scopes) {
		return v, nil, refuse(hospes.KindForbidden, CodeConsent, "The user or administrator has not consented to use the application with ID '"+v.Client.AppID+"' named '"+v.Client.DisplayName+"'. Send an interactive authorization request for this user and resource.")
	}
	return v, f.Scopes.allowed(c.Granted), nil
}

// mint makes the tokens.
func (s *Service) mint(ctx context.Context, who authn.Account, v authn.Visit, f Facts, allowed []string, q Asked) (Answer, error) {
	claims := token.UserClaims{
		Client: v.Client.Client, ClientProof: q.Proof, User: v.User.ID, UserPrincipalName: v.User.Text(hospes.UserPrincipalName), Name: v.User.Text(hospes.UserDisplayName),
		GivenName: v.User.Text(hospes.UserGivenName), FamilyName: v.User.Text(hospes.UserSurname), Email: v.User.Text(hospes.UserMail),
		Scopes: allowed, AMR: f.Methods, Audience: f.Scopes.Audience, Address: q.Attempt.Address, Session: f.Session, AuthTime: f.At,
	}
	claims.Guest = v.User.Text(hospes.UserUserType) == string(hospes.UserTypeGuest)
	if v.Guest {
		claims.Home = who.Tenant
	}
	err := s.config.Store.View(ctx, v.Host.ID, func(r store.Reader) (err error) {
		claims.RoleTemplates, err = directory.RoleTemplates(r, v.User.Number)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	out := Answer{
		Account: who, Scope: f.Scopes.echo(allowed),
		ClientInfo: ClientInfo(who),
	}
	if out.Access, err = s.config.Authority.MintUser(ctx, claims); err != nil {
		return Answer{}, err
	}
	if f.Scopes.OpenID() || q.V1 {
		out.ID, err = s.config.Authority.MintID(ctx, token.IDClaims{UserClaims: claims, Origin: q.Origin, V1: q.V1, Nonce: f.Nonce, Protocol: f.Scopes.Protocol})
	}
	return out, err
}

// ClientInfo names the account at home, by which clients of MSAL keep their tokens apart.
func ClientInfo(who authn.Account) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"uid":"` + who.ID.String() + `","utid":"` + who.Tenant.String() + `"}`))
}

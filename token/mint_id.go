package token

import (
	"context"
	"slices"

	"github.com/hospes-dev/hospes"
)

// IDClaims says for whom and to which application an id token is given.
type IDClaims struct {
	UserClaims
	V1       bool
	Nonce    string
	Protocol []string // the scopes of the protocol that were granted: they decide what is told
	Roles    []string // in the application itself
}

// idPayload is the payload of an id token.
type idPayload struct {
	registered
	AMR        []string `json:"amr,omitempty"`
	AuthTime   int64    `json:"auth_time,omitempty"`
	Email      string   `json:"email,omitempty"`
	FamilyName string   `json:"family_name,omitempty"`
	GivenName  string   `json:"given_name,omitempty"`
	IDP        string   `json:"idp,omitempty"`
	Address    string   `json:"ipaddr,omitempty"`
	Name       string   `json:"name,omitempty"`
	Nonce      string   `json:"nonce,omitempty"`
	ObjectID   string   `json:"oid,omitempty"`
	Preferred  string   `json:"preferred_username,omitempty"`
	RH         string   `json:"rh"`
	Roles      []string `json:"roles,omitempty"`
	Session    string   `json:"sid,omitempty"`
	Subject    string   `json:"sub"`
	TenantID   string   `json:"tid"`
	UniqueName string   `json:"unique_name,omitempty"`
	UPN        string   `json:"upn,omitempty"`
	UTI        string   `json:"uti"`
	Version    string   `json:"ver"`
}

// Issuer is the name under which id tokens of a tenant are issued.
func Issuer(origin string, tenant hospes.TenantID, v1 bool) string {
	if v1 {
		return issuer(tenant.String())
	}
	return origin + "/" + tenant.String() + "/v2.0"
}

// MintID makes an id token (graph-wire 6.4).
func (a *Authority) MintID(ctx context.Context, c IDClaims) (string, error) {
	const op = "token.MintID"
	t := a.fresh(c.Client.AppID)
	random, err := a.draw(16)
	if err != nil {
		return "", hospes.Internal(op, err)
	}
	tenant := c.Client.Tenant.ID
	p := idPayload{
		registered: t.registered(Issuer(c.Origin, tenant, c.V1)),
		Nonce:      c.Nonce, RH: resourceHint(tenant), Roles: c.Roles, Session: c.Session, Subject: PairwiseSubject(c.User, c.Client.AppID), TenantID: tenant.String(), UTI: random, Version: "2.0",
	}
	if !c.AuthTime.IsZero() {
		p.AuthTime = c.AuthTime.Unix()
	}
	if slices.Contains(c.Protocol, ScopeProfile) || c.V1 {
		p.Name, p.ObjectID, p.Preferred = c.Name, c.User.String(), c.preferred()
	}
	if slices.Contains(c.Protocol, ScopeEmail) {
		p.Email = c.Email
	}
	if !c.Home.IsZero() {
		p.IDP = issuer(c.Home.String())
	}
	if c.V1 {
		p.Version, p.AMR, p.Address, p.UPN, p.UniqueName, p.GivenName, p.FamilyName, p.Preferred = "1.0", c.AMR, c.Address, p.Preferred, p.Preferred, c.GivenName, c.FamilyName, ""
	}
	return a.sign(ctx, op, p)
}

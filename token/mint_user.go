package token

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
)

// Proofs of a client: what appidacr says of how it came (graph-wire 6.4).
const (
	ProofNone        = "0" // a public client
	ProofSecret      = "1"
	ProofCertificate = "2"
)

// everyUser is the directory role template that the original puts into the token of every person.
const everyUser = "b79fbf4d-3ef9-4689-8143-76b194e85509"

// UserClaims says for whom and to which application a delegated token is given.
type UserClaims struct {
	Client      Client
	ClientProof string // one of the proofs above

	User              hospes.ObjectID // in the tenant of the client
	UserPrincipalName string
	Name              string
	GivenName         string
	FamilyName        string
	Email             string
	Guest             bool
	Home              hospes.TenantID // of a guest from another tenant of this instance; zero for everybody else

	Scopes        []string // of Graph, without those of the protocol
	RoleTemplates []string // of the directory roles that the user holds
	AMR           []string // how the user was authenticated: pwd, otp, mfa
	Audience      string   // as it was asked for; empty for GraphResource
	Address       string   // of the network
	Session       string
	AuthTime      time.Time
}

// userPayload is the payload of a delegated access token, in the order the original writes it.
type userPayload struct {
	Audience    string   `json:"aud"`
	Issuer      string   `json:"iss"`
	IssuedAt    int64    `json:"iat"`
	NotBefore   int64    `json:"nbf"`
	Expires     int64    `json:"exp"`
	Account     int      `json:"acct"` // 0 for a member, 1 for a guest
	ACR         string   `json:"acr"`
	AIO         string   `json:"aio"`
	AMR         []string `json:"amr"`
	AppName     string   `json:"app_displayname"`
	AppID       string   `json:"appid"`
	AppACR      string   `json:"appidacr"`
	AuthTime    int64    `json:"auth_time,omitempty"`
	Email       string   `json:"email,omitempty"`
	FamilyName  string   `json:"family_name,omitempty"`
	GivenName   string   `json:"given_name,omitempty"`
	IDP         string   `json:"idp"`
	IDType      string   `json:"idtyp"`
	Address     string   `json:"ipaddr,omitempty"`
	Name        string   `json:"name"`
	ObjectID    string   `json:"oid"`
	RH          string   `json:"rh"`
	Scopes      string   `json:"scp"`
	Session     string   `json:"sid,omitempty"`
	Subject     string   `json:"sub"`
	RegionScope string   `json:"tenant_region_scope"`
	TenantID    string   `json:"tid"`
	UniqueName  string   `json:"unique_name"`
	UPN         string   `json:"upn,omitempty"`
	UTI         string   `json:"uti"`
	Version     string   `json:"ver"`
	WIDs        []string `json:"wids"`
	Created     int64    `json:"xms_tcdt"`
}

// MintUser makes a delegated access token (graph-wire 6.4).
func (a *Authority) MintUser(ctx context.Context, claims UserClaims) (Token, error) {
	const op = "token.MintUser"
	now := a.config.Clock.Now().Truncate(time.Second)
	t := a.fresh(now, claims.Audience)
	random, err := a.draw(48)
	if err != nil {
		return Token{}, hospes.Internal(op, err)
	}
	tenant := claims.Client.Tenant
	p := userPayload{
		Audience: t.Audience, Issuer: issuer(tenant.ID.String()), IssuedAt: now.Unix(), NotBefore: t.NotBefore.Unix(), Expires: t.Expires.Unix(),
		ACR: "1", AIO: random[:42], AMR: claims.AMR, AppName: claims.Client.DisplayName, AppID: claims.Client.AppID, AppACR: claims.ClientProof,
		Email: claims.Email, FamilyName: claims.FamilyName, GivenName: claims.GivenName, IDP: issuer(tenant.ID.String()), IDType: "user",
		Address: claims.Address, Name: claims.Name, ObjectID: claims.User.String(), RH: resourceHint(tenant.ID), Scopes: strings.Join(claims.Scopes, " "),
		Session: claims.Session, Subject: PairwiseSubject(claims.User, claims.Client.AppID), RegionScope: region, TenantID: tenant.ID.String(),
		UniqueName: claims.UserPrincipalName, UPN: claims.UserPrincipalName, UTI: random[42:], Version: "1.0",
		WIDs: append(append([]string{}, claims.RoleTemplates...), everyUser), Created: tenant.Created.Unix(),
	}
	if !claims.AuthTime.IsZero() {
		p.AuthTime = claims.AuthTime.Unix()
	}
	if claims.Guest {
		p.Account = 1
		if claims.Email != "" {
			p.UniqueName = claims.Email
		}
	}
	if !claims.Home.IsZero() {
		p.IDP = issuer(claims.Home.String())
	}
	payload, err := json.Marshal(p)
	if err != nil {
		return Token{}, hospes.Internal(op, err)
	}
	t.Raw, err = a.sign(ctx, op, payload)
	return t, err
}

// PairwiseSubject is the sub of a person towards one application: always the same, and of no use to compare people
// with another application.
func PairwiseSubject(user hospes.ObjectID, appID string) string {
	sum := sha256.Sum256(append(user.Bytes(), strings.ToLower(appID)...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

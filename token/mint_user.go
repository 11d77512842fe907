package token

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
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
	Home              hospes.TenantID // of somebody from another tenant of this instance; zero for everybody else

	Scopes        []string // that the token carries
	RoleTemplates []string // of the directory roles that the user holds
	AMR           []string // how the user was authenticated: pwd, otp, mfa
	Audience      string   // as it was asked for; empty for GraphResource
	Address       string   // of the network
	Session       string
	AuthTime      time.Time

	// For is the application that the token is for, where that is not Graph, and Origin this server's address, with which
	// the issuer of tokens of version 2 begins.
	For    *Resource
	Origin string
}

// userPayload is the payload of a delegated access token, in the order the original writes it.
type userPayload struct {
	registered
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
	Roles       []string `json:"roles,omitempty"`
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

// userPayloadV2 is the payload of a delegated access token of version 2, for applications that ask for it.
type userPayloadV2 struct {
	registered
	AIO       string   `json:"aio"`
	AZP       string   `json:"azp"`
	AZPACR    string   `json:"azpacr"`
	Email     string   `json:"email,omitempty"`
	IDP       string   `json:"idp,omitempty"`
	Name      string   `json:"name"`
	ObjectID  string   `json:"oid"`
	Preferred string   `json:"preferred_username"`
	RH        string   `json:"rh"`
	Roles     []string `json:"roles,omitempty"`
	Scopes    string   `json:"scp"`
	Session   string   `json:"sid,omitempty"`
	Subject   string   `json:"sub"`
	TenantID  string   `json:"tid"`
	UTI       string   `json:"uti"`
	Version   string   `json:"ver"`
}

// MintUser makes a delegated access token (graph-wire 6.4).
func (a *Authority) MintUser(ctx context.Context, claims UserClaims) (Token, error) {
	const op = "token.MintUser"
	t := a.fresh(claims.Audience)
	random, err := a.draw(48)
	if err != nil {
		return Token{}, hospes.Internal(op, err)
	}
	payload := claims.payload(&t, random)
	t.Raw, err = a.sign(ctx, op, payload)
	return t, err
}

// payload gives what a token says, in the version that its application takes.
func (c UserClaims) payload(t *Token, random string) any {
	tenant := c.Client.Tenant
	subject, idp := PairwiseSubject(c.User, c.Client.AppID), ""
	if c.For != nil { // who takes the token knows the person by a name of its own
		subject = PairwiseSubject(c.User, c.For.AppID)
	}
	if !c.Home.IsZero() {
		idp = issuer(c.Home.String())
	}
	if c.For != nil && c.For.Version == 2 {
		t.Audience = c.For.AppID
		p := userPayloadV2{
			registered: t.registered(Issuer(c.Origin, tenant.ID, false)),
			AIO:        random[:42], AZP: c.Client.AppID, AZPACR: c.ClientProof, IDP: idp, Name: c.Name, ObjectID: c.User.String(), Preferred: c.preferred(),
			RH: resourceHint(tenant.ID), Roles: c.For.Roles, Scopes: strings.Join(c.Scopes, " "), Session: c.Session, Subject: subject, TenantID: tenant.ID.String(),
			UTI: random[42:], Version: "2.0",
		}
		if c.Guest {
			p.Email = c.Email
		}
		return p
	}
	p := userPayload{
		registered: t.registered(issuer(tenant.ID.String())),
		ACR:        "1", AIO: random[:42], AMR: c.AMR, AppName: c.Client.DisplayName, AppID: c.Client.AppID, AppACR: c.ClientProof,
		Email: c.Email, FamilyName: c.FamilyName, GivenName: c.GivenName, IDP: cmp.Or(idp, issuer(tenant.ID.String())), IDType: "user",
		Address: c.Address, Name: c.Name, ObjectID: c.User.String(), RH: resourceHint(tenant.ID), Scopes: strings.Join(c.Scopes, " "),
		Session: c.Session, Subject: subject, RegionScope: region, TenantID: tenant.ID.String(),
		UniqueName: c.preferred(), UPN: c.UserPrincipalName, UTI: random[42:], Version: "1.0", Created: tenant.Created.Unix(),
	}
	if c.For != nil {
		p.Roles = c.For.Roles
	}
	p.WIDs = append(append([]string{}, c.RoleTemplates...), everyUser)
	if !c.AuthTime.IsZero() {
		p.AuthTime = c.AuthTime.Unix()
	}
	if c.Guest {
		p.Account = 1
	}
	return p
}

// preferred is the name by which people see the person: of a guest and of a member from elsewhere the address, since the
// other name is nobody's.
func (c UserClaims) preferred() string {
	if (c.Guest || !c.Home.IsZero()) && c.Email != "" {
		return c.Email
	}
	return c.UserPrincipalName
}

// PairwiseSubject is the sub of a person towards one application: always the same, and of no use to compare people
// with another application.
func PairwiseSubject(user hospes.ObjectID, appID string) string {
	sum := sha256.Sum256(append(user.Bytes(), strings.ToLower(appID)...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

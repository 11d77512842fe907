package token

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"github.com/hospes-dev/hospes"
)

const (
	// appTemplate is the directory role that the original puts into every token of an application.
	appTemplate = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"

	// region is the tenant_region_scope of tenants that are bound to no region.
	region = "WW"

	// backdating is how far before its making a token begins to hold, for machines whose clocks are late.
	backdating = 5 * time.Minute
)

// AppClaims says for whom an app-only token is made.
type AppClaims struct {
	Client   Client
	Audience string // as it was asked for; empty for GraphResource
	Proof    string // how the client came; empty for a secret

	// For is the application that the token is for, where that is not Graph, and Origin this server's address, with which
	// the issuer of tokens of version 2 begins.
	For    *Resource
	Origin string
}

// Token is an access token that was made just now.
type Token struct {
	Raw       string
	Audience  string
	NotBefore time.Time
	Expires   time.Time
	Lifetime  time.Duration // from now on
}

// LogValue keeps the token itself out of logs.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(slog.String("audience", t.Audience), slog.Time("expires", t.Expires))
}

// registered are the claims with which every token begins (RFC 7519 4.1).
type registered struct {
	Audience  string `json:"aud"`
	Issuer    string `json:"iss"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
}

func (t Token) registered(issuer string) registered {
	return registered{t.Audience, issuer, t.NotBefore.Add(backdating).Unix(), t.NotBefore.Unix(), t.Expires.Unix()}
}

// appPayload is the payload of an app-only access token, in the order the original writes it.
type appPayload struct {
	registered
	AIO         string   `json:"aio"`
	AppName     string   `json:"app_displayname"`
	AppID       string   `json:"appid"`
	AppACR      string   `json:"appidacr"`
	IDP         string   `json:"idp"`
	IDType      string   `json:"idtyp"`
	ObjectID    string   `json:"oid"`
	RH          string   `json:"rh"`
	Roles       []string `json:"roles,omitempty"`
	Subject     string   `json:"sub"`
	RegionScope string   `json:"tenant_region_scope"`
	TenantID    string   `json:"tid"`
	UTI         string   `json:"uti"`
	Version     string   `json:"ver"`
	WIDs        []string `json:"wids"`
	Created     int64    `json:"xms_tcdt"`
}

// appPayloadV2 is the payload of a token of version 2, as the original writes it for applications that ask for it.
type appPayloadV2 struct {
	registered
	AIO      string   `json:"aio"`
	AZP      string   `json:"azp"`
	AZPACR   string   `json:"azpacr"`
	ObjectID string   `json:"oid"`
	RH       string   `json:"rh"`
	Roles    []string `json:"roles,omitempty"`
	Subject  string   `json:"sub"`
	TenantID string   `json:"tid"`
	UTI      string   `json:"uti"`
	Version  string   `json:"ver"`
}

// issuer is the name under which tokens of a tenant are issued; it is that of the original, which clients never check
// in an access token.
func issuer(tenant string) string { return "https://sts.windows.net/" + tenant + "/" }

// Mint makes an app-only access token. Without a granted role it is made all the same, and carries none.
func (a *Authority) Mint(ctx context.Context, claims AppClaims) (Token, error) {
	const op = "token.Mint"
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
func (c AppClaims) payload(t *Token, random string) any {
	client, tenant := c.Client, c.Client.Tenant
	proof, roles := cmp.Or(c.Proof, ProofSecret), client.Roles
	if c.For != nil {
		roles = c.For.Roles
	}
	if c.For != nil && c.For.Version == 2 {
		t.Audience = c.For.AppID
		return appPayloadV2{
			registered: t.registered(Issuer(c.Origin, tenant.ID, false)),
			AIO:        random[:42], AZP: client.AppID, AZPACR: proof, ObjectID: client.Principal.String(), RH: resourceHint(tenant.ID), Roles: roles,
			Subject: client.Principal.String(), TenantID: tenant.ID.String(), UTI: random[42:], Version: "2.0",
		}
	}
	return appPayload{
		registered: t.registered(issuer(tenant.ID.String())),
		AIO:        random[:42], AppName: client.DisplayName, AppID: client.AppID, AppACR: proof, IDP: issuer(tenant.ID.String()), IDType: "app",
		ObjectID: client.Principal.String(), RH: resourceHint(tenant.ID), Roles: roles, Subject: client.Principal.String(), RegionScope: region,
		TenantID: tenant.ID.String(), UTI: random[42:], Version: "1.0", WIDs: []string{appTemplate}, Created: tenant.Created.Unix(),
	}
}

// fresh is a token of now that says nothing yet.
func (a *Authority) fresh(audience string) Token {
	now := a.config.Clock.Now().Truncate(time.Second)
	return Token{Audience: cmp.Or(audience, GraphResource), NotBefore: now.Add(-backdating), Expires: now.Add(a.config.Lifetime), Lifetime: a.config.Lifetime}
}

// sign makes a token of a payload.
func (a *Authority) sign(ctx context.Context, op string, payload any) (string, error) {
	b, err := json.Marshal(payload)
	if err != nil {
		return "", hospes.Internal(op, err)
	}
	key, err := a.config.Keys.Signer(ctx)
	if err != nil {
		return "", err
	}
	signed, err := key.signer.Sign(b)
	if err != nil {
		return "", hospes.Internal(op, err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		return "", hospes.Internal(op, err)
	}
	return raw, nil
}

// resourceHint is what the claim rh holds; clients hand it back and never look inside.
func resourceHint(tenant hospes.TenantID) string {
	return "1." + base64.RawURLEncoding.EncodeToString(tenant.Bytes()) + "."
}

// draw gives n random bytes as text.
func (a *Authority) draw(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(a.config.Random, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

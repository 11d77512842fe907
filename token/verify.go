package token

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
)

// CodeInvalidToken is the code of every refusal of a token.
const CodeInvalidToken = "InvalidAuthenticationToken"

// The texts of the refusals, which clients and their users match on.
const (
	textEmpty     = "Access token is empty."
	textMalformed = "CompactToken parsing failed with error code: 80049217"
	textExpired   = "Lifetime validation failed, the token is expired."
	textTooEarly  = "Access token has expired or is not yet valid."
	textAudience  = "Access token validation failure. Invalid audience."
	textSignature = "Invalid signature"
	textFailure   = "Access token validation failure."
)

// maxToken bounds what is parsed at all. A token with every permission has about 3 KiB.
const maxToken = 16 << 10

var algorithms = []jose.SignatureAlgorithm{jose.RS256}

// Caller is who a verified token speaks for. It says nothing of whether tenant and service principal still live.
type Caller struct {
	Tenant      hospes.TenantID
	Principal   hospes.ObjectID // of the service principal, or of the user who is signed in
	AppID       string
	DisplayName string    // of the application
	Delegated   bool      // a user is signed in
	Roles       []string  // application permissions; shared by all requests with the token: not to be changed
	Scopes      []string  // delegated permissions; shared as well
	User        string    // the name under which the user signed in
	SignedIn    time.Time // when the user was authenticated; where the token does not say, when it was issued
	Audience    string
	ID          string // uti, for logs
	Expires     time.Time
}

// Has tells whether the caller was granted a permission: an application permission, or a delegated one where a user is
// signed in.
func (c Caller) Has(permission string) bool {
	if c.Delegated {
		return slices.Contains(c.Scopes, permission)
	}
	return slices.Contains(c.Roles, permission)
}

// Verify tells who an access token for Graph speaks for. Every refusal is Unauthenticated with CodeInvalidToken.
func (a *Authority) Verify(ctx context.Context, raw string) (Caller, error) {
	caller, err := a.verifyAny(ctx, raw)
	if err == nil && !a.IsGraph(caller.Audience) {
		err = refused(textAudience, nil)
	}
	if err != nil {
		return Caller{}, err
	}
	return caller, nil
}

// VerifyManagement tells who an access token speaks for that is for Azure's resource management, or for Graph where both
// have the address of this server as their name.
func (a *Authority) VerifyManagement(ctx context.Context, raw string) (Caller, error) {
	return a.verifyAny(ctx, raw)
}

func (a *Authority) verifyAny(ctx context.Context, raw string) (Caller, error) {
	if raw == "" {
		return Caller{}, refused(textEmpty, nil)
	}
	if len(raw) > maxToken {
		return Caller{}, refused(textMalformed, nil)
	}
	d := digest(sha256.Sum256([]byte(raw)))
	if v, ok := a.cache.get(d, a.config.Clock.Now()); ok {
		if _, ok, err := a.config.Keys.Find(ctx, v.key); ok && err == nil {
			return v.caller, nil
		}
	}
	caller, key, err := a.verify(ctx, raw)
	if err != nil {
		return Caller{}, err
	}
	a.cache.put(d, verified{caller: caller, key: key})
	return caller, nil
}

func (a *Authority) verify(ctx context.Context, raw string) (caller Caller, key string, err error) {
	text, key, err := a.payload(ctx, raw)
	if err != nil {
		return Caller{}, "", err
	}
	var p anyPayload
	if err := json.Unmarshal(text, &p); err != nil {
		return Caller{}, "", refused(textFailure, err)
	}
	caller, err = a.believe(p)
	return caller, key, err
}

// payload gives what a token says that one of our keys has signed, and the id of the key.
func (a *Authority) payload(ctx context.Context, raw string) (text []byte, key string, err error) {
	if !canonical(raw) {
		return nil, "", refused(textMalformed, nil)
	}
	signed, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		var algorithm *jose.ErrUnexpectedSignatureAlgorithm
		if errors.As(err, &algorithm) {
			return nil, "", refused(textFailure, err)
		}
		return nil, "", refused(textMalformed, err)
	}
	k, ok, err := a.config.Keys.Find(ctx, signed.Signatures[0].Protected.KeyID)
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return nil, "", refused(textSignature, nil)
	}
	if text, err = signed.Verify(k.Public()); err != nil {
		return nil, "", refused(textSignature, err)
	}
	return text, k.ID, nil
}

// canonical tells whether every part is the one way to write its bytes, so that a token has one text only.
func canonical(raw string) bool {
	for part := range strings.SplitSeq(raw, ".") {
		b, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part {
			return false
		}
	}
	return true
}

// anyPayload is what is read of the payload of either kind of token.
type anyPayload struct {
	Audience  string   `json:"aud"`
	Issuer    string   `json:"iss"`
	IssuedAt  int64    `json:"iat"`
	NotBefore int64    `json:"nbf"`
	Expires   int64    `json:"exp"`
	AppName   string   `json:"app_displayname"`
	AppID     string   `json:"appid"`
	AuthTime  int64    `json:"auth_time"`
	IDType    string   `json:"idtyp"`
	ObjectID  string   `json:"oid"`
	Roles     []string `json:"roles"`
	Scopes    string   `json:"scp"`
	TenantID  string   `json:"tid"`
	User      string   `json:"unique_name"`
	UTI       string   `json:"uti"`
}

// believe checks what a token with a sound signature says.
func (a *Authority) believe(p anyPayload) (Caller, error) {
	now := a.config.Clock.Now()
	expires := time.Unix(p.Expires, 0).UTC()
	if !now.Before(expires.Add(skew)) {
		return Caller{}, refused(textExpired, nil)
	}
	if now.Before(time.Unix(p.NotBefore, 0).Add(-skew)) {
		return Caller{}, refused(textTooEarly, nil)
	}
	tenant, tenantOK := hospes.ParseTenantID(p.TenantID)
	principal, principalOK := hospes.ParseObjectID(p.ObjectID)
	if !tenantOK || !principalOK || p.AppID == "" || p.IDType != "app" && p.IDType != "user" || p.Issuer != issuer(tenant.String()) {
		return Caller{}, refused(textFailure, nil)
	}
	if !a.IsGraph(p.Audience) && !IsManagement(p.Audience) {
		return Caller{}, refused(textAudience, nil)
	}
	caller := Caller{
		Tenant: tenant, Principal: principal, AppID: p.AppID, DisplayName: p.AppName, Delegated: p.IDType == "user",
		SignedIn: time.Unix(p.IssuedAt, 0).UTC(), Audience: p.Audience, ID: p.UTI, Expires: expires,
	}
	if caller.Delegated {
		caller.Scopes, caller.User = strings.Fields(p.Scopes), p.User
		if p.AuthTime > 0 {
			caller.SignedIn = time.Unix(p.AuthTime, 0).UTC()
		}
	} else {
		caller.Roles = p.Roles
	}
	return caller, nil
}

func refused(text string, err error) error {
	return &hospes.Error{Kind: hospes.KindUnauthenticated, Op: "token.Verify", Code: CodeInvalidToken, Message: text, Err: err}
}

// IDHint is whom an id token of this instance was made for: which application, and which person as the application knows
// them.
type IDHint struct {
	Audience, Subject string
}

// IDHint reads an id token of this instance. It may have expired: it says who was signed in, and proves nothing else.
func (a *Authority) IDHint(ctx context.Context, raw string) (IDHint, error) {
	if len(raw) > maxToken {
		return IDHint{}, refused(textMalformed, nil)
	}
	text, _, err := a.payload(ctx, raw)
	if err != nil {
		return IDHint{}, err
	}
	var p idPayload
	if err := json.Unmarshal(text, &p); err != nil {
		return IDHint{}, refused(textFailure, err)
	}
	return IDHint{Audience: p.Audience, Subject: p.Subject}, nil
}

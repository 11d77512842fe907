package token

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Codes of the refusals of assertions.
const (
	CodeBadAssertion      = "AADSTS50027"
	CodeUsedAssertion     = "AADSTS50012"
	CodeAssertionClient   = "AADSTS700021"
	CodeAssertionAudience = "AADSTS700023"
	CodeAssertionTime     = "AADSTS700024"
	CodeNoKeys            = "AADSTS700026"
	CodeUnknownKey        = "AADSTS700027"
)

const (
	// maxAssertion bounds what is parsed; a chain of certificates takes some KiB.
	maxAssertion = 32 << 10

	// assertionLife is how far away the end of an assertion may lie. Some clients say an hour.
	assertionLife = 24 * time.Hour
)

var assertionAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256}

// Assertion is what a client signed, or another issuer for it, read but not believed.
type Assertion struct {
	ClientID string // iss and sub are the same; empty where another issuer signed
	raw      string
	signed   *jose.JSONWebSignature
	claims   assertionClaims
	names    []string // of its certificate
}

type assertionClaims struct {
	Issuer    string      `json:"iss"`
	Subject   string      `json:"sub"`
	Audience  audiences   `json:"aud"`
	Expires   json.Number `json:"exp"`
	NotBefore json.Number `json:"nbf"`
	ID        string      `json:"jti"`
}

// audiences are one text or a list.
type audiences []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audiences) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audiences{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// ParseAssertion reads an assertion, so that it can be told whose it says it is.
func ParseAssertion(raw string) (Assertion, error) {
	malformed := clientError(hospes.KindUnauthenticated, CodeBadAssertion, "Invalid JWT token. The client assertion cannot be read.")
	if len(raw) > maxAssertion || !canonical(raw) {
		return Assertion{}, malformed
	}
	signed, err := jose.ParseSignedCompact(raw, assertionAlgorithms)
	if err != nil || len(signed.Signatures) != 1 {
		return Assertion{}, malformed
	}
	a := Assertion{raw: raw, signed: signed}
	if json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &a.claims) != nil {
		return Assertion{}, malformed
	}
	header := signed.Signatures[0].Protected
	a.names = []string{header.KeyID}
	for _, name := range []jose.HeaderKey{"x5t", "x5t#S256"} {
		if text, ok := header.ExtraHeaders[name].(string); ok {
			a.names = append(a.names, text)
		}
	}
	if a.Federated() {
		return a, nil
	}
	if a.claims.Issuer != a.claims.Subject || a.claims.Issuer == "" {
		return Assertion{}, clientError(hospes.KindUnauthenticated, CodeAssertionClient, "The client assertion has to name the application as 'iss' and as 'sub'.")
	}
	a.ClientID = a.claims.Issuer
	return a, nil
}

// AuthenticateAssertion tells which client in a tenant signed an assertion with one of its certificates. It must be meant
// for one of the audiences, and serves once for each purpose: a client that is given a token for one resource may show
// the same assertion for another, as several libraries do, and nobody who listens may repeat what it did.
func AuthenticateAssertion(ctx context.Context, s Keeper, tenant hospes.TenantID, a Assertion, audiences []string, purpose string) (Client, error) {
	c, now, err := lookUp(ctx, s, tenant, a.ClientID)
	if err != nil {
		return Client{}, err
	}
	key, err := a.verify(c, audiences, now)
	if err != nil {
		return Client{}, err
	}
	c.client.KeyID, c.client.Certified = key, true
	if err := c.mayAct(); err != nil {
		return Client{}, err
	}
	name := a.claims.ID
	if name == "" {
		name = a.raw[:strings.LastIndexByte(a.raw, '.')] // without the signature, which whoever sees it can write in other ways
	}
	err = s.Update(ctx, store.Write{Tenant: tenant, By: hospes.By{
		Actor: hospes.Actor{Kind: hospes.ActorApp, AppID: c.client.AppID, DisplayName: c.client.DisplayName}, Cause: hospes.CauseAPI,
	}}, func(tx store.Tx) error {
		return tx.AddProof(store.Proof{
			Kind: store.ProofAssertion, Digest: sha256.Sum256([]byte(c.client.AppID + "\x00" + purpose + "\x00" + name)), Expires: a.expires().Add(2 * skew),
		})
	})
	if hospes.KindOf(err) == hospes.KindConflict {
		return Client{}, clientError(hospes.KindUnauthenticated, CodeUsedAssertion, "The client assertion was used already. Sign a new one for each request.")
	}
	return c.client, err
}

func (a Assertion) expires() time.Time {
	n, err := strconv.ParseFloat(string(a.claims.Expires), 64)
	if err != nil || n < 0 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// verify checks an assertion against the certificates of the client and gives the id of the key.
func (a Assertion) verify(c candidate, meant []string, now time.Time) (keyID string, err error) {
	refuse := func(code, message string) (string, error) {
		return "", clientError(hospes.KindUnauthenticated, code, message)
	}
	if len(c.certificates) == 0 {
		return refuse(CodeNoKeys, "Client application has no configured keys.")
	}
	var chosen *Certificate
	for i := range c.certificates {
		if k := &c.certificates[i]; k.named(a.names...) || a.nameless() {
			if _, err := a.signed.Verify(k.public()); err == nil {
				chosen = k
			}
		}
	}
	switch {
	case chosen == nil:
		return refuse(CodeUnknownKey, "Client assertion failed signature validation. The certificate with the identifier used to sign it is not registered on the application.")
	case !chosen.live(now):
		return refuse(CodeUnknownKey, "Client assertion failed signature validation. The key used is expired; register a new certificate.")
	case !slices.ContainsFunc(a.claims.Audience, func(aud string) bool { return slices.Contains(meant, aud) }):
		return refuse(CodeAssertionAudience, "Client assertion audience claim does not match Realm issuer. Use the address of the token endpoint.")
	}
	if !a.holds(now) || now.Add(assertionLife).Before(a.expires()) {
		return refuse(CodeAssertionTime, "Client assertion is not within its valid time range. Check the clock of the client, and that 'exp' is less than a day ahead.")
	}
	return chosen.KeyID, nil
}

// holds tells whether an assertion has begun and has not ended.
func (a Assertion) holds(now time.Time) bool {
	early, err := strconv.ParseFloat(string(a.claims.NotBefore), 64)
	return (err != nil || early <= float64(now.Add(skew).Unix())) && now.Before(a.expires().Add(skew))
}

// nameless tells that the header names no certificate, so that any of the client's may have signed.
func (a Assertion) nameless() bool {
	return !slices.ContainsFunc(a.names, func(n string) bool { return n != "" })
}

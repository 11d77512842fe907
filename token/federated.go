package token

import (
	"context"
	"crypto"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Codes of the refusals of what other issuers have signed.
const (
	CodeFederatedIssuer   = "AADSTS700211"
	CodeFederatedAudience = "AADSTS700212"
	CodeFederatedSubject  = "AADSTS700213"
	CodeFederatedCase     = "AADSTS7002138"
	CodeIssuerAway        = "AADSTS501661"
)

// Issuers knows the keys with which others sign; *federation.Issuers is one.
type Issuers interface {
	// Keys gives those of an id that an issuer signs with, all of them for no id. NotFound where it has none of the id,
	// Unavailable where it does not answer. The tenant is the one for which it is asked.
	Keys(ctx context.Context, tenant hospes.TenantID, issuer, id string) ([]crypto.PublicKey, error)
}

// Federated tells that another issuer signed an assertion: clients that sign their own have an id, not an address.
func (a Assertion) Federated() bool { return strings.HasPrefix(a.claims.Issuer, "https://") }

// AuthenticateFederated tells which client in a tenant an issuer vouches for: one whose application trusts it for the
// subject. Such an assertion serves as often as it is shown until it ends: what runs elsewhere is given one for an hour,
// and asks for tokens with it all the time. origin is the address by which the client knows this server.
func (a *Authority) AuthenticateFederated(ctx context.Context, d Directory, tenant hospes.TenantID, clientID string, as Assertion, origin string) (Client, error) {
	c, now, err := lookUp(ctx, d, tenant, clientID)
	if err != nil {
		return Client{}, err
	}
	if c.client.KeyID, err = as.trustedBy(c.federated); err != nil {
		return Client{}, err
	}
	if !as.holds(now) {
		return Client{}, clientError(hospes.KindUnauthenticated, CodeAssertionTime, "The assertion is not within its valid time range. Get a new one from its issuer, and check the clocks.")
	}
	// Nobody is asked before it is clear that the application trusts them: else anybody could send this server anywhere.
	keys, err := a.keysOfIssuer(ctx, d, tenant, as, origin)
	if err != nil {
		return Client{}, err
	}
	if !slices.ContainsFunc(keys, func(k crypto.PublicKey) bool { _, err := as.signed.Verify(k); return err == nil }) {
		return Client{}, unknownFederatedKey()
	}
	c.client.Certified = true
	if err := c.mayAct(); err != nil {
		return Client{}, err
	}
	return c.client, nil
}

// trustedBy finds the credential that an assertion is held against, and gives its id.
func (a Assertion) trustedBy(list []hospes.FederatedCredential) (id string, err error) {
	refuse := func(code, claim, value, more string) (string, error) {
		return "", clientError(hospes.KindUnauthenticated, code, "No matching federated identity record found for presented assertion "+claim+" '"+clip(value)+"'. "+more+
			"Check the issuer, subject and audience of the application's federated identity credentials against the presented assertion.")
	}
	claims := a.claims
	of := slices.DeleteFunc(slices.Clone(list), func(c hospes.FederatedCredential) bool { return c.Issuer != claims.Issuer })
	if len(of) == 0 {
		return refuse(CodeFederatedIssuer, "issuer", claims.Issuer, "")
	}
	i := slices.IndexFunc(of, func(c hospes.FederatedCredential) bool { return c.Subject == claims.Subject })
	if i < 0 {
		if slices.ContainsFunc(of, func(c hospes.FederatedCredential) bool { return strings.EqualFold(c.Subject, claims.Subject) }) {
			return refuse(CodeFederatedCase, "subject", claims.Subject, "One differs in upper and lower case only, which counts. ")
		}
		return refuse(CodeFederatedSubject, "subject", claims.Subject, "")
	}
	if !slices.ContainsFunc(of[i].Audiences, func(aud string) bool { return slices.Contains(claims.Audience, aud) }) {
		return refuse(CodeFederatedAudience, "audience", strings.Join(claims.Audience, " "), "")
	}
	return of[i].ID.String(), nil
}

// keysOfIssuer gives the keys that may have signed an assertion. Those of this instance need not be asked for.
func (a *Authority) keysOfIssuer(ctx context.Context, d Directory, tenant hospes.TenantID, as Assertion, origin string) ([]crypto.PublicKey, error) {
	id := as.signed.Signatures[0].Protected.KeyID
	own, err := a.isOwn(ctx, d, as.claims.Issuer, origin)
	if err != nil {
		return nil, err
	}
	if own {
		k, ok, err := a.config.Keys.Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, unknownFederatedKey()
		}
		return []crypto.PublicKey{k.Public()}, nil
	}
	if a.config.Issuers == nil {
		return nil, clientError(hospes.KindUnavailable, CodeIssuerAway, "Request to External OIDC endpoint failed: this server asks no other issuers.")
	}
	keys, err := a.config.Issuers.Keys(ctx, tenant, as.claims.Issuer, id)
	switch hospes.KindOf(err) {
	case hospes.KindNotFound:
		return nil, unknownFederatedKey()
	case hospes.KindUnavailable:
		return nil, &hospes.Error{
			Kind: hospes.KindUnavailable, Op: "token.AuthenticateFederated", Code: CodeIssuerAway, Err: err,
			Message: "Request to External OIDC endpoint failed: the issuer '" + clip(as.claims.Issuer) + "' does not answer with its keys, or is at an address that this server does not go to.",
		}
	}
	return keys, err
}

// isOwn tells whether an issuer is a tenant of this instance, under either of the names that its tokens have.
func (a *Authority) isOwn(ctx context.Context, d Directory, issuer, origin string) (bool, error) {
	for _, o := range append(a.Origins(), origin) {
		if rest, under := strings.CutPrefix(issuer, strings.TrimRight(o, "/")+"/"); under && strings.HasSuffix(rest, "/v2.0") {
			_, ok := hospes.ParseTenantID(strings.TrimSuffix(rest, "/v2.0"))
			return ok, nil
		}
	}
	id, ok := hospes.ParseTenantID(strings.TrimSuffix(strings.TrimPrefix(issuer, "https://sts.windows.net/"), "/"))
	if !ok || issuer != Issuer("", id, true) {
		return false, nil
	}
	err := d.View(ctx, id, func(store.Reader) error { return nil })
	if hospes.KindOf(err) == hospes.KindNotFound { // the name is the original's, and so may be the tenant
		return false, nil
	}
	return err == nil, err
}

func unknownFederatedKey() error {
	return clientError(hospes.KindUnauthenticated, CodeUnknownKey, "Client assertion failed signature validation. The issuer has no key that signed it.")
}

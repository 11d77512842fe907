package oidc

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// maxBody bounds a token request; the largest honest one carries a certificate chain of a few KiB.
const maxBody = 64 << 10

// parameters are those that are read. Clients send many more, about themselves and what they can do.
var parameters = []string{
	"grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope", "resource", "code", "redirect_uri", "code_verifier", "refresh_token",
	"device_code",
}

// readForm reads the body. What stands in the query counts for nothing: secrets do not belong there, and logs see it.
func (x *exchange) readForm() (url.Values, error) {
	media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return url.Values{}, nil // like an empty form, which is told what it lacks
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBody))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return nil, refuse(codeMalformed, "The request is malformed: the body is longer than %d bytes.", maxBody)
		}
		return nil, refuse(codeMalformed, "The request is malformed: the body cannot be read.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(codeMalformed, "The request is malformed: the body is not a form.")
	}
	return form, once(form, parameters)
}

// once refuses a parameter that is there twice: whoever reads the one could be led astray by the other.
func once(values url.Values, names []string) error {
	for _, name := range names {
		if len(values[name]) > 1 {
			return refuse(codeDuplicate, "The request is not properly formatted. The parameter '%s' is there more than once.", name)
		}
	}
	return nil
}

// proof is what a client shows to prove itself.
type proof struct {
	id, secret string
	assertion  *token.Assertion
}

// clientID gives the client that a request is of, from the body, the header or the assertion, and the secret in the
// header.
func (x *exchange) clientID(form url.Values) (id, secret string, err error) {
	id = form.Get("client_id")
	if user, password, ok := x.r.BasicAuth(); ok && form.Get("client_secret") == "" {
		user, password = unescaped(user), unescaped(password)
		if id != "" && id != user {
			return "", "", refuse(codeMalformed, "The request is malformed: header and body name different clients.")
		}
		id, secret = user, password
	}
	if id == "" && form.Get("client_assertion") != "" {
		a, err := token.ParseAssertion(form.Get("client_assertion"))
		if err != nil {
			return "", "", err
		}
		id = a.ClientID
	}
	if id == "" {
		return "", "", missing("client_id")
	}
	return id, secret, nil
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// proof reads what a client shows: one secret, in the body or the header, or an assertion.
func (x *exchange) proof(form url.Values) (proof, error) {
	id, secret, err := x.clientID(form)
	if err != nil {
		return proof{}, err
	}
	p := proof{id: id, secret: secret}
	if p.secret == "" {
		p.secret = form.Get("client_secret")
	}
	raw := form.Get("client_assertion")
	switch {
	case raw != "" && p.secret != "":
		return proof{}, refuse(codeMalformed, "The request is malformed: a client proves itself by a secret or by an assertion, not by both.")
	case p.secret != "":
		return p, nil
	case raw == "":
		return proof{}, refuse(codeNoCredential, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
	case form.Get("client_assertion_type") != assertionType:
		return proof{}, refuse(codeMalformed, "The request is malformed: 'client_assertion_type' must be %s.", assertionType)
	}
	a, err := token.ParseAssertion(raw)
	if err != nil {
		return proof{}, err
	}
	if !a.Federated() && !strings.EqualFold(a.ClientID, id) {
		return proof{}, refuse(token.CodeAssertionClient, "Client assertion application identifier doesn't match 'client_id' parameter.")
	}
	p.assertion = &a
	return p, nil
}

// grantPurpose begins the purpose of an assertion that a client redeems something with.
const grantPurpose = "grant "

// prove tells which client it is, in a tenant. purpose is what an assertion is used up for.
func (h *Handler) prove(x *exchange, tenant hospes.TenantID, p proof, purpose string) (proven, error) {
	if p.assertion == nil {
		c, err := token.Authenticate(x.r.Context(), h.config.Store, tenant, p.id, p.secret)
		return proven{c}, err
	}
	if p.assertion.Federated() {
		c, err := h.config.Authority.AuthenticateFederated(x.r.Context(), h.config.Store, tenant, p.id, *p.assertion, x.origin)
		return proven{c}, err
	}
	c, err := token.AuthenticateAssertion(x.r.Context(), h.config.Store, tenant, *p.assertion, h.assertionAudiences(x, tenant), purpose)
	return proven{c}, err
}

// assertionAudiences gives the names under which the token endpoint of a tenant is known to clients.
func (h *Handler) assertionAudiences(x *exchange, tenant hospes.TenantID) (list []string) {
	for _, segment := range []string{tenant.String(), x.tenant} {
		base := x.origin + "/" + segment
		list = append(list, base+"/v2.0", base+"/oauth2/v2.0/token", base+"/oauth2/token", base+"/")
	}
	return list
}

// proven is a client that has proven itself.
type proven struct{ token.Client }

// proof says how, as tokens say it.
func (p proven) proof() string {
	if p.Certified {
		return token.ProofCertificate
	}
	return token.ProofSecret
}

// unescaped undoes the form encoding that the standard asks for within the header, and that half of the clients omit.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func missing(parameter string) error {
	return refuse(codeMissing, "The request body must contain the following parameter: '%s'.", parameter)
}

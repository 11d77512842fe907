package oidc

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/hospes-dev/hospes/token"
)

// grantV2 is the answer of the v2 endpoint.
type grantV2 struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	ExtExpiresIn int    `json:"ext_expires_in"`
	AccessToken  string `json:"access_token"`
}

// grantV1 is the answer of the v1 endpoint, which writes numbers as texts.
type grantV1 struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    string `json:"expires_in"`
	ExtExpiresIn string `json:"ext_expires_in"`
	ExpiresOn    string `json:"expires_on"`
	NotBefore    string `json:"not_before"`
	Resource     string `json:"resource"`
	AccessToken  string `json:"access_token"`
}

const bearer = "Bearer"

func (h *Handler) tokenV2(x *exchange) error {
	made, err := h.grant(x, func(form url.Values) (string, error) {
		if form.Get("scope") == "" {
			return "", missing("scope")
		}
		return resourceOfScope(form.Get("scope"))
	})
	if err != nil {
		return err
	}
	left := secondsLeft(made)
	return x.answer(http.StatusOK, grantV2{TokenType: bearer, ExpiresIn: left, ExtExpiresIn: left, AccessToken: made.Raw})
}

func (h *Handler) tokenV1(x *exchange) error {
	made, err := h.grant(x, func(form url.Values) (string, error) {
		if resource := form.Get("resource"); resource != "" {
			return resource, nil
		}
		if scope := form.Get("scope"); scope != "" { // libraries that have learnt the new form keep to it here
			return resourceOfScope(scope)
		}
		return "", missing("resource")
	})
	if err != nil {
		return err
	}
	left := strconv.Itoa(secondsLeft(made))
	return x.answer(http.StatusOK, grantV1{
		TokenType: bearer, ExpiresIn: left, ExtExpiresIn: left, ExpiresOn: strconv.FormatInt(made.Expires.Unix(), 10),
		NotBefore: strconv.FormatInt(made.NotBefore.Unix(), 10), Resource: made.Audience, AccessToken: made.Raw,
	})
}

// secondsLeft is a second less than the token lives, for the way to the client.
func secondsLeft(t token.Token) int { return int(t.Lifetime.Seconds()) - 1 }

// grant makes the token that a request asks for. resourceOf reads the resource from the form.
func (h *Handler) grant(x *exchange, resourceOf func(url.Values) (string, error)) (token.Token, error) {
	form, err := x.readForm()
	if err != nil {
		return token.Token{}, err
	}
	grantType := form.Get("grant_type")
	if grantType == "" {
		return token.Token{}, missing("grant_type")
	}
	authority, err := h.authority(x)
	if err != nil {
		return token.Token{}, err
	}
	if grantType != "client_credentials" {
		return token.Token{}, refuse(codeGrant, "The app requested an unsupported grant type '%s'.", clip(grantType))
	}
	if authority.many != "" {
		return token.Token{}, refuse(codeNoTenant, "The request does not say which tenant it is for: put the id or a domain of the tenant in the place of '%s'.", authority.many)
	}
	id, secret, err := x.credentials(form)
	if err != nil {
		return token.Token{}, err
	}
	resource, err := resourceOf(form)
	if err != nil {
		return token.Token{}, err
	}
	client, err := token.Authenticate(x.r.Context(), h.config.Store, authority.tenant.ID, id, secret)
	if err != nil {
		return token.Token{}, err
	}
	audience, ok := h.audience(x, resource)
	if !ok {
		return token.Token{}, refuse(codeResource, "The resource principal named %s was not found in the tenant named %s. Nobody has added it there, or its name is misspelt.", clip(resource), authority.tenant.ID)
	}
	return h.config.Authority.Mint(x.r.Context(), token.AppClaims{Client: client, Audience: audience})
}

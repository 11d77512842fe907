package oidc

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// userinfo tells an application who its token stands for.
func (h *Handler) userinfo(x *exchange) error {
	caller, err := h.bearer(x, h.config.Authority.Verify)
	if err != nil {
		return err
	}
	if !caller.Delegated || !slices.Contains(caller.Scopes, token.ScopeOpenID) {
		return challenge("insufficient_scope", "The token was not given for the scope openid.")
	}
	claims := map[string]string{"sub": token.PairwiseSubject(caller.Principal, caller.AppID)}
	err = h.config.Store.View(x.r.Context(), caller.Tenant, func(r store.Reader) error {
		user, err := personOf(r, caller)
		if err != nil {
			return err
		}
		if slices.Contains(caller.Scopes, token.ScopeProfile) {
			for name, property := range map[string]*hospes.Property{"name": hospes.UserDisplayName, "given_name": hospes.UserGivenName, "family_name": hospes.UserSurname} {
				if text := user.Text(property); text != "" {
					claims[name] = text
				}
			}
		}
		if mail := user.Text(hospes.UserMail); mail != "" && slices.Contains(caller.Scopes, token.ScopeEmail) {
			claims["email"] = mail
		}
		return nil
	})
	if errors.Is(err, hospes.ErrNotFound) {
		return gone()
	}
	if err != nil {
		return err
	}
	x.w.Header().Set("Access-Control-Allow-Origin", "*")
	return x.answer(http.StatusOK, claims)
}

// personOf reads the person of a token. NotFound where they are gone, may not sign in any more, or have to sign in anew.
func personOf(r store.Reader, caller token.Caller) (*hospes.Object, error) {
	user, err := store.Find(r, store.Live, hospes.UserSchema, caller.Principal)
	if err != nil {
		return nil, err
	}
	since, err := authn.ValidSince(r, user)
	if err == nil && (user.Get(hospes.UserAccountEnabled) == hospes.False || caller.SignedIn.Before(since.Truncate(time.Second))) { // tokens tell no fractions
		err = hospes.NotFound("oidc.person", caller.Principal.String())
	}
	return user, err
}

func gone() error { return challenge("invalid_token", "The person of the token is gone.") }

// bearer proves the token of a request.
func (h *Handler) bearer(x *exchange, verify verifier) (token.Caller, error) {
	scheme, raw, _ := strings.Cut(x.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		raw = ""
	}
	caller, err := verify(x.r.Context(), strings.TrimSpace(raw))
	if err != nil && hospes.KindOf(err) == hospes.KindUnauthenticated {
		var e *hospes.Error
		errors.As(err, &e)
		return caller, challenge("invalid_token", e.Message)
	}
	return caller, err
}

// challenge refuses a token in the way of its scheme.
func challenge(name, message string) error { return &challenged{name, message} }

// challenged is a refusal of a bearer token (RFC 6750).
type challenged struct{ name, message string }

func (c *challenged) Error() string { return c.message }

// answerChallenge writes it.
func (x *exchange) answerChallenge(c *challenged) {
	status := http.StatusUnauthorized
	if c.name == "insufficient_scope" {
		status = http.StatusForbidden
	}
	x.w.Header().Set("WWW-Authenticate", `Bearer realm="`+x.origin+`", error="`+c.name+`", error_description="`+strings.ReplaceAll(c.message, `"`, "'")+`"`)
	_ = x.answer(status, map[string]any{"error": map[string]string{"code": "InvalidAuthenticationToken", "message": c.message}})
}

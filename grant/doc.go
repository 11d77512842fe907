// Package grant is about what a person lets an application have: the consent, the authorization code, the refresh tokens
// that follow from it, the codes of devices, and the access tokens that are made of them.
//
// It owns the scopes of people, the life of a code and of a family of refresh tokens, and their refusals. It does not know
// HTTP, how a person is recognised (package authn), or how a token is signed (package token).
package grant

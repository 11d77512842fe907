// Package oidc answers the paths of the identity platform that clients call before they call Graph: tokens, the
// discovery documents, the signing keys, and the description of the cloud.
//
// It owns the form of these requests and answers: parameters, scopes, errors with their AADSTS numbers, headers. It does
// not know how a client is authenticated or a token made (package token), nor under which address it is reached: every
// URL in an answer begins with what Config.Origin gives.
package oidc

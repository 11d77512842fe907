// Package token makes and checks the proofs that callers carry: signing keys and their rotation, access tokens for
// Microsoft Graph in the form of the v1 token of the original, client secrets, password hashes, and the table of
// application permissions.
//
// It owns what a token says, which tokens are believed, and who counts as an authenticated client. It does not know
// HTTP, how an OAuth error is written, or what a permission allows; whether the caller's tenant and service principal
// still live is asked of the store with each request, by whoever serves it.
package token

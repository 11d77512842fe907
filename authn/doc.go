// Package authn finds out who somebody is: passwords, one-time codes, the sessions of browsers, and whether a person of
// one tenant may enter another.
//
// It owns the checks and their refusals (with the AADSTS numbers that clients know), the counting of failed attempts, and
// the records of the sign-in log. It does not know HTTP, pages, or what an application is given afterwards (package grant).
package authn

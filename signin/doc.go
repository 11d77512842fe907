// Package signin shows the pages on which people sign in, choose an account, consent, and sign out.
//
// It owns the order of the steps, the cookies, the forms and their protection, and the look. It does not know how a
// password is checked (package authn), what an application is given (package grant), or how the answer travels back to it
// (package oidc). Nothing is kept between two pages but what the page carries: sealed, bound to the browser, and good for a
// while.
package signin

// Package outbound reaches addresses that administrators of tenants have named: whoever may name one must not reach what
// this machine can and they cannot. It owns which addresses those are, and how much and for how long is read from one. It
// knows nothing of what is said there.
package outbound

// Package invite makes guests: it creates invitations and the external users they are for, and says what such a user
// holds before and after redemption.
//
// It does not know how a guest proves who it is (that is redemption), who the caller is, or how mail travels.
package invite

package policy

import "github.com/hospes-dev/hospes"

// InviteLevel is authorizationPolicy.allowInvitesFrom, in wire spelling (guests 4.4).
type InviteLevel string

// The levels, from nobody to all.
const (
	InviteNone       InviteLevel = "none"
	InviteAdmins     InviteLevel = "adminsAndGuestInviters"
	InviteAllMembers InviteLevel = "adminsGuestInvitersAndAllMembers"
	InviteEveryone   InviteLevel = "everyone"
)

// Valid tells whether the level is one of the four.
func (l InviteLevel) Valid() bool {
	switch l {
	case InviteNone, InviteAdmins, InviteAllMembers, InviteEveryone:
		return true
	}
	return false
}

// Inviter is what counts of somebody who wants to invite.
type Inviter struct {
	Application bool // acts without a user
	Admin       bool // holds a role that may invite at the admin level
	Guest       bool // is a guest in the tenant
}

// MayInvite decides by the level. An application counts as an administrator under every level but none (guests 1.4).
func MayInvite(authorization *hospes.Object, who Inviter) bool {
	switch InviteLevel(authorization.Text(hospes.AuthorizationAllowInvitesFrom)) {
	case InviteEveryone:
		return true
	case InviteAllMembers:
		return who.Application || who.Admin || !who.Guest
	case InviteAdmins:
		return who.Application || who.Admin
	case InviteNone:
	}
	return false
}

// InvitesForbidden is the answer to an invitation that the level forbids (guests 1.6).
func InvitesForbidden() error {
	return &hospes.Error{
		Kind: hospes.KindForbidden, Op: "policy.MayInvite", Code: "Forbidden",
		Message: "Guest invitations not allowed for your company. Contact your company administrator for more details.",
	}
}

package graphapi

import (
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// person is the user who is signed in, with what decides about its requests. Requests share it and change nothing of it.
// It is read anew whenever something in the tenant has changed, so that a role that was taken away is gone at once.
type person struct {
	user  *hospes.Object
	roles []string // templates of the directory roles that the user holds
	guest bool
	level string // what guests of the tenant are (guests 4.3)
}

// readPerson reads the user of a delegated token. NotFound where it is gone or blocked.
func readPerson(r store.Reader, id hospes.ObjectID) (*person, error) {
	user, err := store.Find(r, store.Live, hospes.UserSchema, id)
	if err != nil {
		return nil, err
	}
	if user.Get(hospes.UserAccountEnabled) == hospes.False {
		return nil, hospes.NotFound("graphapi.person", user.ID.String())
	}
	p := &person{user: user, guest: user.Text(hospes.UserUserType) == string(hospes.UserTypeGuest)}
	if p.roles, err = directory.RoleTemplates(r, user.Number); err != nil || !p.guest {
		return p, err
	}
	authorization, err := store.FindSingleton(r, hospes.AuthorizationPolicySchema)
	if err == nil {
		p.level = authorization.Text(hospes.AuthorizationGuestRole)
	}
	return p, err
}

// stillSignedIn tells that the person's sessions were not ended after they signed in.
func (p *person) stillSignedIn(at time.Time) error {
	if since := p.user.Get(hospes.UserSessionsValidFrom).Time(); at.Before(since) {
		return signedOut(since)
	}
	return nil
}

// signedOut is the challenge to a token that is older than the end of its user's sessions.
func signedOut(since time.Time) error {
	claims := fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, since.Unix())
	return &hospes.Error{
		Kind: hospes.KindUnauthenticated, Op: "graphapi.authenticate", Code: "InvalidAuthenticationToken",
		Message: "The sessions of the user were ended, or the password was changed, after the sign-in that this token is of. Sign in again.",
		Details: []hospes.Detail{{Code: challengeDetail, Message: base64.StdEncoding.EncodeToString([]byte(claims))}},
	}
}

// challengeDetail marks the detail of an error that goes into the header WWW-Authenticate instead of the body.
const challengeDetail = "claims"

// holds tells whether the person holds one of some directory roles.
func (p *person) holds(roles ...hospes.RoleTemplate) bool {
	return slices.ContainsFunc(roles, func(r hospes.RoleTemplate) bool { return slices.Contains(p.roles, r.ID) })
}

// insider tells that the person sees the tenant as its members do: they are members, guests whom the tenant makes equal
// to members, and guests who hold a directory role.
func (p *person) insider() bool {
	return !p.guest || p.level == directory.GuestRoleMember || len(p.roles) > 0
}

// restricted tells that the person sees nobody but itself.
func (p *person) restricted() bool { return !p.insider() && p.level == directory.GuestRoleRestricted }

// allowed tells whether the person may do what a row of the permission table stands for. own is about the person's own
// object; every is about all objects of a collection, which limited guests may not ask for.
func (p *person) allowed(row Permissions, own, every bool) bool {
	switch {
	case p.holds(hospes.GlobalAdministrator), p.holds(row.Roles...), row.Members && p.insider():
		return true
	case p.insider():
		return false
	}
	switch row.Guests {
	case guestsAlways:
		return true
	case guestsLimited:
		return own || !every && !p.restricted()
	case guestsOwn:
		return own
	case guestsNever:
	}
	return false
}

package invite

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Reset lets a guest redeem anew, as the same object with all it has: for another address, another provider, or a home
// account that was made anew (guests 3). What tied the guest to a home account is let go, and its older links are void.
func Reset(tx store.Tx, rnd hospes.Random, q Request) (Result, error) {
	const op = "invite.Reset"
	if err := q.check(tx); err != nil {
		return Result{}, err
	}
	user, err := store.Find(tx, store.Live, hospes.UserSchema, q.Reset)
	if err != nil {
		return Result{}, err
	}
	if !hospes.IsExternal(user) {
		return Result{}, badRequest(op, "The redemption of a user of this directory cannot be reset: the user is no guest.")
	}
	if !hasAddress(user, q.Address) {
		return Result{}, badRequest(op, "The email you’re using to invite this user doesn’t match any emails on the user object. Please add this email to the user object and try again.")
	}
	if _, err := q.permitted(tx); err != nil { // a guest of a domain that was shut out meanwhile stays out (guests 3.2)
		return Result{}, err
	}
	if _, err := void(tx, user); err != nil {
		return Result{}, err
	}
	user.Set(hospes.UserExternalState, hospes.String(string(hospes.PendingAcceptance)))
	user.Set(hospes.UserExternalStateSince, hospes.Moment(tx.Now()))
	user.Set(hospes.UserIdentities, Identities(tx.Tenant().InitialDomain, user.Text(hospes.UserPrincipalName), hospes.PendingAcceptance))
	user.Set(hospes.UserAltSecIDs, hospes.Null)
	if err := tx.Put(user); err != nil {
		return Result{}, err
	}
	return offer(tx, rnd, q, user, true)
}

// hasAddress tells whether an address is one of a guest's own (guests 3.2).
func hasAddress(user *hospes.Object, address string) bool {
	own := append(user.Get(hospes.UserOtherMails).Texts(), user.Text(hospes.UserMail))
	return slices.ContainsFunc(own, func(a string) bool { return strings.EqualFold(a, address) })
}

// Revoke makes every open link of a guest void, and answers how many there were. The guest stays.
func Revoke(tx store.Tx, user *hospes.Object) (int, error) {
	voided, err := void(tx, user)
	if err != nil || voided == 0 {
		return voided, err
	}
	return voided, tx.Audit(&hospes.Audit{
		Activity: "Revoke invitations", Category: "UserManagement", Service: "Invited Users", Operation: "Update", Result: "success",
		Targets: []hospes.AuditTarget{auditTarget(user)},
	})
}

// void takes the tickets of a guest's open invitations away, and answers how many there were.
func void(tx store.Tx, user *hospes.Object) (int, error) {
	ties, err := tx.RelatedTo(hospes.RelationInvitee, user.Number)
	if err != nil {
		return 0, err
	}
	numbers := make([]hospes.Number, len(ties))
	for i, t := range ties {
		numbers[i] = t.From
	}
	documents, err := tx.Numbered(store.Live, numbers...)
	if err != nil {
		return 0, err
	}
	var open []*hospes.Object
	for _, d := range documents {
		if d.Schema == nil {
			continue
		}
		invitation, err := d.Object()
		if err != nil {
			return 0, err
		}
		if invitation.Get(hospes.InvitationTicket) == hospes.Null {
			continue
		}
		invitation.Set(hospes.InvitationTicket, hospes.Null)
		if hospes.InvitationStatus(invitation.Text(hospes.InvitationState)) != hospes.InvitationCompleted {
			invitation.Set(hospes.InvitationState, hospes.String(string(hospes.InvitationError)))
		}
		open = append(open, invitation)
	}
	return len(open), tx.Put(open...)
}

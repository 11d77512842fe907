package invite

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// Result is what came of it.
type Result struct {
	Invitation *hospes.Object
	User       *hospes.Object
	Ticket     string // the secret of the redeem address; only its hash is kept
	Again      bool   // the guest was there and still pending
}

// Create makes an invitation. A new address gets a new guest; a guest that is still pending keeps its object and gets
// one more ticket (guests 1.1, design 2.2: every link lives until one is used).
func Create(tx store.Tx, rnd hospes.Random, q Request) (Result, error) {
	if err := q.check(tx); err != nil {
		return Result{}, err
	}
	known, contact, err := holderOf(tx, q.Address)
	if err != nil {
		return Result{}, err
	}
	if known != nil {
		if err := reinvited(known, q.Address); err != nil {
			return Result{}, err
		}
	}
	state, err := q.permitted(tx)
	if err != nil {
		return Result{}, err
	}
	user, again := known, known != nil
	if !again && state == hospes.Accepted {
		if err := q.redeemed(tx); err != nil {
			return Result{}, err
		}
	}
	if again {
		err = giveMail(tx, user, q.Address, contact)
	} else {
		user, err = newGuest(tx, rnd, q, contact, state)
	}
	if err != nil {
		return Result{}, err
	}
	return offer(tx, rnd, q, user, again)
}

// offer stores an invitation for a guest.
func offer(tx store.Tx, rnd hospes.Random, q Request, user *hospes.Object, again bool) (Result, error) {
	ticket := newTicket(rnd)
	invitation := hospes.NewObject(hospes.InvitationSchema, hospes.NewObjectID(rnd))
	status := hospes.InvitationPending
	if hospes.ExternalUserState(user.Text(hospes.UserExternalState)) == hospes.Accepted {
		status = hospes.InvitationCompleted
	}
	for p, v := range map[*hospes.Property]hospes.Value{
		hospes.InvitationAddress: hospes.String(q.Address), hospes.InvitationRedirectURL: hospes.String(q.RedirectURL),
		hospes.InvitationUserType: user.Get(hospes.UserUserType), hospes.InvitationMessage: q.Message,
		hospes.InvitationSendMessage: hospes.Bool(q.Send), hospes.InvitationReset: hospes.Bool(!q.Reset.IsZero()),
		hospes.InvitationState: hospes.String(string(status)), hospes.InvitationCreated: hospes.Moment(tx.Now()),
		hospes.InvitationTicket: hospes.String(HashTicket(ticket)),
	} {
		invitation.Set(p, v)
	}
	if q.DisplayName != "" {
		invitation.Set(hospes.InvitationDisplayName, hospes.String(q.DisplayName))
	}
	if err := tx.Put(invitation); err != nil {
		return Result{}, err
	}
	if _, err := tx.Relate(hospes.Tie{Relation: hospes.RelationInvitee, From: invitation.Number, To: user.Number}); err != nil {
		return Result{}, err
	}
	return Result{Invitation: invitation, User: user, Ticket: ticket, Again: again}, auditInvite(tx, invitation, user, again, q)
}

// newGuest makes and stores the guest of an address. Of one that a mail contact holds it comes without it (guests 1.6).
func newGuest(tx store.Tx, rnd hospes.Random, q Request, contact bool, state hospes.ExternalUserState) (*hospes.Object, error) {
	name := q.DisplayName
	if name == "" {
		name, _, _ = hospes.SplitAddress(q.Address)
	}
	user := NewGuest(tx, rnd, Guest{Name: q.Address, Address: q.Address, Contact: contact, DisplayName: name, UserType: q.UserType, State: state})
	if state == hospes.Accepted { // as redeeming would, or the guest could not sign in
		user.Set(hospes.UserAltSecIDs, "["+q.Home.Account+"]")
	}
	if err := put(tx, user, tx.Tenant().InitialDomain, q.Address); err != nil || q.Inviter == nil {
		return user, err
	}
	_, err := tx.Relate(
		hospes.Tie{Relation: hospes.RelationSponsor, From: user.Number, To: q.Inviter.Number},
		hospes.Tie{Relation: hospes.RelationInviter, From: user.Number, To: q.Inviter.Number})
	return user, err
}

// holderOf gives whom an address belongs to, nil for nobody, and whether a mail contact holds it. A guest that came
// without its address is known by its name.
func holderOf(r store.Reader, address string) (holder *hospes.Object, contact bool, err error) {
	holder, err = store.FindHolder(r, hospes.SpaceAddress, hospes.Fold(address))
	contact = err == nil && holder.Schema == hospes.ContactSchema
	if err == nil && !contact || err != nil && hospes.KindOf(err) != hospes.KindNotFound {
		return holder, false, err
	}
	holder, err = store.FindHolder(r, hospes.SpaceUPN, hospes.Fold(hospes.ExternalUPN(address, r.Tenant().InitialDomain)))
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil, contact, nil
	}
	if err == nil && !slices.ContainsFunc(holder.Get(hospes.UserOtherMails).Texts(), func(mail string) bool { return hospes.Fold(mail) == hospes.Fold(address) }) {
		holder = nil // another address that gives the same name
	}
	return holder, contact, err
}

// giveMail gives a guest that came without its address that address, once no contact holds it any more (guests 6.4).
func giveMail(tx store.Tx, user *hospes.Object, address string, contact bool) error {
	if contact || user.Get(hospes.UserMail) != hospes.Null {
		return nil
	}
	return directory.UpdateUser(tx, user, []hospes.Edit{{Property: hospes.UserMail, Value: hospes.String(address)}})
}

// reinvited decides about an address that somebody holds already (guests 1.6).
func reinvited(user *hospes.Object, address string) error {
	const op = "invite.Create"
	switch {
	case user.Schema != hospes.UserSchema:
		return badRequest(op, "Group email address is not supported. The invited address belongs to a group of this directory.")
	case !hospes.IsExternal(user) && hospes.Fold(user.Text(hospes.UserMail)) != hospes.Fold(address):
		return badRequest(op, "A user of this directory, object ID: "+user.ID.String()+", has the address among its proxyAddresses. Take the address from that user and invite again.")
	case !hospes.IsExternal(user):
		return badRequest(op, "Non-external user already exists with the given mail address and can't be invited.")
	case !user.Get(hospes.UserAccountEnabled).Bool():
		return badRequest(op, "The invited user already exists in the directory as object ID: "+user.ID.String()+
			", but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources.")
	case hospes.ExternalUserState(user.Text(hospes.UserExternalState)) == hospes.Accepted:
		return alreadyThere(user)
	}
	return nil
}

func alreadyThere(user *hospes.Object) error {
	return badRequest("invite.Create", "The invited user already exists in the directory as object ID: "+user.ID.String()+
		". They can use that account to sign in to shared apps and resources.")
}

func newTicket(rnd hospes.Random) string {
	a, b := hospes.NewObjectID(rnd), hospes.NewObjectID(rnd)
	return base64.RawURLEncoding.EncodeToString(append(a.Bytes(), b.Bytes()...))
}

// HashTicket gives what is kept of a ticket.
func HashTicket(ticket string) string {
	sum := sha256.Sum256([]byte(ticket))
	return hex.EncodeToString(sum[:])
}

// auditInvite leaves the records of an invitation in the order in which the original has them (guests 8.4).
func auditInvite(tx store.Tx, invitation, user *hospes.Object, again bool, q Request) error {
	target := auditTarget(user)
	var records []*hospes.Audit
	if !again {
		records = append(records, &hospes.Audit{Activity: "Add user", Category: "UserManagement", Service: "Core Directory", Operation: "Add", Result: "success", Targets: []hospes.AuditTarget{target}})
	}
	activity := "Invite external user"
	if !q.Reset.IsZero() {
		activity = "Invite external user with reset invitation status"
	}
	records = append(records, &hospes.Audit{
		Activity: activity, Category: "UserManagement", Service: "Invited Users", Operation: "Add", Result: "success",
		Targets: []hospes.AuditTarget{target}, Details: []hospes.AuditDetail{
			{Key: "oid", Value: user.ID.String()}, {Key: "tid", Value: tx.Tenant().ID.String()},
			{Key: "InvitationId", Value: invitation.ID.String()}, {Key: "invitedUserEmailAddress", Value: q.Address},
		},
	})
	if !again && q.Inviter != nil {
		records = append(records, &hospes.Audit{
			Activity: "Add user sponsor", Category: "UserManagement", Service: "Core Directory", Operation: "Update", Result: "success",
			Targets: []hospes.AuditTarget{target, auditTarget(q.Inviter)},
		})
	}
	if invitation.Text(hospes.InvitationState) == string(hospes.InvitationCompleted) {
		records = append(records, RedeemAudit(user, invitation.ID.String()))
	}
	return tx.Audit(records...)
}

func auditTarget(user *hospes.Object) hospes.AuditTarget {
	return hospes.AuditTarget{
		ID: user.ID.String(), DisplayName: user.Text(hospes.UserDisplayName), Type: "User", UPN: user.Text(hospes.UserPrincipalName),
	}
}

// RedeemAudit is the record of a guest that both tenants consent for. Its target is the only place that says how somebody
// redeemed, and by which invitation where that is known.
func RedeemAudit(user *hospes.Object, invitation string) *hospes.Audit {
	target := auditTarget(user)
	target.DisplayName = "UPN: " + target.UPN + ", Email: " + user.Text(hospes.UserMail)
	if invitation != "" {
		target.DisplayName += ", InvitationId: " + invitation
	}
	target.DisplayName += ", Source: ExternalAzureAD"
	return &hospes.Audit{
		Activity: "Redeem external user invite", Category: "UserManagement", Service: "B2B Auth", Operation: "Update", Result: "success",
		Targets: []hospes.AuditTarget{target},
	}
}

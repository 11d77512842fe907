package graphapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/invite"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

const invitationKey = "POST /invitations"

var invitationRoutes = []Route{
	{Key: invitationKey, Permissions: inviteUsers, handle: (*call).createInvitation},
	{Key: "POST /hospes/v1/users/{id}/revokeInvitations", Permissions: revokeLinks, handle: (*call).revokeInvitations},
}

func lower(s string) string { return strings.ToLower(s) }

// createInvitation invites a guest (guests 1). What is made is told once, with the address that redeems it.
func (c *call) createInvitation() error {
	if err := c.view(c.mayInvite); err != nil { // before anything is said about the body (guests 1.6)
		return err
	}
	q, err := c.invitationRequest()
	if err != nil {
		return err
	}
	if !q.Reset.IsZero() && !c.may(writeUsers) {
		return resetForbidden()
	}
	if c.person != nil {
		q.Inviter = c.person.user
		if q.UserType == hospes.UserTypeMember && !c.person.holds(hospes.GlobalAdministrator) {
			return hospes.Forbidden("graphapi.invitation") // guests 1.4
		}
	}
	if q.Home, err = c.homeOf(q.Address); err != nil {
		return err
	}
	var result invite.Result
	err = c.update(func(tx store.Tx) error {
		if err := c.mayInvite(tx); err != nil {
			return err
		}
		if q.Reset.IsZero() {
			result, err = invite.Create(tx, c.api.Random, q)
			return err
		}
		if err := c.mayReset(tx, q.Reset); err != nil {
			return err
		}
		result, err = invite.Reset(tx, c.api.Random, q)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeInvitation(result)
}

// mayInvite asks the tenant whether the caller may invite (guests 4.4).
func (c *call) mayInvite(r store.Reader) error {
	who := policy.Inviter{Application: true}
	if p := c.person; p != nil {
		who = policy.Inviter{Guest: p.guest && p.level != directory.GuestRoleMember, Admin: p.holds(hospes.GlobalAdministrator, hospes.UserAdministrator, hospes.GuestInviter)}
	}
	authorization, err := store.FindSingleton(r, hospes.AuthorizationPolicySchema)
	if err == nil && !policy.MayInvite(authorization, who) {
		err = policy.InvitesForbidden()
	}
	return err
}

// mayReset keeps guests who hold a directory role from those who may not change administrators (guests 1.6, row 12). What
// is not there, the reset itself says.
func (c *call) mayReset(r store.Reader, guest hospes.ObjectID) error {
	user, err := store.Find(r, store.Live, hospes.UserSchema, guest)
	if hospes.KindOf(err) == hospes.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err = c.checkAdministrator(r, user); hospes.KindOf(err) == hospes.KindForbidden {
		err = resetForbidden()
	}
	return err
}

// resetForbidden is the answer to a reset by who may invite and not change users: a reset lets go of what ties a guest to
// its home, and its answer holds the ticket to the guest's account (guests 1.6, 3.2).
func resetForbidden() error {
	return &hospes.Error{Kind: hospes.KindForbidden, Op: "graphapi.invitation", Code: "Forbidden", Message: "Generic authorization exception."}
}

func (c *call) invitationRequest() (q invite.Request, err error) {
	list, err := c.members()
	if err != nil {
		return q, err
	}
	var guest hospes.ObjectID
	reset := false
	for _, m := range list {
		switch lower(m.name) {
		case "inviteduser":
			if guest, err = invitedUser(m.raw); err != nil {
				return q, err
			}
			continue
		case "invitedusersponsors@odata.bind", "inviteredeemurl", "status":
			if string(m.raw) == "null" {
				continue
			}
			return q, hospes.Invalidf("graphapi.invitation", "Invalid value specified for property '%s' of resource 'Invitation'.", m.name)
		}
		if strings.Contains(m.name, "@") {
			continue
		}
		p := hospes.InvitationSchema.Property(m.name)
		if p == nil || p.Access == hospes.Hidden {
			return q, directory.UnknownProperty(m.name)
		}
		v, err := directory.ParseValue(p, m.raw)
		if err != nil {
			return q, err
		}
		switch p {
		case hospes.InvitationAddress:
			q.Address = v.Text()
		case hospes.InvitationRedirectURL:
			q.RedirectURL = v.Text()
		case hospes.InvitationDisplayName:
			q.DisplayName = v.Text()
		case hospes.InvitationUserType:
			q.UserType = hospes.UserType(v.Text())
		case hospes.InvitationMessage:
			q.Message = v
		case hospes.InvitationSendMessage:
			q.Send = v.Bool()
		case hospes.InvitationReset:
			reset = v.Bool()
		}
	}
	switch {
	case reset && guest.IsZero():
		return q, hospes.Invalidf("graphapi.invitation", "A value is required for property 'invitedUser' of resource 'Invitation' when resetRedemption is true.")
	case !reset && !guest.IsZero(): // would make a guest of an own user (guests 4.8)
		return q, hospes.Invalidf("graphapi.invitation", "Invalid value specified for property 'invitedUser' of resource 'Invitation'.")
	}
	q.Reset = guest
	return q, nil
}

// invitedUser reads whom a reset is for. Of the user nothing but the id is looked at.
func invitedUser(raw json.RawMessage) (id hospes.ObjectID, err error) {
	var user *struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &user); err != nil {
		return id, hospes.Invalidf("graphapi.invitation", "Invalid value specified for property 'invitedUser' of resource 'Invitation'.")
	}
	if user == nil {
		return id, nil
	}
	id, ok := hospes.ParseObjectID(user.ID)
	if !ok {
		return id, hospes.NotFound("graphapi.invitation", user.ID)
	}
	return id, nil
}

// revokeInvitations makes the open links of a guest void.
func (c *call) revokeInvitations() error {
	var revoked int
	err := c.update(func(tx store.Tx) error {
		user, err := directory.FindUser(tx, c.keys[0])
		if err == nil {
			revoked, err = invite.Revoke(tx, user)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "revocation", map[string]int{"revoked": revoked})
}

// homeOf reads the guest's own tenant where it is one of this instance: its settings, and who has the address there.
func (c *call) homeOf(address string) (*invite.Home, error) {
	_, domain, ok := hospes.SplitAddress(address)
	if !ok {
		return nil, nil
	}
	tenant, err := c.api.Store.TenantOfDomain(c.ctx(), domain)
	if hospes.KindOf(err) == hospes.KindNotFound || err == nil && tenant.ID == c.caller.Tenant {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	home := &invite.Home{Tenant: tenant.ID}
	err = c.api.Store.View(c.ctx(), tenant.ID, func(r store.Reader) (err error) {
		if home.Access, err = policy.Read(r, c.caller.Tenant); err != nil {
			return err
		}
		user, traveller, err := policy.FindTraveller(r, address)
		if home.Traveller = traveller; user != nil {
			home.Account = hospes.AltSecID(user.Text(hospes.UserNetID))
		}
		return err
	})
	return home, err
}

func (c *call) writeInvitation(result invite.Result) error {
	o := result.Invitation
	message := json.RawMessage(o.Render(hospes.InvitationMessage))
	if o.Get(hospes.InvitationMessage) == hospes.Null {
		message = json.RawMessage(`{"messageLanguage":null,"customizedMessageBody":null,"ccRecipients":[{"emailAddress":{"name":null,"address":null}}]}`)
	}
	inner := c.origin + "/redeem/?" + url.Values{
		"tenant": {c.caller.Tenant.String()}, "user": {o.ID.String()}, "ticket": {result.Ticket}, "ver": {"2.0"},
	}.Encode()
	return c.writeValue(http.StatusCreated, "invitations/$entity", struct {
		ID          string          `json:"id"`
		RedeemURL   string          `json:"inviteRedeemUrl"`
		DisplayName json.RawMessage `json:"invitedUserDisplayName"`
		UserType    json.RawMessage `json:"invitedUserType"`
		Address     json.RawMessage `json:"invitedUserEmailAddress"`
		Send        json.RawMessage `json:"sendInvitationMessage"`
		Reset       json.RawMessage `json:"resetRedemption"`
		RedirectURL json.RawMessage `json:"inviteRedirectUrl"`
		Status      json.RawMessage `json:"status"`
		Message     json.RawMessage `json:"invitedUserMessageInfo"`
		InvitedUser map[string]any  `json:"invitedUser"`
	}{
		o.ID.String(), c.origin + "/redeem?rd=" + url.QueryEscape(inner), json.RawMessage(o.Render(hospes.InvitationDisplayName)),
		json.RawMessage(o.Render(hospes.InvitationUserType)), json.RawMessage(o.Render(hospes.InvitationAddress)),
		json.RawMessage(o.Render(hospes.InvitationSendMessage)), json.RawMessage(o.Render(hospes.InvitationReset)),
		json.RawMessage(o.Render(hospes.InvitationRedirectURL)), json.RawMessage(o.Render(hospes.InvitationState)), message,
		map[string]any{"id": result.User.ID},
	})
}

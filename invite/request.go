package invite

import (
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/policy"
	"github.com/hospes-dev/hospes/store"
)

// Request is what a caller asks for.
type Request struct {
	Address     string
	RedirectURL string
	DisplayName string
	UserType    hospes.UserType
	Message     hospes.Value // invitedUserMessageInfo
	Send        bool
	Inviter     *hospes.Object  // the user who invites; nil for an application
	Home        *Home           // nil where the address belongs to no tenant of this instance
	Reset       hospes.ObjectID // the guest who is to redeem anew; zero for an invitation
}

// Home is the guest's own tenant: its settings towards the one that invites, and who the guest is there.
type Home struct {
	Tenant    hospes.TenantID
	Access    policy.Access
	Traveller policy.Traveller
	Account   hospes.Value // the id by which tenants know the account; null where nobody there has the address
}

// permitted asks the policies of both tenants, the domain list first (guests 1.6, 4.6), and gives the state in which a
// guest begins: where both consent, it needs no prompt. Somebody has to be there for that, to whom the guest is tied.
func (q *Request) permitted(r store.Reader) (hospes.ExternalUserState, error) {
	list, err := policy.ReadDomains(r)
	if err != nil {
		return "", err
	}
	if _, domain, _ := hospes.SplitAddress(q.Address); !list.Admits(domain) {
		return "", badRequest("invite.Create", "The domain '"+hospes.Fold(domain)+"' is not one that guests of this organization may come from. An administrator can change the list of domains in the B2BManagementPolicy.")
	}
	if q.Home == nil {
		return hospes.PendingAcceptance, nil
	}
	own, err := policy.Read(r, q.Home.Tenant)
	switch {
	case err != nil:
		return "", err
	case !own.LetsIn(q.Home.Traveller) || !q.Home.Access.LetsOut(q.Home.Traveller):
		return "", policy.CollaborationBlocked()
	case q.Home.Account != hospes.Null && policy.AutoRedeem(q.Home.Access, own):
		return hospes.Accepted, nil
	}
	return hospes.PendingAcceptance, nil
}

// redeemed refuses somebody whose account is tied to a guest already, who has another address here.
func (q *Request) redeemed(r store.Reader) error {
	guest, err := store.FindHolder(r, hospes.SpaceAltSec, hospes.AltSecKey(q.Home.Account))
	switch {
	case hospes.KindOf(err) == hospes.KindNotFound:
		return nil
	case err != nil:
		return err
	}
	return alreadyThere(guest)
}

func badRequest(op, text string) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: op, Code: "BadRequest", Message: text}
}

// validRedirect takes an address to go on to by https, or on this machine, that shows where it leads (reliability 5.2).
func validRedirect(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Hostname() != "" && u.User == nil && !strings.Contains(text, `\`) && (u.Scheme == "https" || u.Scheme == "http" && hospes.Loopback(u.Hostname()))
}

// check holds the rules for the request itself, in the order of guests 1.6.
func (q *Request) check(r store.Reader) error {
	const op = "invite.Create"
	if q.Address == "" || q.RedirectURL == "" {
		name := "invitedUserEmailAddress"
		if q.Address != "" {
			name = "inviteRedirectUrl"
		}
		return badRequest(op, "A value is required for property '"+name+"' of resource 'Invitation'.")
	}
	if !validRedirect(q.RedirectURL) {
		return badRequest(op, "Invalid value specified for property 'inviteRedirectUrl' of resource 'Invitation'.")
	}
	if q.UserType == "" {
		q.UserType = hospes.UserTypeGuest
	}
	if !q.UserType.Valid() {
		return badRequest(op, "Invalid value specified for property 'invitedUserType' of resource 'Invitation'.")
	}
	if !ValidAddress(q.Address) {
		return badRequest(op, "The invited user's email address is not valid.")
	}
	if recipients := q.Message.Member("ccRecipients"); countItems(recipients) > 1 {
		return badRequest(op, "Only one recipient can be given in ccRecipients.")
	}
	_, domain, _ := hospes.SplitAddress(q.Address)
	domains, err := r.Domains()
	if err != nil {
		return err
	}
	for _, d := range domains {
		if d.Verified && strings.EqualFold(d.Name, domain) {
			return badRequest(op, "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.")
		}
	}
	return nil
}

func countItems(v hospes.Value) (n int) {
	v.Each(func(hospes.Value) bool {
		n++
		return true
	})
	return n
}

// ValidAddress checks an address that is to be invited (guests 1.3): in the local part "." and "-" not at the ends,
// "_" anywhere, none of the forbidden characters, no accents.
func ValidAddress(s string) bool {
	local, domain, ok := hospes.SplitAddress(s)
	if !ok || !hospes.ValidDomainName(domain) || len(s) > 320 || len(local) > 64 {
		return false
	}
	if strings.ContainsAny(local[:1]+local[len(local)-1:], ".-") {
		return false
	}
	for i := 0; i < len(local); i++ {
		if c := local[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("~!#$%^&*()+=[]{}\\/|;:\"<>?,@", c) >= 0 {
			return false
		}
	}
	return true
}

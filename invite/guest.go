package invite

import (
	"strconv"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

// Guest says how an external user comes to be.
type Guest struct {
	Name        string // what its principal name is made of: the invited address, or the home principal name
	Address     string // the invited address; may be empty for people that a synchronization brings
	Contact     bool   // a mail contact holds the address: the guest has it among its other mails only (guests 1.6)
	DisplayName string
	UserType    hospes.UserType
	State       hospes.ExternalUserState
	Edits       []hospes.Edit // further properties
}

// NewGuest makes the user object of a guest, not stored yet (guests 1.8, graph-wire 7.16).
func NewGuest(r store.Reader, rnd hospes.Random, g Guest) *hospes.Object {
	t := r.Tenant()
	user := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(rnd))
	upn := hospes.ExternalUPN(g.Name, t.InitialDomain)
	alias, _, _ := hospes.SplitAddress(upn)
	user.Set(hospes.UserPrincipalName, hospes.String(upn))
	user.Set(hospes.UserMailNickname, hospes.String(alias))
	user.Set(hospes.UserDisplayName, hospes.String(g.DisplayName))
	user.Set(hospes.UserAccountEnabled, hospes.True)
	user.Set(hospes.UserUserType, hospes.String(string(g.UserType)))
	user.Set(hospes.UserCreationType, hospes.String(hospes.CreationTypeInvitation))
	user.Set(hospes.UserExternalState, hospes.String(string(g.State)))
	user.Set(hospes.UserExternalStateSince, hospes.Moment(r.Now()))
	user.Set(hospes.UserCreated, hospes.Moment(r.Now()))
	user.Set(hospes.UserShowInAddressList, hospes.False)
	user.Set(hospes.UserSecurityIdentifier, hospes.String(directory.SecurityIdentifier(user.ID)))
	user.Set(hospes.UserIdentities, Identities(t.InitialDomain, upn, g.State))
	if g.Address != "" {
		user.Set(hospes.UserOtherMails, hospes.Strings(g.Address))
		if !g.Contact {
			user.Set(hospes.UserMail, hospes.String(g.Address))
			user.Set(hospes.UserProxyAddresses, hospes.Strings("SMTP:"+g.Address))
		}
	}
	user.Apply(g.Edits)
	return user
}

// Identities gives those of a guest: its name in the host tenant, and once it has redeemed the provider that vouches for it.
func Identities(initialDomain, upn string, state hospes.ExternalUserState) hospes.Value {
	b := []byte{'['}
	if state == hospes.Accepted {
		b = append(b, `{"signInType":"federated","issuer":"ExternalAzureAD","issuerAssignedId":null},`...)
	}
	b = hospes.AppendQuoted(append(b, `{"signInType":"userPrincipalName","issuer":`...), initialDomain)
	b = hospes.AppendQuoted(append(b, `,"issuerAssignedId":`...), upn)
	return hospes.Value(append(b, `}]`...))
}

// put stores a guest; a principal name that is taken gets digits (guests 1.8).
func put(tx store.Tx, user *hospes.Object, initialDomain, name string) error {
	for n := 1; ; n++ {
		err := tx.Put(user)
		if err == nil || n == 100 || !clashesOn(err, "userPrincipalName") {
			return err
		}
		user.Set(hospes.UserPrincipalName, hospes.String(hospes.ExternalUPN(name+strconv.Itoa(n), initialDomain)))
	}
}

func clashesOn(err error, property string) bool {
	e, ok := err.(*hospes.Error)
	return ok && e.Kind == hospes.KindConflict && e.Target == property
}

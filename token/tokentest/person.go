package tokentest

import (
	"context"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// Person makes an enabled user.
func (w *World) Person(t hospes.Tenant, name string, userType hospes.UserType) *hospes.Object {
	w.Helper()
	user := hospes.NewObject(hospes.UserSchema, hospes.NewObjectID(hospes.SystemRandom()))
	user.Set(hospes.UserAccountEnabled, hospes.True)
	user.Set(hospes.UserDisplayName, hospes.String(name))
	user.Set(hospes.UserPrincipalName, hospes.String(strings.ToLower(strings.ReplaceAll(name, " ", "."))+"@"+t.InitialDomain))
	user.Set(hospes.UserMailNickname, hospes.String(strings.ToLower(strings.ReplaceAll(name, " ", "."))))
	user.Set(hospes.UserUserType, hospes.String(string(userType)))
	w.Update(t, func(tx store.Tx) error { return tx.Put(user) })
	return user
}

// UserToken makes an access token that an application has in the name of a user.
func (w *World) UserToken(t hospes.Tenant, c Client, user *hospes.Object, scopes ...string) string {
	w.Helper()
	made, err := w.Authority.MintUser(context.Background(), token.UserClaims{
		Client:      token.Client{Tenant: t, Principal: c.Principal.ID, AppID: c.AppID, DisplayName: c.Name},
		ClientProof: token.ProofNone, User: user.ID, UserPrincipalName: user.Text(hospes.UserPrincipalName), Name: user.Text(hospes.UserDisplayName),
		Guest: user.Text(hospes.UserUserType) == string(hospes.UserTypeGuest), Scopes: scopes, AMR: []string{"pwd"}, AuthTime: w.Clock.Now(),
	})
	w.must(err)
	return made.Raw
}

package token_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

func TestWire6_4_DelegatedToken(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	app := w.Client(aurora, "Portal")
	home := hospes.NewTenantID(hospes.SystemRandom())
	user := hospes.NewObjectID(hospes.SystemRandom())
	made, err := w.Authority.MintUser(context.Background(), token.UserClaims{
		Client:      token.Client{Tenant: aurora, Principal: app.Principal.ID, AppID: app.AppID, DisplayName: "Portal", Roles: []string{"User.ReadWrite.All"}},
		ClientProof: token.ProofNone, User: user, UserPrincipalName: "anna_borealis.example#EXT#@aurora.example", Name: "Anna", Email: "anna@borealis.example",
		Guest: true, Home: home, Scopes: []string{"User.Read", "Group.Read.All"}, AMR: []string{"pwd", "mfa"}, AuthTime: w.Clock.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	caller, err := w.Authority.Verify(context.Background(), made.Raw)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case !caller.Delegated, caller.Principal != user, caller.Tenant != aurora.ID, caller.AppID != app.AppID, caller.User != "anna@borealis.example":
		t.Errorf("the caller is %+v", caller)
	case !slices.Equal(caller.Scopes, []string{"User.Read", "Group.Read.All"}) || len(caller.Roles) != 0:
		t.Errorf("scopes %v, roles %v", caller.Scopes, caller.Roles)
	case caller.Has("User.ReadWrite.All"):
		t.Error("a person's token has what the application may do by itself")
	case !caller.Has("User.Read"):
		t.Error("the scope is not seen")
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(made.Raw, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"acct": 1.0, "appidacr": "0", "idtyp": "user", "scp": "User.Read Group.Read.All", "ver": "1.0", "oid": user.String(), "tid": aurora.ID.String(),
		"idp": "https://sts.windows.net/" + home.String() + "/", "iss": "https://sts.windows.net/" + aurora.ID.String() + "/", "unique_name": "anna@borealis.example",
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	if _, is := claims["roles"]; is {
		t.Error("a delegated token carries application permissions")
	}
}

func TestScopesHaveIdsOfTheirOwn(t *testing.T) {
	seen := map[hospes.ObjectID]string{}
	for _, p := range token.Permissions() {
		seen[p.ID] = p.Name
	}
	for _, s := range token.Scopes() {
		if other, taken := seen[s.ID]; taken {
			t.Errorf("%s has the id of %s", s.Name, other)
		}
		seen[s.ID] = s.Name
	}
}

package token_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
	"github.com/hospes-dev/hospes/token/tokentest"
)

var ctx = context.Background()

func TestAuthenticate(t *testing.T) {
	w := tokentest.New(t)
	aurora, boreas := w.Tenant("Aurora", "aurora.example"), w.Tenant("Borealis", "borealis.example")
	now := w.Clock.Now()
	sync := w.Client(aurora, "sync", "User.ReadWrite.All", "Group.Read.All")
	guest := w.Principal(aurora, boreas, sync, "User.Invite.All")
	own := w.Secret(boreas, guest.Number, now, now.Add(time.Hour))
	expired := w.Secret(aurora, sync.Application.Number, now.Add(-2*time.Hour), now.Add(-time.Hour))
	early := w.Secret(aurora, sync.Application.Number, now.Add(time.Hour), now.Add(2*time.Hour))
	endless := w.Secret(aurora, sync.Application.Number, now, time.Time{})
	off := w.Client(aurora, "off")
	disable(w, aurora, off.Principal.ID)
	none := w.Client(aurora, "none")
	gone := w.Client(aurora, "gone")
	w.Update(aurora, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, hospes.ApplicationSchema, gone.Application.ID)
		if err != nil {
			return err
		}
		return tx.Delete(o)
	})
	foreign := tokentest.Client{AppID: hospes.NewUUID(hospes.SystemRandom()), Name: "foreign"}
	elsewhere := hospes.Tenant{ID: hospes.NewTenantID(hospes.SystemRandom())}
	w.Principal(elsewhere, aurora, foreign)

	for _, test := range []struct {
		name           string
		tenant         hospes.Tenant
		client, secret string
		roles          []string
		code           string
	}{
		{"at home", aurora, sync.AppID, sync.Secret, []string{"Group.Read.All", "User.ReadWrite.All"}, ""},
		{"id in capitals", aurora, strings.ToUpper(sync.AppID), sync.Secret, []string{"Group.Read.All", "User.ReadWrite.All"}, ""},
		{"in another tenant", boreas, sync.AppID, sync.Secret, []string{"User.Invite.All"}, ""},
		{"secret of the service principal", boreas, sync.AppID, own, []string{"User.Invite.All"}, ""},
		{"secret without an end", aurora, sync.AppID, endless, []string{"Group.Read.All", "User.ReadWrite.All"}, ""},
		{"no permission", aurora, none.AppID, none.Secret, nil, ""},
		{"the service principal's secret elsewhere", aurora, sync.AppID, own, nil, token.CodeInvalidSecret},
		{"wrong secret", aurora, sync.AppID, sync.Secret + "x", nil, token.CodeInvalidSecret},
		{"empty secret", aurora, sync.AppID, "", nil, token.CodeInvalidSecret},
		{"the digest as secret", aurora, sync.AppID, token.SecretDigest(sync.Secret), nil, token.CodeInvalidSecret},
		{"another client's secret", aurora, sync.AppID, none.Secret, nil, token.CodeInvalidSecret},
		{"expired secret", aurora, sync.AppID, expired, nil, token.CodeExpiredSecret},
		{"secret of tomorrow", aurora, sync.AppID, early, nil, token.CodeInvalidSecret},
		{"home is not of this instance", aurora, foreign.AppID, "secret", nil, token.CodeInvalidSecret},
		{"not in this tenant", boreas, none.AppID, none.Secret, nil, token.CodeUnknownClient},
		{"application deleted", aurora, gone.AppID, gone.Secret, nil, token.CodeUnknownClient},
		{"unknown", aurora, hospes.NewUUID(hospes.SystemRandom()), "secret", nil, token.CodeUnknownClient},
		{"disabled", aurora, off.AppID, off.Secret, nil, token.CodeDisabledClient},
		{"disabled, wrong secret", aurora, off.AppID, "secret", nil, token.CodeInvalidSecret},
		{"not an id", aurora, "my-app", "secret", nil, token.CodeMalformedClient},
		{"zero", aurora, "00000000-0000-0000-0000-000000000000", "secret", nil, token.CodeMalformedClient},
		{"unknown tenant", elsewhere, sync.AppID, sync.Secret, nil, "Directory_ObjectNotFound"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := token.Authenticate(ctx, w.Store, test.tenant.ID, test.client, test.secret)
			if hospes.CodeOf(err) != test.code || err == nil && test.code != "" {
				t.Fatalf("error is %v, want code %q", err, test.code)
			}
			if err != nil {
				if len(test.secret) > 10 && strings.Contains(err.Error(), test.secret) {
					t.Errorf("the error quotes the secret: %v", err)
				}
				return
			}
			if !slices.Equal(c.Roles, test.roles) || c.Tenant.ID != test.tenant.ID || c.DisplayName != test.name && c.DisplayName == "" {
				t.Errorf("client is %+v", c)
			}
		})
	}
}

// TestAuthenticateInParallel would hang if a lookup in the home tenant waited for a session while it held one.
func TestAuthenticateInParallel(t *testing.T) {
	w := tokentest.New(t)
	aurora, boreas := w.Tenant("Aurora", "aurora.example"), w.Tenant("Borealis", "borealis.example")
	c := w.Client(aurora, "sync")
	w.Principal(aurora, boreas, c)
	done := make(chan error)
	for range 32 {
		go func() {
			_, err := token.Authenticate(ctx, w.Store, boreas.ID, c.AppID, c.Secret)
			done <- err
		}()
	}
	for range 32 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestGrantsElsewhereAreNoRoles assigns a role of another application that has the id of a permission of Graph.
func TestGrantsElsewhereAreNoRoles(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c, other := w.Client(aurora, "sync", "User.Read.All"), w.Client(aurora, "other")
	all, _ := token.PermissionNamed("Directory.ReadWrite.All")
	w.Update(aurora, func(tx store.Tx) error {
		_, err := tx.Assign(hospes.Assignment{ID: "a", Principal: c.Principal.Number, Resource: other.Principal.Number, RoleID: all.ID, Created: tx.Now()})
		return err
	})
	got, err := token.Authenticate(ctx, w.Store, aurora.ID, c.AppID, c.Secret)
	if err != nil || !slices.Equal(got.Roles, []string{"User.Read.All"}) {
		t.Errorf("roles are %v, %v", got.Roles, err)
	}
}

func TestOtherCredentialsAreNoSecrets(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync")
	w.Update(aurora, func(tx store.Tx) error {
		return tx.PutCredential(store.Credential{
			Owner: c.Application.Number, KeyID: "p", Kind: store.CredentialPassword, Digest: token.SecretDigest("password"), Starts: tx.Now(),
		})
	})
	if _, err := token.Authenticate(ctx, w.Store, aurora.ID, c.AppID, "password"); hospes.CodeOf(err) != token.CodeInvalidSecret {
		t.Errorf("error is %v", err)
	}
}

func TestRolesFollowTheirSwitch(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	c := w.Client(aurora, "sync", "User.Read.All", "Group.Read.All")
	w.Update(aurora, func(tx store.Tx) error {
		graph, err := store.FindHolder(tx, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		roles := token.GraphRoles()
		for i := range roles {
			roles[i].IsEnabled = *roles[i].Value != "User.Read.All"
		}
		graph.Set(hospes.PrincipalAppRoles, hospes.JSON(roles))
		return tx.Put(graph)
	})
	got, err := token.Authenticate(ctx, w.Store, aurora.ID, c.AppID, c.Secret)
	if err != nil || !slices.Equal(got.Roles, []string{"Group.Read.All"}) {
		t.Errorf("roles are %v, %v", got.Roles, err)
	}
}

func disable(w *tokentest.World, t hospes.Tenant, id hospes.ObjectID) {
	w.Update(t, func(tx store.Tx) error {
		o, err := store.Find(tx, store.Live, nil, id)
		if err != nil {
			return err
		}
		o.Set(hospes.PrincipalAccountEnabled, hospes.False)
		return tx.Put(o)
	})
}

func TestNewSecret(t *testing.T) {
	seen := map[string]bool{}
	letters := map[rune]int{}
	for range 1000 {
		text, digest, hint := token.NewSecret(hospes.SystemRandom())
		if len(text) != 43 || seen[text] || hint != text[:3] || digest != token.SecretDigest(text) || strings.Contains(digest, text) {
			t.Fatalf("secret %q, digest %q, hint %q", text, digest, hint)
		}
		seen[text] = true
		for _, r := range text {
			letters[r]++
		}
	}
	for r, n := range letters {
		if n < 500 || n > 900 { // 694 expected; seven standard deviations
			t.Errorf("letter %c came %d times", r, n)
		}
	}
	if len(letters) != 62 {
		t.Errorf("%d letters", len(letters))
	}
}

func TestPassword(t *testing.T) {
	hash, err := token.HashPassword("Åsa geht heim")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hash is %q, %v", hash, err)
	}
	for password, want := range map[string]bool{"Åsa geht heim": true, "A\u030asa geht heim": true, "asa geht heim": false, "": false} {
		if ok, err := token.VerifyPassword(password, hash); ok != want || err != nil {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
	if _, err := token.VerifyPassword("x", "plain"); err == nil {
		t.Error("a malformed hash is no error")
	}
}

func TestPermissions(t *testing.T) {
	names, ids := map[string]bool{}, map[hospes.ObjectID]bool{}
	for _, p := range token.Permissions() {
		if names[p.Name] || ids[p.ID] || p.Text == "" {
			t.Errorf("%s is there twice, or says nothing", p.Name)
		}
		names[p.Name], ids[p.ID] = true, true
		if id := p.ID.String(); id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Errorf("%s has the id %s, which is not of version 4", p.Name, id)
		}
		if byID, ok := token.PermissionOf(p.ID); !ok || byID != p {
			t.Errorf("%s is not found by its id", p.Name)
		}
	}
	if p, ok := token.PermissionNamed("Hospes.Import"); !ok || p.ID.String() != "c6207f8b-b7a5-4149-a8fe-1b9e59ff75fb" {
		t.Errorf("the id of Hospes.Import moved to %s: assignments that were made with it are lost", p.ID)
	}
	if _, ok := token.PermissionNamed("Nothing"); ok {
		t.Error("found Nothing")
	}
}

func TestTokensStayOutOfLogs(t *testing.T) {
	w := tokentest.New(t)
	aurora := w.Tenant("Aurora", "aurora.example")
	made, err := w.Authority.Mint(ctx, token.AppClaims{Client: token.Client{Tenant: aurora}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("made", "token", made)
	if strings.Contains(b.String(), made.Raw) || !strings.Contains(b.String(), token.GraphResource) {
		t.Errorf("logged %s", b.String())
	}
}

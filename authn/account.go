package authn

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Account is a person at home.
type Account struct {
	Tenant hospes.TenantID
	Number hospes.Number
	ID     hospes.ObjectID
	UPN    string
	Name   string

	// Proven is when the person's password was found right; zero where nobody asked for it.
	Proven time.Time
}

// Zero tells that it is nobody.
func (a Account) Zero() bool { return a.Number == 0 }

func accountOf(tenant hospes.TenantID, user *hospes.Object) Account {
	return Account{Tenant: tenant, Number: user.Number, ID: user.ID, UPN: user.Text(hospes.UserPrincipalName), Name: user.Text(hospes.UserDisplayName)}
}

// Home finds the tenant that a name signs in to, by its domain. CodeNoDomain where no tenant has it: whether the name
// exists there is not told.
func (s *Service) Home(ctx context.Context, name string) (hospes.Tenant, error) {
	_, domain, ok := hospes.SplitAddress(strings.TrimSpace(name))
	unknown := refuse(hospes.KindNotFound, CodeNoDomain, "No tenant information found in the given name. Sign in with the name that your organization gave you, such as anna@example.com.")
	if !ok || !hospes.ValidDomainName(domain) {
		return hospes.Tenant{}, unknown
	}
	t, err := s.config.Store.TenantOfDomain(ctx, domain)
	if errors.Is(err, hospes.ErrNotFound) {
		return t, unknown
	}
	return t, err
}

// findUser finds the person who signs in by a name in a tenant; nil where there is none, or where the credentials of the
// person are kept elsewhere.
func findUser(r store.Reader, name string) (*hospes.Object, error) {
	user, err := store.FindHolder(r, hospes.SpaceUPN, hospes.Fold(name))
	if errors.Is(err, hospes.ErrNotFound) {
		return nil, nil
	}
	if err != nil || hospes.IsExternal(user) {
		return nil, err
	}
	return user, nil
}

// Reload reads a person again: CodeNoUser where they are gone, CodeDisabled where they may not sign in.
func (s *Service) Reload(ctx context.Context, tenant hospes.TenantID, number hospes.Number) (Account, *hospes.Object, error) {
	var user *hospes.Object
	err := s.config.Store.View(ctx, tenant, func(r store.Reader) (err error) {
		user, err = store.FindNumber(r, store.Live, number)
		return err
	})
	if errors.Is(err, hospes.ErrNotFound) {
		return Account{}, nil, refuse(hospes.KindNotFound, CodeNoUser, "The user account does not exist in the directory. It may have been deleted; ask an administrator.")
	}
	if err != nil {
		return Account{}, nil, err
	}
	a := accountOf(tenant, user)
	if user.Get(hospes.UserAccountEnabled) == hospes.False {
		return a, user, disabled()
	}
	return a, user, nil
}

func disabled() error {
	return refuse(hospes.KindForbidden, CodeDisabled, "The user account is disabled. Ask an administrator of the organization to enable it.")
}

package authn

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// noHash is what a password is compared with where there is none to compare with, so that the time tells nothing.
var noHash = sync.OnceValues(func() (string, error) { return token.HashPassword("nobody has this password") })

// kept is what is kept of a person's password.
type kept struct {
	user   *hospes.Object // nil where nobody has the name
	digest string         // empty where there is no password
	ends   time.Time
	until  time.Time // locked
}

func readPassword(r store.Reader, name string, g guard) (k kept, err error) {
	if k.until, err = g.locked(r); err != nil {
		return k, err
	}
	if k.user, err = findUser(r, name); err != nil || k.user == nil {
		return k, err
	}
	list, err := r.Credentials(k.user.Number)
	for _, c := range list {
		if c.Kind == store.CredentialPassword {
			k.digest, k.ends = c.Digest, c.Ends
		}
	}
	return k, err
}

// Password checks a name and a password in a tenant. A name that nobody has, one without a password and a wrong password
// give the same answer in the same time. CodePasswordExpired comes with the account: the password was right, and has to
// be changed. Failures are counted and logged.
func (s *Service) Password(ctx context.Context, tenant hospes.Tenant, name, password string, a Attempt) (Account, error) {
	g := guardOf(name, a.Address)
	var k kept
	var now time.Time
	err := s.config.Store.View(ctx, tenant.ID, func(r store.Reader) (err error) {
		now = r.Now()
		k, err = readPassword(r, name, g)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	if !k.until.IsZero() {
		return Account{}, lockedOut() // unlogged, like uncounted: whoever goes on trying must not fill the disk
	}
	right, err := s.compare(ctx, password, k.digest)
	if err != nil {
		return Account{}, err
	}
	if !right {
		return Account{}, s.fail(ctx, tenant.ID, name, k.user, a, g.wrong, refuse(hospes.KindUnauthenticated, CodeWrongPassword, "Error validating credentials due to invalid username or password."))
	}
	who := accountOf(tenant.ID, k.user)
	who.Proven = now
	if k.user.Get(hospes.UserAccountEnabled) == hospes.False {
		return Account{}, s.fail(ctx, tenant.ID, name, k.user, a, g.barred, disabled())
	}
	if err := s.update(ctx, tenant.ID, a.by(who), func(tx store.Tx) error { return g.settled(tx, g.passed) }); err != nil {
		return Account{}, err
	}
	if !k.ends.IsZero() && !now.Before(k.ends) {
		return who, refuse(hospes.KindForbidden, CodePasswordExpired, "The password is expired. It has to be changed before signing in.")
	}
	return who, nil
}

// compare checks a password in its turn.
func (s *Service) compare(ctx context.Context, password, digest string) (right bool, err error) {
	absent := digest == ""
	if absent {
		if digest, err = noHash(); err != nil {
			return false, err
		}
	}
	err = s.queue.do(ctx, func() (err error) {
		right, err = token.VerifyPassword(password, digest)
		return err
	})
	return right && !absent, err
}

// fail counts a failure, logs it where it is to be logged, and gives it back.
func (s *Service) fail(ctx context.Context, tenant hospes.TenantID, name string, user *hospes.Object, a Attempt, count func(store.Tx) (logged bool, err error), why error) error {
	a.Err = why
	who := Account{UPN: clip(name)}
	if user != nil {
		who = accountOf(tenant, user)
	}
	err := s.update(ctx, tenant, a.by(who), func(tx store.Tx) error {
		if logged, err := count(tx); err != nil || !logged {
			return err
		}
		return tx.LogSignIn(a.record(s.config.Random, tenant, name, user))
	})
	if hospes.CodeOf(err) == CodeLocked {
		return err
	}
	return errors.Join(why, err)
}

// ChangePassword gives a person a new password for the one they know. What was signed in to with the old one has to sign
// in again.
func (s *Service) ChangePassword(ctx context.Context, tenant hospes.Tenant, name, before, after string, a Attempt) (Account, error) {
	if err := directory.CheckPassword(after); err != nil {
		return Account{}, err
	}
	who, err := s.Password(ctx, tenant, name, before, a)
	if err != nil && hospes.CodeOf(err) != CodePasswordExpired {
		return Account{}, err
	}
	var digest string
	err = s.queue.do(ctx, func() (err error) {
		digest, err = token.HashPassword(after)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	err = s.update(ctx, who.Tenant, a.by(who), func(tx store.Tx) error {
		who.Proven = tx.Now()
		user, err := store.FindNumber(tx, store.Live, who.Number)
		if err != nil {
			return err
		}
		if err := tx.DropProofs(who.Number); err != nil {
			return err
		}
		return directory.ChangePassword(tx, user, digest)
	})
	return who, err
}

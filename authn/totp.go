package authn

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"image/png"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 // seconds
	totpSecret = 20 // bytes
	totpDrift  = 1  // periods that clocks may differ, to both sides
)

// place binds a sealed secret to its row.
func place(tenant hospes.TenantID, owner hospes.Number) string {
	return tenant.String() + "/authenticators/" + strconv.FormatInt(int64(owner), 10)
}

// Enrolment is a secret for one-time codes that a person is about to take into an app. It is kept nowhere until a code
// proves that this was done.
type Enrolment struct {
	Secret string // base32
	Image  string // a data: URI of the QR code
}

// Enrol draws a secret for a person in a tenant.
func (s *Service) Enrol(tenant hospes.Tenant, name string) (Enrolment, error) {
	secret := make([]byte, totpSecret)
	if _, err := io.ReadFull(s.config.Random, secret); err != nil {
		return Enrolment{}, hospes.Internal("authn.Enrol", err)
	}
	return enrolment(tenant, name, secret)
}

// Enrolling gives the enrolment of a secret that was drawn before, for a page that is shown again.
func (s *Service) Enrolling(tenant hospes.Tenant, name, secret string) (Enrolment, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return Enrolment{}, hospes.Internal("authn.Enrol", err)
	}
	return enrolment(tenant, name, raw)
}

func enrolment(tenant hospes.Tenant, name string, secret []byte) (Enrolment, error) {
	plain := func(s string) string { return strings.ReplaceAll(s, ":", " ") } // which parts the label of the code
	key, err := totp.Generate(totp.GenerateOpts{Issuer: plain(tenant.DisplayName), AccountName: plain(name), Secret: secret, Period: totpPeriod})
	if err != nil {
		return Enrolment{}, hospes.Internal("authn.Enrol", err)
	}
	picture, err := key.Image(220, 220)
	if err != nil {
		return Enrolment{}, hospes.Internal("authn.Enrol", err)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		return Enrolment{}, hospes.Internal("authn.Enrol", err)
	}
	return Enrolment{Secret: key.Secret(), Image: "data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes())}, nil
}

// Enrolled tells whether a person has an app for one-time codes in a tenant.
func (s *Service) Enrolled(ctx context.Context, tenant hospes.TenantID, owner hospes.Number) (bool, error) {
	err := s.config.Store.View(ctx, tenant, func(r store.Reader) error {
		_, err := r.Authenticator(owner)
		return err
	})
	if errors.Is(err, hospes.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ConfirmEnrolment keeps a secret once a code of it was given. A person who has one already keeps that.
func (s *Service) ConfirmEnrolment(ctx context.Context, tenant hospes.TenantID, owner hospes.Number, who Account, secret, code string, a Attempt) error {
	step, ok := stepOf(secret, code, s.config.Clock.Now())
	if !ok {
		return wrongCode()
	}
	return s.update(ctx, tenant, a.by(who), func(tx store.Tx) error {
		if _, err := tx.Authenticator(owner); !errors.Is(err, hospes.ErrNotFound) {
			if err == nil {
				err = refuse(hospes.KindConflict, CodeWrongCode, "There is an app for one-time codes already. Use that one.")
			}
			return err
		}
		user, err := store.FindNumber(tx, store.Live, owner)
		if err != nil {
			return err
		}
		if err := tx.PutAuthenticator(store.Authenticator{Owner: owner, Sealed: s.config.Box.Seal(place(tenant, owner), []byte(secret)), Step: step}); err != nil {
			return err
		}
		return tx.Audit(&hospes.Audit{
			Activity: "User registered security info", Category: "UserManagement", Service: "Authentication Methods", Operation: "Add", Result: "success",
			Targets: []hospes.AuditTarget{{ID: user.ID.String(), Type: "User", DisplayName: user.Text(hospes.UserDisplayName), UPN: user.Text(hospes.UserPrincipalName)}},
		})
	})
}

// Code checks a one-time code of a person who visits a tenant. Each is good once. Failures count as those of passwords do,
// and are logged: whoever makes them knows the password.
func (s *Service) Code(ctx context.Context, visit Visit, who Account, code string, a Attempt) error {
	tenant, owner := visit.Factor, visit.FactorOwner()
	g := guardOf("code:"+who.UPN, a.Address)
	var until time.Time
	var secret []byte
	err := s.config.Store.View(ctx, tenant, func(r store.Reader) (err error) {
		if until, err = g.locked(r); err != nil {
			return err
		}
		kept, err := r.Authenticator(owner)
		if err != nil {
			return err
		}
		secret, err = s.config.Box.Open(place(tenant, owner), kept.Sealed)
		return err
	})
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return lockedOut()
	}
	step, right := stepOf(string(secret), code, s.config.Clock.Now())
	a.Host = visit.Host.ID
	err = s.logWith(ctx, who, visit, &a, tenant, func(tx store.Tx) error {
		a.Err, a.quiet = nil, true
		return g.settled(tx, func(tx store.Tx) (err error) {
			good := right
			if right {
				if good, err = tx.UseStep(owner, step); err != nil {
					return err
				}
			}
			if good {
				return g.passed(tx)
			}
			a.Err, a.quiet = wrongCode(), false
			return g.failed(tx)
		})
	})
	if err == nil {
		err = a.Err
	}
	return err
}

func wrongCode() error {
	return refuse(hospes.KindUnauthenticated, CodeWrongCode, "Authentication failed during strong authentication request. The code is wrong, or it was used before; wait for the next one.")
}

// stepOf finds the period that a code is of.
func stepOf(secret, code string, now time.Time) (int64, bool) {
	code = strings.Join(strings.Fields(code), "")
	for drift := -totpDrift; drift <= totpDrift; drift++ {
		at := now.Add(time.Duration(drift) * totpPeriod * time.Second)
		ok, err := totp.ValidateCustom(code, secret, at, totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return at.Unix() / totpPeriod, true
		}
	}
	return 0, false
}

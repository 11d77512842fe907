package authn

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// SessionLife is how long somebody stays signed in to a browser.
const SessionLife = 24 * time.Hour

// Methods of authentication, as the claim amr names them.
const (
	MethodPassword = "pwd"
	MethodCode     = "otp"
	MethodMFA      = "mfa"
)

// Session is a person who is signed in to a browser.
type Session struct {
	Account
	ID      string // sid: names the session, and opens nothing
	At      time.Time
	Methods []string
	Factors []hospes.TenantID // where a second factor was proven

	secret [sessionSecret]byte
}

const sessionSecret = 32

// document is what a session's row says.
type document struct {
	ID      string            `json:"sid"`
	At      time.Time         `json:"at"`
	Methods []string          `json:"amr"`
	Factors []hospes.TenantID `json:"factors,omitempty"`
}

// MFA tells whether a second factor was proven in a tenant.
func (s Session) MFA(tenant hospes.TenantID) bool { return slices.Contains(s.Factors, tenant) }

// Ticket is what the browser keeps of a session: the tenant it is of, and the secret.
func (s Session) Ticket() string {
	return base64.RawURLEncoding.EncodeToString(append(s.Tenant.Bytes(), s.secret[:]...))
}

// Begin signs somebody in to a browser: a new session, whatever there was before. It is as old as the proof that it follows
// from, so that whatever ends sessions meanwhile ends this one too.
func (s *Service) Begin(ctx context.Context, who Account, methods []string, factors []hospes.TenantID, c Caller) (Session, error) {
	session := Session{Account: who, ID: hospes.NewUUID(s.config.Random), At: who.Proven, Methods: methods, Factors: factors}
	if _, err := io.ReadFull(s.config.Random, session.secret[:]); err != nil {
		return Session{}, hospes.Internal("authn.Begin", err)
	}
	doc, err := json.Marshal(document{session.ID, session.At, methods, factors})
	if err != nil {
		return Session{}, hospes.Internal("authn.Begin", err)
	}
	err = s.update(ctx, who.Tenant, c.by(who), func(tx store.Tx) error {
		return tx.AddProof(store.Proof{
			Kind: store.ProofSession, Digest: sha256.Sum256(session.secret[:]), Owner: who.Number, Document: string(doc), Expires: session.At.Add(SessionLife),
		})
	})
	return session, err
}

// StepUp replaces a session by one in which a second factor was proven in a tenant as well.
func (s *Service) StepUp(ctx context.Context, old Session, tenant hospes.TenantID, c Caller) (Session, error) {
	methods := slices.Clone(old.Methods)
	for _, m := range []string{MethodCode, MethodMFA} {
		if !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
	}
	made, err := s.Begin(ctx, old.Account, methods, append(slices.Clone(old.Factors), tenant), c)
	if err != nil {
		return Session{}, err
	}
	return made, s.End(ctx, old, c)
}

// End signs somebody out.
func (s *Service) End(ctx context.Context, old Session, c Caller) error {
	return s.update(ctx, old.Tenant, c.by(old.Account), func(tx store.Tx) error {
		return tx.DropProof(store.ProofSession, sha256.Sum256(old.secret[:]))
	})
}

// Resume finds the session that a browser keeps a ticket of. CodeNoSession where it is over, or its person is gone, may
// not sign in any more, or has to sign in anew.
func (s *Service) Resume(ctx context.Context, ticket string) (Session, error) {
	over := refuse(hospes.KindUnauthenticated, CodeNoSession, "A silent sign-in request was sent but no user is signed in.")
	raw, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil || len(raw) != len(hospes.TenantID{})+sessionSecret {
		return Session{}, over
	}
	tenant := hospes.TenantID(raw[:16])
	out := Session{secret: [sessionSecret]byte(raw[16:])}
	err = s.config.Store.View(ctx, tenant, func(r store.Reader) error {
		proof, err := r.Proof(store.ProofSession, sha256.Sum256(out.secret[:]))
		if err != nil {
			return err
		}
		var d document
		if err := json.Unmarshal([]byte(proof.Document), &d); err != nil {
			return hospes.Internal("authn.Resume", err)
		}
		user, err := store.FindNumber(r, store.Live, proof.Owner)
		if err != nil {
			return err
		}
		if !r.Now().Before(proof.Expires) || user.Get(hospes.UserAccountEnabled) == hospes.False {
			return over
		}
		if since, err := ValidSince(r, user); err != nil || d.At.Before(since) {
			return errors.Join(err, over)
		}
		out.Account, out.ID, out.At, out.Methods, out.Factors = accountOf(tenant, user), d.ID, d.At, d.Methods, d.Factors
		out.Proven = d.At
		return nil
	})
	if errors.Is(err, hospes.ErrNotFound) {
		return Session{}, over
	}
	return out, err
}

// ValidSince gives the moment before which nothing that a person has signed in to is good any more: when their sessions
// were revoked, or their password was changed.
func ValidSince(r store.Reader, user *hospes.Object) (time.Time, error) {
	since := user.Get(hospes.UserSessionsValidFrom).Time()
	list, err := r.Credentials(user.Number)
	for _, c := range list {
		if c.Kind == store.CredentialPassword && c.Starts.After(since) {
			since = c.Starts
		}
	}
	return since, err
}

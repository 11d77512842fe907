package grant

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// CodeLife is how long an authorization code is good.
const CodeLife = time.Minute

// Facts are what a code and the refresh tokens after it stand for.
type Facts struct {
	Client    string             `json:"client"`
	Host      hospes.TenantID    `json:"host"` // of the tokens
	Owner     hospes.Number      `json:"owner"`
	Kind      token.RedirectKind `json:"kind,omitempty"` // empty for a device
	Redirect  string             `json:"redirect,omitempty"`
	Challenge string             `json:"challenge,omitempty"`
	Scopes    Scopes             `json:"scopes"`
	Nonce     string             `json:"nonce,omitempty"`
	Session   string             `json:"sid,omitempty"`
	At        time.Time          `json:"at"` // when the person was authenticated
	Methods   []string           `json:"amr"`
	Factors   []hospes.TenantID  `json:"factors,omitempty"`
}

// Public tells that the application has no secret to prove itself by.
func (f Facts) Public() bool { return f.Kind == "" || f.Kind.Public() }

// FactsOf joins what a person is to what is asked for.
func FactsOf(session authn.Session, v authn.Visit, scopes Scopes) Facts {
	return Facts{
		Client: v.Client.AppID, Host: v.Host.ID, Owner: session.Number, Scopes: scopes, Session: session.ID, At: session.At, Methods: session.Methods, Factors: session.Factors,
	}
}

// Code makes an authorization code, and the record of the sign-in that it ends.
func (s *Service) Code(ctx context.Context, session authn.Session, v authn.Visit, f Facts, a authn.Attempt) (string, error) {
	x, err := s.newSecret(session.Tenant, s.config.Clock.Now().Add(CodeLife), [16]byte{})
	if err != nil {
		return "", err
	}
	if _, err := io.ReadFull(s.config.Random, x.family[:]); err != nil {
		return "", hospes.Internal("grant.Code", err)
	}
	doc, err := json.Marshal(f)
	if err != nil {
		return "", hospes.Internal("grant.Code", err)
	}
	a.AMR, a.Host = session.Methods, v.Host.ID
	err = s.config.People.Log(ctx, session.Account, v, &a, func(home store.Tx) error {
		return home.AddProof(store.Proof{Kind: store.ProofCode, Digest: x.digest(), Owner: session.Number, Document: string(doc), Expires: x.expires})
	})
	return s.text(store.ProofCode, x), err
}

// Held is a code or a refresh token that was found and not used yet.
type Held struct {
	Facts
	x     secret
	kind  store.ProofKind
	spent time.Time
}

// FindCode finds a code.
func (s *Service) FindCode(ctx context.Context, text string) (Held, error) {
	unknown := refuse(hospes.KindUnauthenticated, CodeBadGrant, "The provided value for the 'code' parameter is not valid. Start the sign-in again.")
	h, err := s.find(ctx, store.ProofCode, text)
	if errors.Is(err, hospes.ErrNotFound) {
		return h, unknown
	}
	if err != nil {
		return h, err
	}
	if !h.spent.IsZero() { // who comes second may be the one whom the code was meant for: nothing of it stays good
		if err := s.update(ctx, h.x.tenant, func(tx store.Tx) error { return tx.DropFamily(h.x.familyName()) }); err != nil {
			return h, err
		}
		return h, redeemed()
	}
	if !s.config.Clock.Now().Before(h.x.expires) {
		return h, refuse(hospes.KindUnauthenticated, CodeExpiredGrant, "The provided authorization code has expired. Start the sign-in again.")
	}
	return h, nil
}

func redeemed() error {
	return refuse(hospes.KindUnauthenticated, CodeRedeemed, "The authorization code was already redeemed. Refresh tokens that were given for it are revoked; start the sign-in again.")
}

func (s *Service) find(ctx context.Context, kind store.ProofKind, text string) (h Held, err error) {
	x, ok := s.read(kind, text)
	if !ok {
		return h, hospes.NotFound("grant.find", string(kind))
	}
	h = Held{x: x, kind: kind}
	err = s.config.Store.View(ctx, x.tenant, func(r store.Reader) error {
		proof, err := r.Proof(kind, x.digest())
		if err != nil {
			return err
		}
		h.spent = proof.Spent
		if err := json.Unmarshal([]byte(proof.Document), &h.Facts); err != nil {
			return hospes.Internal("grant.find", err)
		}
		return nil
	})
	return h, err
}

// CheckRedeemer tells whether a code was made for who shows it: the same application, the same redirect URI, and the
// verifier whose digest came with the request.
func (h Held) CheckRedeemer(clientID, redirect, verifier string) error {
	switch {
	case clientID != h.Client:
		return refuse(hospes.KindUnauthenticated, CodeOtherClient, "The provided authorization code was not issued to this client.")
	case redirect != h.Redirect:
		return refuse(hospes.KindUnauthenticated, CodeRedirect, "The reply address does not match the reply address provided when requesting the authorization code.")
	case h.Challenge == "" && verifier != "":
		return refuse(hospes.KindUnauthenticated, CodeVerifier, "A code_verifier was sent, and the authorization request had no code_challenge.")
	case h.Challenge == "":
		return nil
	case len(verifier) < 43 || len(verifier) > 128:
		return refuse(hospes.KindUnauthenticated, CodeVerifierSize, "The size of the code_verifier is not valid: it has 43 to 128 characters.")
	}
	sum := sha256.Sum256([]byte(verifier))
	if subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(h.Challenge)) != 1 {
		return refuse(hospes.KindUnauthenticated, CodeVerifier, "The code_verifier does not match the code_challenge supplied in the authorization request.")
	}
	return nil
}

// CheckChallenge tells whether an authorization request may go on without a code challenge, or with the one it has.
func CheckChallenge(kind token.RedirectKind, challenge, method string) error {
	switch {
	case challenge == "" && method == "" && !kind.Public():
		return nil
	case challenge == "":
		return refuse(hospes.KindInvalid, CodeChallenge, "A code_challenge is required: applications without a secret prove themselves by it.")
	case method != "S256":
		return refuse(hospes.KindInvalid, CodeChallenge, "The code_challenge_method must be S256.")
	}
	if raw, err := base64.RawURLEncoding.DecodeString(challenge); err != nil || len(raw) != sha256.Size {
		return refuse(hospes.KindInvalid, CodeVerifierSize, "The size of the code_challenge is not valid: it is the base64url of a SHA-256.")
	}
	return nil
}

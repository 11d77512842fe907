package grant

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

const (
	refreshLife    = 90 * 24 * time.Hour // from the last use on
	refreshLifeSPA = 24 * time.Hour      // from the sign-in on

	// RotationGrace is how long a refresh token stays good after it was replaced: answers get lost, and clients that run at
	// once all hold the one before.
	RotationGrace = 10 * time.Minute
)

// FindRefresh finds a refresh token. One that was replaced longer ago than the grace is in the wrong hands, or was: its
// family is revoked.
func (s *Service) FindRefresh(ctx context.Context, text string) (Held, error) {
	now := s.config.Clock.Now()
	x, ok := s.read(store.ProofRefresh, text)
	if !ok {
		return Held{}, refuse(hospes.KindUnauthenticated, CodeBadGrant, "The provided value for the input parameter 'refresh_token' is not valid.")
	}
	h, err := s.find(ctx, store.ProofRefresh, text)
	if !now.Before(x.expires) {
		if err == nil && h.Kind == token.RedirectSPA {
			return Held{}, refuse(hospes.KindUnauthenticated, CodeSPARefresh, "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which is over. Sign in again.")
		}
		return Held{}, refuse(hospes.KindUnauthenticated, CodeIdleRefresh, "The refresh token has expired due to inactivity. Sign in again.")
	}
	gone := errors.Is(err, hospes.ErrNotFound)
	if err != nil && !gone {
		return h, err
	}
	if gone || !h.spent.IsZero() && now.Sub(h.spent) > RotationGrace {
		if err := s.update(ctx, x.tenant, func(tx store.Tx) error { return tx.DropFamily(x.familyName()) }); err != nil {
			return h, err
		}
		return h, refuse(hospes.KindUnauthenticated, CodeBadGrant, "The refresh token was revoked, or was replaced and then used again. Sign in again.")
	}
	return h, nil
}

// next makes the refresh token that follows a code or a token, within the transaction that spends it.
func (s *Service) next(h Held, f Facts) (secret, store.Proof, error) {
	now := s.config.Clock.Now()
	expires := now.Add(refreshLife)
	if f.Kind == token.RedirectSPA {
		if expires = h.x.expires; h.kind != store.ProofRefresh {
			expires = now.Add(refreshLifeSPA)
		}
	}
	x, err := s.newSecret(h.x.tenant, expires, h.x.family)
	if err != nil {
		return x, store.Proof{}, err
	}
	f.Redirect, f.Challenge, f.Nonce = "", "", ""
	doc, err := json.Marshal(f)
	if err != nil {
		return x, store.Proof{}, hospes.Internal("grant.next", err)
	}
	return x, store.Proof{Kind: store.ProofRefresh, Digest: x.digest(), Owner: f.Owner, Family: x.familyName(), Document: string(doc), Expires: expires}, nil
}

// spend uses a code or a token up and keeps what follows. A code is good for one caller only; tells whether this is it.
func (h Held) spend(tx store.Tx, follows *store.Proof) (good bool, err error) {
	if h.kind == store.ProofDevice { // its one use was noted where it waited
		if follows == nil {
			return true, nil
		}
		return true, tx.AddProof(*follows)
	}
	first, err := tx.SpendProof(h.kind, h.x.digest())
	if err != nil {
		return false, err
	}
	if h.kind != store.ProofRefresh && !first {
		return false, tx.DropFamily(h.x.familyName())
	}
	if follows == nil {
		return true, nil
	}
	// A token that somebody has revoked meanwhile must not come back by its successor.
	if _, err := tx.Proof(h.kind, h.x.digest()); err != nil {
		return false, err
	}
	return true, tx.AddProof(*follows)
}

// alive refuses what was given before the person's sessions were revoked.
func alive(r store.Reader, f Facts) error {
	user, err := store.FindNumber(r, store.Live, f.Owner)
	if err != nil {
		return err
	}
	since, err := authn.ValidSince(r, user)
	if err == nil && f.At.Before(since) {
		err = refuse(hospes.KindUnauthenticated, authn.CodeRevoked, "The provided grant has expired due to it being revoked; a fresh auth token is needed. The password was changed or the sessions were ended after the token was issued.")
	}
	return err
}

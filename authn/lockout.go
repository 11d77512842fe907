package authn

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	// pairLimit is how many wrong passwords one address has for one name before it has to wait.
	pairLimit = 10
	pairWait  = time.Minute // doubled with each one more
	pairMost  = time.Hour

	// nameLimit is how many all addresses together have that nobody has signed in from to the name.
	nameLimit = 50
	nameWait  = 10 * time.Minute

	// addressLimit is how many one address has over all names of a tenant.
	addressLimit = 100
	addressWait  = 10 * time.Minute

	// attemptWindow is after how long without a failure the counts begin anew.
	attemptWindow = 24 * time.Hour

	// knownFor is how long an address from which somebody has signed in is known.
	knownFor = 90 * 24 * time.Hour
)

// guard names what failed attempts against a name from an address are counted by. The name counts as it was typed, so
// that names that exist and others are locked alike.
type guard struct{ pair, name, address, known string }

func guardOf(name, address string) guard {
	sum := sha256.Sum256([]byte(hospes.Fold(name)))
	who := hex.EncodeToString(sum[:16])
	return guard{pair: "pair:" + who + ":" + address, name: "name:" + who, address: "address:" + address, known: "known:" + who + ":" + address}
}

// locked tells until when attempts are turned away unseen; zero while they are not. Strangers can lock a name for
// strangers only: from an address that was signed in from before, only failures at this address count.
func (g guard) locked(r store.Reader) (time.Time, error) {
	list, err := r.Attempts(g.pair, g.name, g.address, g.known)
	if err != nil {
		return time.Time{}, err
	}
	now := r.Now()
	until := time.Time{}
	hold := func(a store.Attempts, limit int, wait time.Duration) {
		if end := a.Last.Add(wait); a.Failures >= limit && now.Before(end) && end.After(until) {
			until = end
		}
	}
	pair := list[g.pair]
	wait := pairMost
	if doublings := pair.Failures - pairLimit; doublings >= 0 && doublings < 6 {
		wait = min(pairMost, pairWait<<doublings)
	}
	hold(pair, pairLimit, wait)
	if _, known := list[g.known]; !known {
		hold(list[g.name], nameLimit, nameWait)
		hold(list[g.address], addressLimit, addressWait)
	}
	return until, nil
}

// failed counts a wrong attempt.
func (g guard) failed(tx store.Tx) error {
	for _, subject := range []string{g.pair, g.name, g.address} {
		if _, err := tx.Attempted(subject, attemptWindow); err != nil {
			return err
		}
	}
	return nil
}

// passed forgets what failed before at this address, and remembers the address.
func (g guard) passed(tx store.Tx) error {
	if err := tx.ClearAttempts(g.pair); err != nil {
		return err
	}
	_, err := tx.Attempted(g.known, knownFor)
	return err
}

// settled is for what came of an attempt. It looks at the locks again: of many attempts at once, each was let through before
// the others had failed. The answer to one too many says nothing of whether it was right.
func (g guard) settled(tx store.Tx, outcome func(store.Tx) error) error {
	until, err := g.locked(tx)
	if err == nil && !until.IsZero() {
		err = lockedOut()
	}
	if err != nil {
		return err
	}
	return outcome(tx)
}

func lockedOut() error {
	return refuse(hospes.KindForbidden, CodeLocked, "The account is locked for a while, because an incorrect name or password was tried too many times. Wait and try again.")
}

package authn

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// loggedStrangers is how many failures of people at networks that they have not signed in from are logged in a tenant.
// Those beyond count as much, but stand nowhere: anybody can fail, with any name.
var loggedStrangers = Quota{What: "logged strangers", Most: 2_000, In: time.Hour}

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

	// turnLife is how long it is remembered whose turn it was: no longer than it takes.
	turnLife = time.Minute

	// knownFor is how long an address from which somebody has signed in is known.
	knownFor = 90 * 24 * time.Hour
)

// guard names what failed attempts against a name from an address are counted by. The name counts as it was typed, so
// that names that exist and others are locked alike.
type guard struct{ pair, name, address, known, turn string }

func guardOf(name, address string) guard {
	sum, address := sha256.Sum256([]byte(hospes.Fold(name))), Network(address)
	who := hex.EncodeToString(sum[:16])
	return guard{pair: "pair:" + who + ":" + address, name: "name:" + who, address: "address:" + address, known: "known:" + who + ":" + address, turn: "turn:" + who + ":" + address}
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

// wrong counts a wrong password, and tells whether it is to stand in the log.
func (g guard) wrong(tx store.Tx) (logged bool, err error) {
	if err := g.settled(tx, g.failed); err != nil {
		return false, err
	}
	if list, err := tx.Attempts(g.known); err != nil || len(list) > 0 {
		return true, err
	}
	spent, err := loggedStrangers.Take(tx, "")
	return spent == 0, err
}

// barred counts the right password of somebody who may not sign in: like any failure, so that the answer comes no more
// often than it does for wrong ones, and whoever goes on does not fill the log.
func (g guard) barred(tx store.Tx) (logged bool, err error) { return true, g.settled(tx, g.failed) }

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
	if _, err := tx.Attempted(g.turn, turnLife); err != nil { // where several write at once, they wait for each other here
		return err
	}
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

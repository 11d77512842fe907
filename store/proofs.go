package store

import (
	"time"

	"github.com/hospes-dev/hospes"
)

// Proof is something that whoever holds a secret may claim: a session of a browser, an authorization code, a refresh
// token, a device that waits for a person. Only the digest of the secret is kept.
type Proof struct {
	Kind     ProofKind
	Digest   Digest
	Owner    hospes.Number // the person it stands for; 0 while nobody has come
	Family   string        // what is revoked together; may be empty
	Document string        // what it says, in the words of whoever made it
	Made     time.Time
	Expires  time.Time
	Spent    time.Time // when it was first used, where that is to happen once; zero until then
}

// Digest is the SHA-256 of a secret.
type Digest [32]byte

// ProofKind says what a proof is of.
type ProofKind string

// The kinds.
const (
	ProofSession   ProofKind = "session"   // of a browser
	ProofCode      ProofKind = "code"      // an authorization code
	ProofRefresh   ProofKind = "refresh"   // a refresh token
	ProofDevice    ProofKind = "device"    // a device that waits, by the code that its person types in
	ProofAssertion ProofKind = "assertion" // a client's assertion that was used, so that it is not used again
)

// ProofReader finds proofs.
type ProofReader interface {
	// Proof finds one. NotFound when it is not there; one that has expired is, until it is forgotten.
	Proof(kind ProofKind, digest Digest) (Proof, error)
}

// ProofWriter keeps proofs.
type ProofWriter interface {
	// AddProof keeps a new one. Conflict where there is one of that kind and digest.
	AddProof(p Proof) error

	// ChangeProof replaces owner, family, document and end of one. NotFound when it is not there.
	ChangeProof(p Proof) error

	// SpendProof notes the first use of one and tells whether this is it: of callers that come at once, one is first.
	SpendProof(kind ProofKind, digest Digest) (first bool, err error)

	// DropProof removes one, DropFamily all of a family, DropProofs all of a person.
	DropProof(kind ProofKind, digest Digest) error
	DropFamily(family string) error
	DropProofs(owner hospes.Number) error

	// ForgetProofs removes those that are over: no more than limit, and answers how many.
	ForgetProofs(over ProofsOver, limit int) (int64, error)
}

// ProofsOver says which proofs need not be kept any longer: those that expired before a moment, devices that did before
// another, and refresh tokens that were spent before a third.
type ProofsOver struct{ Expired, Waited, Spent time.Time }

// Authenticator is the shared secret of a person's app for one-time codes, sealed.
type Authenticator struct {
	Owner  hospes.Number
	Sealed []byte
	Made   time.Time
	Step   int64 // of the last code that was taken: it and those before are used up
}

// AuthenticatorReader reads authenticators.
type AuthenticatorReader interface {
	// Authenticator finds a person's. NotFound where there is none.
	Authenticator(owner hospes.Number) (Authenticator, error)
}

// AuthenticatorWriter keeps authenticators.
type AuthenticatorWriter interface {
	// PutAuthenticator keeps a person's, in the place of the one before.
	PutAuthenticator(a Authenticator) error
	DropAuthenticator(owner hospes.Number) error

	// UseStep uses the codes up to a step up, and tells whether the step was still good.
	UseStep(owner hospes.Number, step int64) (good bool, err error)
}

// Attempts counts failed attempts of something that is tried against one subject, such as a name at an address.
type Attempts struct {
	Subject  string
	Failures int
	Last     time.Time
}

// AttemptReader reads the counts.
type AttemptReader interface {
	// Attempts gives the counts of the subjects that have one.
	Attempts(subjects ...string) (map[string]Attempts, error)
}

// AttemptWriter counts.
type AttemptWriter interface {
	// Attempted adds a failure to a subject, beginning at one again where the last was longer ago than a while. It is
	// remembered for as long after this one.
	Attempted(subject string, while time.Duration) (Attempts, error)

	// ClearAttempts forgets the counts of subjects; ForgetAttempts those that need not be remembered any more.
	ClearAttempts(subjects ...string) error
	ForgetAttempts(limit int) (int64, error)
}

package store

import (
	"time"

	"github.com/hospes-dev/hospes"
)

// Credential is a secret of an application or a password of a user; only a digest of it is kept.
type Credential struct {
	Owner       hospes.Number
	KeyID       string
	Kind        CredentialKind
	Digest      string
	Hint        string // the first characters
	DisplayName string
	Starts      time.Time
	Ends        time.Time
}

// CredentialKind says what a credential proves.
type CredentialKind string

// The kinds.
const (
	CredentialClientSecret CredentialKind = "clientSecret"
	CredentialPassword     CredentialKind = "password"
)

// Setting is one synchronization secret of a service principal: credentials and settings alike, sealed.
type Setting struct {
	Key    string
	Sealed []byte
}

// SecretReader reads credentials and settings.
type SecretReader interface {
	Credentials(owner hospes.Number) ([]Credential, error)
	Settings(principal hospes.Number) ([]Setting, error)
}

// SecretWriter writes them.
type SecretWriter interface {
	PutCredential(c Credential) error
	DeleteCredential(owner hospes.Number, keyID string) error
	PutSettings(principal hospes.Number, settings ...Setting) error
	DeleteSettings(principal hospes.Number, keys ...string) error
}

// DomainReader reads the domains of the tenant.
type DomainReader interface {
	Domains() ([]hospes.Domain, error)
}

// DomainWriter changes them. A domain that is verified is so in one tenant of the instance; others may name it as well.
type DomainWriter interface {
	// PutDomain stores a domain. Conflict where it is to be verified and another tenant has verified it.
	PutDomain(d hospes.Domain) error
	DeleteDomain(name string) error
}

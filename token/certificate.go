package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" // the thumbprint by which clients name a certificate; no security rests on it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
)

// The RSA keys that a certificate may have, in bits: strong enough, and not so large, nor with such an exponent, that
// whoever shows a forged signature makes this server work for it.
const (
	minRSA      = 2048
	maxRSA      = 4096
	maxExponent = 1<<16 + 1
)

// Certificate is the certificate of a client: whoever holds its private key is the client.
type Certificate struct {
	KeyID  string
	Starts time.Time
	Ends   time.Time

	parsed *x509.Certificate
}

// keyCredential is a member of keyCredentials, as far as it is read here.
type keyCredential struct {
	KeyID  string    `json:"keyId"`
	Key    []byte    `json:"key"`
	Starts time.Time `json:"startDateTime"`
	Ends   time.Time `json:"endDateTime"`
}

// ParseCertificate reads a certificate as DER or PEM and gives its DER. Invalid where its key could not prove anything.
func ParseCertificate(text []byte) (*x509.Certificate, error) {
	const op = "token.ParseCertificate"
	if block, _ := pem.Decode(text); block != nil {
		text = block.Bytes
	}
	c, err := x509.ParseCertificate(text)
	if err != nil {
		return nil, hospes.Invalidf(op, "The value of 'key' is not a certificate.")
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSA || bits > maxRSA {
			return nil, hospes.Invalidf(op, "The key of the certificate has %d bits; it needs %d to %d.", bits, minRSA, maxRSA)
		}
		if key.E > maxExponent {
			return nil, hospes.Invalidf(op, "The key of the certificate has the exponent %d; at most %d is taken.", key.E, maxExponent)
		}
		return c, nil
	case *ecdsa.PublicKey:
		return c, nil
	}
	return nil, hospes.Invalidf(op, "The certificate has a key of a kind that no assertion is signed with; use RSA or an elliptic curve.")
}

// Thumbprint gives the SHA-1 of a certificate, which is what names it in Graph.
func Thumbprint(c *x509.Certificate) []byte {
	sum := sha1.Sum(c.Raw)
	return sum[:]
}

// certificatesOf gives the certificates in a keyCredentials property. What cannot be read proves nothing.
func certificatesOf(v hospes.Value) (list []Certificate) {
	var keys []keyCredential
	if v == hospes.Null || v.Decode(&keys) != nil {
		return nil
	}
	for _, k := range keys {
		parsed, err := ParseCertificate(k.Key)
		if err != nil {
			continue
		}
		list = append(list, Certificate{KeyID: k.KeyID, Starts: k.Starts, Ends: k.Ends, parsed: parsed})
	}
	return list
}

// public gives the key that verifies.
func (c Certificate) public() crypto.PublicKey { return c.parsed.PublicKey }

// live tells whether what the certificate signs is believed.
func (c Certificate) live(now time.Time) bool {
	return (c.Starts.IsZero() || !now.Before(c.Starts.Add(-skew))) && (c.Ends.IsZero() || now.Before(c.Ends)) && now.Before(c.parsed.NotAfter)
}

// named tells whether one of the names that an assertion gives its certificate by is this one's. Clients write the
// SHA-1 and the SHA-256 in base64url, and as key id also in hexadecimal.
func (c Certificate) named(names ...string) bool {
	long := sha256.Sum256(c.parsed.Raw)
	for _, sum := range [][]byte{Thumbprint(c.parsed), long[:]} {
		for _, name := range names {
			if name != "" && (strings.TrimRight(name, "=") == base64.RawURLEncoding.EncodeToString(sum) || strings.EqualFold(name, hex.EncodeToString(sum))) {
				return true
			}
		}
	}
	return false
}

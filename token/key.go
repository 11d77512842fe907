package token

import (
	"crypto/rsa"
	"crypto/sha1" // the thumbprint of a certificate that clients expect as key id; no security rests on it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

const (
	keyBits  = 2048
	certLife = 10 * 365 * 24 * time.Hour // longer than any key serves; clients that look at it must not stop working
)

// Key is a signing key with its self-signed certificate.
type Key struct {
	ID          string // kid and x5t: base64url of the SHA-1 of the certificate
	Certificate []byte // DER
	Created     time.Time
	Retires     time.Time // when it stops being believed; zero while it is not planned

	private *rsa.PrivateKey
	signer  jose.Signer
}

// Public is the half that everybody may see.
func (k *Key) Public() *rsa.PublicKey { return &k.private.PublicKey }

// live tells whether tokens signed with the key are believed.
func (k *Key) live(now time.Time) bool { return k.Retires.IsZero() || now.Before(k.Retires) }

func newKey(random hospes.Random, now time.Time) (*Key, error) {
	private, err := rsa.GenerateKey(random, keyBits)
	if err != nil {
		return nil, err
	}
	serial := make([]byte, 16)
	if _, err := io.ReadFull(random, serial); err != nil {
		return nil, err
	}
	serial[0] &= 0x7f // a serial number is positive
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: "hospes token signing"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(random, template, template, private.Public(), private)
	if err != nil {
		return nil, err
	}
	return assemble(private, certificate, now)
}

func assemble(private *rsa.PrivateKey, certificate []byte, created time.Time) (*Key, error) {
	print := sha1.Sum(certificate)
	k := &Key{ID: base64.RawURLEncoding.EncodeToString(print[:]), Certificate: certificate, Created: created, private: private}
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5t", k.ID)
	var err error
	k.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.ID}}, options)
	return k, err
}

// place binds a sealed key to its row.
func place(id string) string { return "instance/keys/" + id }

// sealed writes the key down for the store.
func (k *Key) sealed(box Box) (store.SealedKey, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return store.SealedKey{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate})...)
	return store.SealedKey{ID: k.ID, Sealed: box.Seal(place(k.ID), text), Created: k.Created, Retires: k.Retires}, nil
}

func openKey(box Box, s store.SealedKey) (*Key, error) {
	text, err := box.Open(place(s.ID), s.Sealed)
	if err != nil {
		return nil, err
	}
	key, rest := pem.Decode(text)
	certificate, _ := pem.Decode(rest)
	if key == nil || certificate == nil {
		return nil, errors.New("token: the stored signing key cannot be read")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(key.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("token: the stored signing key is not an RSA key")
	}
	k, err := assemble(private, certificate.Bytes, s.Created)
	if err != nil {
		return nil, err
	}
	k.Retires = s.Retires
	return k, nil
}

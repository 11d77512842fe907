package token

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"strings"

	"github.com/hospes-dev/hospes"
)

const (
	// secretAlphabet has nothing in it that a shell, a URL, a form or a command line reads as anything but a letter.
	secretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	secretLength   = 43 // 256 bits
	hintLength     = 3

	digestScheme = "sha256:"
)

// NewSecret draws a client secret. Only the digest and the hint, its first characters, are to be kept; the text is shown
// once.
func NewSecret(random hospes.Random) (text, digest, hint string) {
	var b strings.Builder
	var draw [64]byte
	for b.Len() < secretLength {
		if _, err := io.ReadFull(random, draw[:]); err != nil {
			panic("token: the random source failed: " + err.Error())
		}
		for _, c := range draw {
			// Values past the last whole multiple would make the first letters likelier than the others.
			if c < 4*byte(len(secretAlphabet)) && b.Len() < secretLength {
				b.WriteByte(secretAlphabet[int(c)%len(secretAlphabet)])
			}
		}
	}
	text = b.String()
	return text, SecretDigest(text), text[:hintLength]
}

// SecretDigest gives what is kept of a client secret. A plain digest will do, and makes tokens fast: secrets are drawn by
// hospes itself from 256 bits, so there is nothing to guess.
func SecretDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return digestScheme + base64.RawURLEncoding.EncodeToString(sum[:])
}

// sameDigest compares digests in a time that does not depend on where they differ.
func sameDigest(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

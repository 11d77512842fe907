package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/hospes-dev/hospes"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// A sealed value is version, key id, nonce, ciphertext with tag. The first two are authenticated with the rest.
const (
	version    = 1
	headerSize = 2
	nonceSize  = 12
	tagSize    = 16
)

// Codes of the errors that Open answers.
const (
	CodeUnknownKey = "Seal_UnknownKey" // sealed under a master key that this box does not have
	CodeBroken     = "Seal_Broken"     // changed, cut short, or moved here from another place
)

// Box seals and opens values. It is safe for concurrent use as far as its random source is.
type Box struct {
	keys   []key // the first one seals
	random hospes.Random
}

// key is a master key ready for use. Its id is taken from the key itself, so that a list of keys needs no numbering
// and a value that was sealed under another key is told from one that was changed. Two keys may share an id.
type key struct {
	id     byte
	aead   cipher.AEAD
	master []byte
}

// New makes a box of master keys. The first one seals, all of them open.
func New(random hospes.Random, masters ...[]byte) (*Box, error) {
	if len(masters) == 0 {
		return nil, badKey("seal.New", "There is no master key.")
	}
	b := &Box{random: random}
	for _, master := range masters {
		if len(master) != KeySize {
			return nil, badKey("seal.New", fmt.Sprintf("A master key has %d bytes, this one %d.", KeySize, len(master)))
		}
		block, err := aes.NewCipher(master)
		if err != nil {
			return nil, hospes.Internal("seal.New", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, hospes.Internal("seal.New", err)
		}
		b.keys = append(b.keys, key{id: sha256.Sum256(master)[0], aead: aead, master: bytes.Clone(master)})
	}
	return b, nil
}

// Seal encrypts plaintext for the place that aad names; only Open with the same aad gives it back.
func (b *Box) Seal(aad string, plaintext []byte) []byte {
	k := b.keys[0]
	sealed := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plaintext)+tagSize)
	sealed[0], sealed[1] = version, k.id
	nonce := sealed[headerSize:]
	if _, err := io.ReadFull(b.random, nonce); err != nil {
		// Going on would repeat a nonce, which gives the key away.
		panic("seal: the random source failed: " + err.Error())
	}
	return k.aead.Seal(sealed, nonce, plaintext, bound(sealed, aad))
}

// Derive gives a key for a purpose of its own, the same on every node that has the master key. It is good for what is
// only ever handed out and read back: after a change of the master key it is another one.
func (b *Box) Derive(purpose string) ([]byte, error) {
	k, err := hkdf.Key(sha256.New, b.keys[0].master, nil, purpose, KeySize)
	if err != nil {
		return nil, hospes.Internal("seal.Derive", err)
	}
	return k, nil
}

// Open decrypts what Seal made. Precondition with CodeUnknownKey where the master key is missing, with CodeBroken where
// the value was changed or belongs to another place.
func (b *Box) Open(aad string, sealed []byte) ([]byte, error) {
	const op = "seal.Open"
	if len(sealed) < headerSize+nonceSize+tagSize || sealed[0] != version {
		return nil, broken(op, nil)
	}
	nonce, text := sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
	var failed error
	for _, k := range b.keys {
		if k.id != sealed[1] {
			continue
		}
		plaintext, err := k.aead.Open(nil, nonce, text, bound(sealed, aad))
		if err == nil {
			return plaintext, nil
		}
		failed = err
	}
	if failed != nil {
		return nil, broken(op, failed)
	}
	return nil, &hospes.Error{
		Kind: hospes.KindPrecondition, Op: op, Code: CodeUnknownKey,
		Message: "This was sealed under another master key. Give hospes the key it was sealed under (master.key or HOSPES_MASTER_KEY).",
	}
}

// bound joins the header of a sealed value to the place it belongs to.
func bound(sealed []byte, aad string) []byte {
	return append(append(make([]byte, 0, headerSize+len(aad)), sealed[:headerSize]...), aad...)
}

func broken(op string, err error) error {
	return &hospes.Error{
		Kind: hospes.KindPrecondition, Op: op, Code: CodeBroken, Err: err,
		Message: "A sealed value was changed, or it belongs to another place.",
	}
}

func badKey(op, message string) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: op, Code: "Seal_BadKey", Message: message}
}

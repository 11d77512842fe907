package grant

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// secret is what an application holds of a code or a refresh token. It is sealed: whoever holds it cannot read in it, and
// what was not made here is refused without a look into the store. It names the tenant of the person, so that it can be
// redeemed at the address of any tenant.
type secret struct {
	tenant  hospes.TenantID
	expires time.Time
	family  [16]byte
	random  [32]byte
}

const secretSize = 16 + 8 + 16 + 32

func (s *Service) newSecret(tenant hospes.TenantID, expires time.Time, family [16]byte) (secret, error) {
	out := secret{tenant: tenant, expires: expires, family: family}
	if _, err := io.ReadFull(s.config.Random, out.random[:]); err != nil {
		return out, hospes.Internal("grant.secret", err)
	}
	return out, nil
}

// text writes a secret down. kind keeps a code from being taken for a refresh token.
func (s *Service) text(kind store.ProofKind, x secret) string {
	b := make([]byte, 0, secretSize)
	b = append(b, x.tenant.Bytes()...)
	b = binary.BigEndian.AppendUint64(b, uint64(x.expires.Unix()))
	b = append(append(b, x.family[:]...), x.random[:]...)
	return "1." + base64.RawURLEncoding.EncodeToString(s.config.Box.Seal("grants/"+string(kind), b))
}

// read reads what an application shows; ok is false for what was not made here.
func (s *Service) read(kind store.ProofKind, text string) (x secret, ok bool) {
	const longest = 256
	if len(text) < 2 || len(text) > longest || text[:2] != "1." {
		return x, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text[2:])
	if err != nil {
		return x, false
	}
	b, err := s.config.Box.Open("grants/"+string(kind), sealed)
	if err != nil || len(b) != secretSize {
		return x, false
	}
	x.tenant = hospes.TenantID(b[:16])
	x.expires = time.Unix(int64(binary.BigEndian.Uint64(b[16:24])), 0).UTC()
	x.family, x.random = [16]byte(b[24:40]), [32]byte(b[40:])
	return x, true
}

func (x secret) digest() store.Digest { return sha256.Sum256(x.random[:]) }

// familyName is how the store names a family.
func (x secret) familyName() string { return base64.RawURLEncoding.EncodeToString(x.family[:]) }

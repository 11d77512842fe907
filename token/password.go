package token

import (
	"github.com/alexedwards/argon2id"
	"github.com/hospes-dev/hospes"
	"golang.org/x/text/unicode/norm"
)

// passwordParams cost about 20 ms and 19 MiB. The number of lanes is fixed, so that a hash does not depend on the
// machine it was made on.
var passwordParams = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword gives what is kept of a user's password: argon2id with its parameters and salt. The password is composed
// (NFC) first, since keyboards differ in how they write an accent.
func HashPassword(password string) (string, error) {
	hash, err := argon2id.CreateHash(norm.NFC.String(password), passwordParams)
	if err != nil {
		return "", hospes.Internal("token.HashPassword", err)
	}
	return hash, nil
}

// VerifyPassword tells whether a password is the one that a hash was made of.
func VerifyPassword(password, hash string) (bool, error) {
	ok, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
	if err != nil {
		return false, hospes.Internal("token.VerifyPassword", err)
	}
	return ok, nil
}

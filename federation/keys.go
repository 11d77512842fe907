package federation

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
)

// ask reads the keys of an issuer: its discovery document first, which says where they are.
func (i *Issuers) ask(ctx context.Context, name string) (map[string][]crypto.PublicKey, error) {
	text, err := i.config.Fetcher.Get(ctx, strings.TrimSuffix(name, "/")+wellKnown, maxDocument)
	if err != nil {
		return nil, err
	}
	var document struct {
		Issuer  string `json:"issuer"`
		KeysURI string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, unreadable("its discovery document is no JSON", err)
	}
	if document.Issuer != name {
		return nil, unreadable(fmt.Sprintf("its discovery document is that of '%s'", clip(document.Issuer)), nil)
	}
	if text, err = i.config.Fetcher.Get(ctx, document.KeysURI, maxKeySet); err != nil {
		return nil, err
	}
	return parseKeys(text)
}

// parseKeys reads a key set. What cannot verify a signature that is taken here is passed over: issuers publish other keys
// beside those.
func parseKeys(text []byte) (map[string][]crypto.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, unreadable("its key set is no JSON", err)
	}
	if len(set.Keys) > maxKeys {
		return nil, unreadable(fmt.Sprintf("it has more than %d keys", maxKeys), nil)
	}
	keys := map[string][]crypto.PublicKey{}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || k.Use != "" && k.Use != signatureUse || !verifies(k.Key) {
			continue
		}
		keys[k.KeyID] = append(keys[k.KeyID], k.Key)
	}
	if len(keys) == 0 {
		return nil, unreadable("its key set has no RSA key of 2048 to 4096 bits and none of the curve P-256", nil)
	}
	return keys, nil
}

// verifies tells whether a key is the public half of a pair that is strong enough, and not so large that it costs much.
func verifies(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= minBits && k.N.BitLen() <= maxBits && k.E <= maxExponent
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	}
	return false
}

func unreadable(why string, err error) error {
	return &hospes.Error{Kind: hospes.KindUnavailable, Op: "federation.Keys", Message: "The issuer cannot be believed: " + why + ".", Err: err}
}

// clip bounds what is repeated of another's text.
func clip(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

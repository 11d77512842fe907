package oidc

import (
	"encoding/base64"
	"math/big"
)

// keySet is the JSON Web Key Set.
type keySet struct {
	Keys []publicKey `json:"keys"`
}

type publicKey struct {
	Type         string   `json:"kty"`
	Use          string   `json:"use"`
	ID           string   `json:"kid"`
	Thumbprint   string   `json:"x5t"`
	Modulus      string   `json:"n"`
	Exponent     string   `json:"e"`
	Certificates []string `json:"x5c"`
	Issuer       string   `json:"issuer"`
}

// keys publishes the signing keys, the next one included. They are the same for every tenant.
func (h *Handler) keys(x *exchange) error {
	a, err := h.authority(x)
	if err != nil {
		return err
	}
	published, err := h.config.Authority.Keys().Published(x.r.Context())
	if err != nil {
		return err
	}
	set := keySet{Keys: make([]publicKey, len(published))}
	for i, k := range published {
		public := k.Public()
		set.Keys[i] = publicKey{
			Type: "RSA", Use: "sig", ID: k.ID, Thumbprint: k.ID, Issuer: x.issuer(a),
			Modulus:      base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
			Exponent:     base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
			Certificates: []string{base64.StdEncoding.EncodeToString(k.Certificate)},
		}
	}
	return x.publish(set)
}

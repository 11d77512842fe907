package directory

import (
	"crypto/sha256"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// keyCredential is a certificate as an application shows it.
type keyCredential struct {
	CustomKeyIdentifier []byte     `json:"customKeyIdentifier"` // the thumbprint
	DisplayName         *string    `json:"displayName"`
	EndDateTime         *time.Time `json:"endDateTime"`
	Key                 []byte     `json:"key"`
	KeyID               string     `json:"keyId"`
	StartDateTime       *time.Time `json:"startDateTime"`
	Type                string     `json:"type"`
	Usage               string     `json:"usage"`
}

// keyCredentials reads the certificates that an application is to have. Those that it has already may be repeated without
// their key, as clients do that have read them; of the others, what is not said is taken from the certificate.
func keyCredentials(had, wanted hospes.Value) (hospes.Value, error) {
	const op = "directory.KeyCredentials"
	if wanted == hospes.Null {
		return wanted, nil
	}
	var before, list []keyCredential
	if had != hospes.Null {
		if err := had.Decode(&before); err != nil {
			return hospes.Null, hospes.Internal(op, err)
		}
	}
	if err := wanted.Decode(&list); err != nil {
		return hospes.Null, hospes.Invalidf(op, "Invalid value specified for property 'keyCredentials' of resource 'Application'.")
	}
	if len(list) > maxCredentials {
		return hospes.Null, tooManyCredentials()
	}
	seen := map[string]bool{}
	for i := range list {
		k := &list[i]
		for _, b := range before {
			if len(k.Key) == 0 && b.KeyID == k.KeyID && k.KeyID != "" {
				k.Key = b.Key
			}
		}
		if err := k.complete(); err != nil {
			return hospes.Null, err
		}
		if seen[k.KeyID] {
			return hospes.Null, hospes.Invalidf(op, "The key credential '%s' is there twice.", k.KeyID)
		}
		seen[k.KeyID] = true
	}
	return hospes.JSON(list), nil
}

// complete checks a certificate and fills in what it says itself.
func (k *keyCredential) complete() error {
	const op = "directory.KeyCredentials"
	switch {
	case len(k.Key) == 0:
		return hospes.Invalidf(op, "A value is required for property 'key' of resource 'KeyCredential'.")
	case k.Type != "" && k.Type != "AsymmetricX509Cert" || k.Usage != "" && k.Usage != "Verify":
		return hospes.Invalidf(op, "Only certificates that verify can be kept: 'type' AsymmetricX509Cert and 'usage' Verify.")
	}
	certificate, err := token.ParseCertificate(k.Key)
	if err != nil {
		return err
	}
	k.Key, k.Type, k.Usage, k.CustomKeyIdentifier = certificate.Raw, "AsymmetricX509Cert", "Verify", token.Thumbprint(certificate)
	if id, ok := hospes.ParseObjectID(k.KeyID); ok {
		k.KeyID = id.String()
	} else if k.KeyID != "" {
		return hospes.Invalidf(op, "'%s' is not an id for a key credential.", k.KeyID)
	} else { // the same certificate gets the same id, so that sending it again changes nothing
		sum := sha256.Sum256(certificate.Raw)
		sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
		k.KeyID = hospes.ObjectID(sum[:16]).String()
	}
	starts, ends := certificate.NotBefore.UTC(), certificate.NotAfter.UTC()
	if k.StartDateTime == nil {
		k.StartDateTime = &starts
	}
	if k.EndDateTime == nil {
		k.EndDateTime = &ends
	}
	if k.EndDateTime.After(ends) || k.StartDateTime.Before(starts) || !k.StartDateTime.Before(*k.EndDateTime) {
		return hospes.Invalidf(op, "Key credential start and end date must lie within those of the certificate, %s to %s.", starts.Format(time.RFC3339), ends.Format(time.RFC3339))
	}
	if k.DisplayName == nil {
		name := certificate.Subject.String()
		k.DisplayName = &name
	}
	return nil
}

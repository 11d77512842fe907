package directory

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// AddVerifiedDomains gives the tenant names that somebody who may has vouched for. The first becomes the default.
func AddVerifiedDomains(tx store.Tx, names ...string) error {
	for i, name := range names {
		if !hospes.ValidDomainName(name) {
			return hospes.Invalidf("directory.AddVerifiedDomains", "'%s' is not a domain name.", name)
		}
		d := hospes.Domain{Name: name, Verified: true, Default: i == 0, Created: tx.Now()}
		if err := tx.PutDomain(d); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil
	}
	return tx.PutDomain(hospes.Domain{Name: tx.Tenant().InitialDomain, Verified: true, Initial: true, Created: tx.Now()})
}

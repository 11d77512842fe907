package directory

import (
	"net/url"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// codeUnprovenHost is the code of a name for an application under a domain that is not the tenant's.
const codeUnprovenHost = "HostNameNotOnVerifiedDomain"

// checkIdentifierURIs refuses names that an application is about to take and that are no addresses, or addresses of the web
// under a domain that the tenant has not proven: whoever asks for a token for such an address means who owns it.
func checkIdentifierURIs(r store.Reader, app *hospes.Object) error {
	if !app.Changed().Has(hospes.ApplicationIdentifierURIs) {
		return nil
	}
	names := app.Get(hospes.ApplicationIdentifierURIs).Texts()
	if len(names) == 0 {
		return nil
	}
	domains, err := verifiedDomains(r)
	if err != nil {
		return err
	}
	before := app.Loaded(hospes.ApplicationIdentifierURIs).Texts()
	for _, name := range names {
		if slices.Contains(before, name) {
			continue // domains are taken away again, and what is there stays
		}
		u, err := url.Parse(name)
		if err != nil || !u.IsAbs() || strings.ContainsAny(name, " \t\r\n") {
			return invalidValue(hospes.ApplicationIdentifierURIs)
		}
		if (u.Scheme == "http" || u.Scheme == "https") && !under(u.Hostname(), domains) {
			return &hospes.Error{
				Kind: hospes.KindInvalid, Op: "directory.checkIdentifierURIs", Code: codeUnprovenHost, Target: hospes.ApplicationIdentifierURIs.Name,
				Message: "Values of identifierUris property must use a verified domain of the organization or its subdomain: '" + name + "'",
			}
		}
	}
	return nil
}

// under tells whether a host is one of some domains, or below one.
func under(host string, domains map[string]bool) bool {
	for host = strings.ToLower(host); host != ""; _, host, _ = strings.Cut(host, ".") {
		if domains[host] {
			return true
		}
	}
	return false
}

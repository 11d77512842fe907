package policy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// DomainList says which domains guests may come from: the allowed alone, or all but the blocked. There is one list, never
// both. The empty list lets every domain in.
type DomainList struct {
	Allowed, Blocked []string
}

// ReadDomains reads the list of a tenant.
func ReadDomains(r store.Reader) (DomainList, error) {
	o, err := store.FindSingleton(r, hospes.B2BManagementPolicySchema)
	if hospes.KindOf(err) == hospes.KindNotFound {
		return DomainList{}, nil
	}
	if err != nil {
		return DomainList{}, err
	}
	return ParseDomains(o.Get(hospes.B2BManagementDefinition))
}

// ParseDomains reads the definition of a B2BManagementPolicy. Domains compare exactly, without regard to case, in their
// ASCII form: a parent says nothing about what is below it.
func ParseDomains(definition hospes.Value) (list DomainList, err error) {
	const op = "policy.ParseDomains"
	texts := definition.Texts()
	if len(texts) != 1 {
		return list, hospes.Invalidf(op, "The definition of the B2BManagementPolicy must be a list of one JSON text.")
	}
	var policy struct {
		B2BManagementPolicy *struct {
			InvitationsAllowedAndBlockedDomainsPolicy json.RawMessage
		}
	}
	if json.Unmarshal([]byte(texts[0]), &policy) != nil || policy.B2BManagementPolicy == nil {
		return list, hospes.Invalidf(op, "The definition of the B2BManagementPolicy is not a JSON object with the member B2BManagementPolicy.")
	}
	raw := policy.B2BManagementPolicy.InvitationsAllowedAndBlockedDomainsPolicy
	if len(raw) == 0 {
		return list, nil
	}
	var given struct{ AllowedDomains, BlockedDomains []string }
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields() // a name that is misspelled would let guests of every domain in
	if err := decoder.Decode(&given); err != nil {
		return list, hospes.Invalidf(op, "InvitationsAllowedAndBlockedDomainsPolicy takes AllowedDomains and BlockedDomains, each a list of domain names, and nothing else.")
	}
	if len(given.AllowedDomains) > 0 && len(given.BlockedDomains) > 0 {
		return list, hospes.Invalidf(op, "Domains can be allowed or blocked, not both; leave one of the two lists empty.")
	}
	if list.Allowed, err = plainDomains(given.AllowedDomains); err != nil {
		return list, err
	}
	list.Blocked, err = plainDomains(given.BlockedDomains)
	return list, err
}

func plainDomains(names []string) ([]string, error) {
	list := make([]string, len(names))
	for i, name := range names {
		plain, err := idna.Lookup.ToASCII(strings.TrimSpace(name))
		if err != nil || !hospes.ValidDomainName(plain) {
			return nil, hospes.Invalidf("policy.ParseDomains", "'%s' is not a domain name.", name)
		}
		list[i] = hospes.Fold(plain)
	}
	return list, nil
}

// Admits tells whether guests of a domain may come.
func (l DomainList) Admits(domain string) bool {
	if len(l.Allowed) > 0 {
		return slices.Contains(l.Allowed, hospes.Fold(domain))
	}
	return !slices.Contains(l.Blocked, hospes.Fold(domain))
}

package policy_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/policy"
)

// TestGuests4_6_AListThatIsMisspelledIsRefused proves that no definition is read as "every domain" by mistake.
func TestGuests4_6_AListThatIsMisspelledIsRefused(t *testing.T) {
	for text, taken := range map[string]bool{
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowedDomains":["guests.example"]}}}`:             true,
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowedDomains":[],"BlockedDomains":["x.test"]}}}`: true,
		`{"B2BManagementPolicy":{"AutoRedeemPolicy":{}}}`:                                                                         true,
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowDomains":["guests.example"]}}}`:               false,
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":["guests.example"]}}`:                                false,
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowedDomains":"guests.example"}}}`:               false,
		`{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowedDomains":["guests.example"]}}`:                                     false,
		`{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"AllowedDomains":["guests..example"]}}}`:            false,
	} {
		_, err := policy.ParseDomains(hospes.Strings(text))
		if (err == nil) != taken {
			t.Errorf("%s: %v", text, err)
		}
	}
}

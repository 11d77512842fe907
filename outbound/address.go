package outbound

import (
	"net/netip"
	"slices"

	"github.com/hospes-dev/hospes"
)

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

// closed are the addresses of IPv4 that are not of the internet (IANA's registry of special addresses), and those at which
// clouds tell a machine its secrets, which stand among the others.
var closed = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
	"192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"168.63.129.16/32",
)

// Of IPv6, what has been given out is open, but for tunnels and translations, which lead to addresses of IPv4, and what is
// not of the internet.
var (
	givenOut = netip.MustParsePrefix("2000::/3")
	closed6  = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)

// Open tells whether an address is one of the internet, which anybody can reach as well as this machine.
func Open(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(address) }
	if address.Is4() {
		return !slices.ContainsFunc(closed, holds)
	}
	return holds(givenOut) && !slices.ContainsFunc(closed6, holds)
}

// ParseAllowed reads what an operator allows beside the internet: networks or addresses.
func ParseAllowed(texts []string) (list []netip.Prefix, err error) {
	for _, item := range texts {
		p, err := netip.ParsePrefix(item)
		if address, single := netip.ParseAddr(item); single == nil && address.Zone() == "" {
			p, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() {
			return nil, hospes.Invalidf("outbound.ParseAllowed", "'%s' is not a network that may be reached. Write one such as 10.20.0.0/16, or an address.", item)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

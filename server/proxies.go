package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// proxies are the networks of reverse proxies that are believed when they say whom they speak for.
type proxies []netip.Prefix

// parseProxies reads networks such as 10.0.0.0/8, and single addresses.
func parseProxies(list []string) (proxies, error) {
	var p proxies
	for _, text := range list {
		network, err := netip.ParsePrefix(text)
		if address, plain := parseHop(text); err != nil && plain {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || network.Addr().Is4In6() { // addresses are compared as those of IPv4 that they are
			return nil, hospes.Invalidf("server.Proxies", "'%s' is not a network of proxies. Write one such as 10.0.0.0/8, or an address.", text)
		}
		p = append(p, network)
	}
	return p, nil
}

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// behind gives a handler that sees the address of the client where a proxy passes requests on. Whatever asks where a request
// comes from, to log it or to count it, reads it from the request.
func (p proxies) behind(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := p.client(r); ok {
			r = r.WithContext(r.Context()) // a copy, because requests are not the handler's to change
			r.RemoteAddr = net.JoinHostPort(client.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// client finds who is behind the proxies: from the connection backwards, the first that is not one of them. What stands
// before it was written by whoever that is, and says nothing.
func (p proxies) client(r *http.Request) (client netip.Addr, ok bool) {
	peer, ok := parseHop(r.RemoteAddr)
	if !ok || !p.trust(peer) {
		return peer, false
	}
	client = peer
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(hops) {
		hop, ok := parseHop(strings.TrimSpace(text))
		if !ok {
			break // a proxy that does not say whom it speaks for answers for them itself
		}
		if client = hop; !p.trust(hop) {
			break
		}
	}
	return client, true
}

// parseHop reads an address, with a port or without.
func parseHop(text string) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(text)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap().WithZone(""), err == nil
}

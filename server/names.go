package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Names are the addresses by which clients know an instance, without a path. Empty ones are whatever the client used.
type Names struct {
	Origin string // of everything
	Login  string // of sign-in and tokens, beside it
	Graph  string // of Graph, beside it
}

// check holds that each is an address of https, or of this machine.
func (n Names) check() error {
	for _, origin := range n.all() {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return hospes.Invalidf("server.Names", "'%s' is not an origin such as https://login.example.org.", origin)
		}
	}
	return nil
}

// all gives the ones that are set.
func (n Names) all() (list []string) {
	for _, origin := range []string{n.Origin, n.Graph, n.Login} {
		if origin != "" {
			list = append(list, strings.TrimRight(origin, "/"))
		}
	}
	return list
}

// hosts gives the host names, for the certificate.
func (n Names) hosts() (list []string) {
	for _, origin := range n.all() {
		if u, err := url.Parse(origin); err == nil {
			list = append(list, u.Hostname())
		}
	}
	return list
}

// of gives the address that the client used: absolute addresses in answers are built from it. Where names are set, no
// other is believed, because the Host header is the client's to write.
func (n Names) of(r *http.Request) string {
	all := n.all()
	for _, origin := range all {
		if u, err := url.Parse(origin); err == nil && strings.EqualFold(u.Host, strings.TrimSuffix(r.Host, ":443")) {
			return origin
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	scheme, host := "https", r.Host
	if r.TLS == nil {
		scheme = "http"
	}
	if address, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && host == "" { // as HTTP/1.0 allows
		host = address.String()
	}
	return scheme + "://" + host
}

// graph gives the address of Graph for a client that came by some name.
func (n Names) graph(r *http.Request) string { return n.sibling(n.Graph, r) }

// login gives the address of sign-in for a client that came by some name.
func (n Names) login(r *http.Request) string { return n.sibling(n.Login, r) }

func (n Names) sibling(origin string, r *http.Request) string {
	if origin != "" {
		return strings.TrimRight(origin, "/")
	}
	return n.of(r)
}

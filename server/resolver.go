package server

import (
	"context"
	"net"
	"strings"

	"github.com/hospes-dev/hospes/directory"
)

// resolver asks one name server, or those of the system where none is named.
func resolver(address string) directory.TextResolver {
	if address == "" {
		return net.DefaultResolver
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "53")
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}}
}

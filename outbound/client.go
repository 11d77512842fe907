package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"github.com/hospes-dev/hospes"
)

const (
	defaultTimeout = 5 * time.Second
	maxRedirects   = 3
	maxHeader      = 32 << 10
)

// Config is what a Client goes by.
type Config struct {
	Allowed  []netip.Prefix // what is reached although it is not of the internet
	Resolver *net.Resolver  // nil for that of the system
	Roots    *x509.CertPool // nil for those of the system
	Timeout  time.Duration  // for everything, from the name to the last byte; 0 for a few seconds
}

// Client reads from addresses that somebody else has named. It is safe for concurrent use.
type Client struct {
	config Config
	http   *http.Client
}

// New makes a Client.
func New(config Config) *Client {
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout
	}
	c := &Client{config: config}
	// The check stands between the lookup and the connection, and sees the address that is connected to: whatever a name
	// leads to a moment later makes no difference. Each redirect comes past it too, since no connection is used twice.
	dialer := &net.Dialer{Resolver: config.Resolver, Timeout: config.Timeout, ControlContext: c.check}
	c.http = &http.Client{
		Timeout: config.Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: config.Roots},
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader, ForceAttemptHTTP2: false,
		},
		CheckRedirect: func(r *http.Request, before []*http.Request) error {
			switch {
			case len(before) > maxRedirects:
				return refused("there are more than %d redirects", maxRedirects)
			case r.URL.Scheme != "https":
				return refused("it leads to an address that is not https")
			}
			return nil
		},
	}
	return c
}

// CodeRefused is the code of what is not reached on purpose.
const CodeRefused = "OutboundRefused"

func refused(format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindForbidden, Op: "outbound", Code: CodeRefused, Message: fmt.Sprintf(format, args...)}
}

// check refuses connections to addresses that are not of the internet.
func (c *Client) check(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return refused("%s is no address", address)
	}
	at := to.Addr().Unmap().WithZone("")
	if Open(at) || slices.ContainsFunc(c.config.Allowed, func(p netip.Prefix) bool { return p.Contains(at) }) {
		return nil
	}
	return refused("%s is not an address of the internet; the operator of this server can allow it", at)
}

// Get reads what an https address answers, whole and at most limit bytes. Unavailable where it does not answer as it
// should, with the reason.
func (c *Client) Get(ctx context.Context, url string, limit int64) ([]byte, error) {
	const op = "outbound.Get"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil || r.URL.Scheme != "https" || r.URL.User != nil {
		return nil, &hospes.Error{Kind: hospes.KindInvalid, Op: op, Message: "The address is not https.", Err: err}
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "hospes")
	unavailable := func(err error) error {
		return &hospes.Error{Kind: hospes.KindUnavailable, Op: op, Message: "The address does not answer as it should.", Err: err}
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, unavailable(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, unavailable(fmt.Errorf("it answers %d", answer.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if err != nil {
		return nil, unavailable(err)
	}
	if int64(len(body)) > limit {
		return nil, unavailable(fmt.Errorf("it answers more than %d bytes", limit))
	}
	return body, nil
}

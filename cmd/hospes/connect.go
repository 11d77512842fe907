package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// retries is how often a request that was turned away for a moment is repeated, unless a command has more patience.
const retries = 3

// graph gives a client that acts in the tenant that --tenant names.
func (c *cli) graph(ctx context.Context) (*graphclient.Client, error) {
	if c.flags.data == "" {
		return c.remote()
	}
	operator, err := c.operator(ctx)
	if err != nil {
		return nil, err
	}
	id, err := c.ownTenant(ctx, operator)
	if err != nil {
		return nil, err
	}
	return c.local(id)
}

// operator gives a client that acts for the instance as a whole. Over a network, that is an application of the
// operator's tenant.
func (c *cli) operator(ctx context.Context) (*graphclient.Client, error) {
	if c.flags.data == "" {
		return c.remote()
	}
	if _, err := os.Stat(c.flags.data); errors.Is(err, fs.ErrNotExist) {
		// Opening it would make it, and a misspelt name would answer with an empty list.
		return nil, &helpful{
			&hospes.Error{Kind: hospes.KindNotFound, Message: "there is no data directory " + c.flags.data},
			"check --data; 'hospes tenant create' and 'hospes serve' make a new one",
		}
	}
	if _, err := c.open(ctx); err != nil {
		return nil, err
	}
	return c.local(hospes.TenantID{})
}

// local makes a client over the instance of this process.
func (c *cli) local(tenant hospes.TenantID) (*graphclient.Client, error) {
	return graphclient.New(graphclient.Options{
		Base: "http://localhost", Transport: c.instance.Operator(tenant), Clock: c.clock, UserAgent: agent(), Retries: c.retries, Wait: c.wait,
	})
}

// remote makes a client of a server.
func (c *cli) remote() (*graphclient.Client, error) {
	f := c.flags
	if f.server == "" {
		return nil, usagef("nothing says where to work: give --server URL or --data DIR")
	}
	credentials := &graphclient.Credentials{Tenant: f.tenant, ClientID: f.clientID, ClientSecret: f.clientSecret}
	if f.clientID == "" && f.clientSecret == "" {
		signedIn, err := c.signedIn()
		if err != nil {
			return nil, err
		}
		if signedIn != nil {
			credentials = signedIn
		}
	}
	switch {
	case credentials.Tenant == "":
		return nil, usagef("--tenant is missing: a server wants to know which tenant the application belongs to")
	case credentials.Refresh == "" && (f.clientID == "" || f.clientSecret == ""):
		return nil, usagef("--client-id and --client-secret are missing; or sign in with 'hospes login --server %s'", f.server)
	}
	if _, isID := hospes.ParseTenantID(credentials.Tenant); !isID && !hospes.ValidDomainName(credentials.Tenant) {
		return nil, usagef("a server knows '%s' by its id and its domains only: give one of these with --tenant", credentials.Tenant)
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	client, err := graphclient.New(graphclient.Options{
		Base: f.server, Transport: transport, Clock: c.clock, UserAgent: agent(), Retries: c.retries, Wait: c.wait,
		Credentials: credentials,
	})
	if err != nil {
		return nil, usagef("--server: %s", textOf(err))
	}
	return client, nil
}

// transport is the network, with limits on everything but the length of an answer: imports take as long as they do.
func (c *cli) transport() (http.RoundTripper, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.flags.ca != "" {
		pem, err := os.ReadFile(c.flags.ca)
		if err != nil {
			return nil, usagef("--ca: %v", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, usagef("--ca: there is no certificate in %s", c.flags.ca)
		}
		config.RootCAs = pool
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 2 * time.Minute, IdleConnTimeout: time.Minute,
	}, nil
}

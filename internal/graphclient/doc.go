// Package graphclient talks to the API of hospes, or to anything else that speaks the wire format of Graph: JSON in
// and out, pages, errors with a code, tokens of an application.
//
//	c, err := graphclient.New(graphclient.Options{Base: "https://localhost:8443", Credentials: &credentials})
//	for page, err := range c.Pages(ctx, graphclient.Path("v1.0", "users"), nil) { … }
//
// It runs over any http.RoundTripper: over the network with credentials of an application, or over a transport that
// is trusted by itself, as the command line has over a data directory. Refusals come back as *[Error], which is also a
// hospes.Error of the matching kind, so that callers need one table for what went wrong wherever it did.
//
// It does not know users, groups or jobs, and it neither logs nor prints: what it is given to keep secret ends in the
// request for a token and nowhere else.
package graphclient

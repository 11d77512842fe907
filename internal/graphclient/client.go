package graphclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
)

// Options say where a client calls, and as whom.
type Options struct {
	Base        string            // scheme, host and port; a path in it is kept in front of every request
	Transport   http.RoundTripper // nil: http.DefaultTransport
	Credentials *Credentials      // nil: the transport proves who calls
	Clock       hospes.Clock      // tells when a token is to be renewed; nil: the system's
	UserAgent   string

	// Retries is how often a request that was turned away for a moment is repeated; Wait passes the time in between.
	// A nil Wait waits on the clock of the machine.
	Retries int
	Wait    func(context.Context, time.Duration) error
}

// Client calls one API as one caller. It may be used by many goroutines.
type Client struct {
	base   *url.URL
	http   *http.Client
	tokens *tokens
	agent  string
	tries  int
	wait   func(context.Context, time.Duration) error
}

// New makes a client. Nothing is called before the first request.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.Base, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, hospes.Invalidf("graphclient.New", "'%s' is not an address such as https://localhost:8443.", o.Base)
	}
	if o.Clock == nil {
		o.Clock = hospes.SystemClock{}
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	c := &Client{base: base, agent: o.UserAgent, tries: o.Retries, wait: o.Wait}
	c.http = &http.Client{
		Transport: o.Transport,
		// An API does not move; a redirect would carry the token to whoever it names.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.Credentials != nil {
		c.tokens = &tokens{credentials: *o.Credentials, clock: o.Clock, client: c}
	}
	return c, nil
}

// Path joins segments to a path, each escaped: Path("v1.0", "users", "a#b@x.example").
func Path(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	return b.String()
}

// Get reads a resource into dst.
func (c *Client) Get(ctx context.Context, path string, query url.Values, dst any) error {
	return c.Do(ctx, Request{Method: http.MethodGet, Path: path, Query: query}, dst)
}

// Post sends body as JSON and reads the answer into dst, which may be nil.
func (c *Client) Post(ctx context.Context, path string, body, dst any) error {
	return c.Do(ctx, Request{Method: http.MethodPost, Path: path, Body: body}, dst)
}

// Put replaces a resource.
func (c *Client) Put(ctx context.Context, path string, body any) error {
	return c.Do(ctx, Request{Method: http.MethodPut, Path: path, Body: body}, nil)
}

// Patch changes a resource.
func (c *Client) Patch(ctx context.Context, path string, body any) error {
	return c.Do(ctx, Request{Method: http.MethodPatch, Path: path, Body: body}, nil)
}

// Delete removes a resource.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: path}, nil)
}

// Request is a request that has more to it than the common ones.
type Request struct {
	Method string
	Path   string // from the base on, escaped
	Query  url.Values
	Header http.Header
	Body   any // nil, or what encoding/json can write
}

// maxAnswer bounds what is read of one answer.
const maxAnswer = 256 << 20

// Do sends a request and decodes the answer into dst, if that is not nil. A *json.RawMessage takes it as it came.
func (c *Client) Do(ctx context.Context, q Request, dst any) error {
	var body []byte
	if q.Body != nil {
		var err error
		if body, err = json.Marshal(q.Body); err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
	}
	res, err := c.repeat(ctx, q, body)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // the answer has been read by then
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return c.unreachable(ctx, err)
	case len(raw) > maxAnswer:
		return hospes.Internal("graphclient.Do", fmt.Errorf("the answer to %s %s is larger than %d bytes", q.Method, q.Path, maxAnswer))
	case dst == nil || len(raw) == 0:
		return nil
	}
	if err := json.Unmarshal(raw, dst); err != nil {
		return hospes.Internal("graphclient.Do", fmt.Errorf("the answer to %s %s is not what it should be: %w", q.Method, q.Path, err))
	}
	return nil
}

// repeat sends a request until it gets an answer that is not to come back later.
func (c *Client) repeat(ctx context.Context, q Request, body []byte) (*http.Response, error) {
	for try := 0; ; try++ {
		var reader io.Reader
		if body != nil {
			reader = bytes.NewReader(body)
		}
		res, err := c.send(ctx, q, reader, "application/json")
		var refusal *Error
		if err == nil || try >= c.tries || !errors.As(err, &refusal) || !refusal.repeatable() {
			return res, err
		}
		if err := c.wait(ctx, max(refusal.RetryAfter, time.Second)); err != nil {
			return nil, err
		}
	}
}

// Stream sends body as it is and gives the answer to read as it comes. The caller closes it.
func (c *Client) Stream(ctx context.Context, q Request, contentType string, body io.Reader) (io.ReadCloser, error) {
	if c.tokens != nil { // a body can be sent once only, so the token must be good beforehand
		if _, err := c.tokens.get(ctx); err != nil {
			return nil, err
		}
	}
	res, err := c.send(ctx, q, body, contentType)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// send makes one exchange. A token that the server no longer takes is replaced once, where the request can be sent
// again.
func (c *Client) send(ctx context.Context, q Request, body io.Reader, contentType string) (*http.Response, error) {
	for first := true; ; first = false {
		req, err := c.request(ctx, q, body, contentType)
		if err != nil {
			return nil, err
		}
		used := ""
		if c.tokens != nil {
			if used, err = c.tokens.get(ctx); err != nil {
				return nil, err
			}
			req.Header.Set("Authorization", "Bearer "+used)
		}
		res, err := c.http.Do(req)
		if err != nil {
			return nil, c.unreachable(ctx, err)
		}
		if res.StatusCode < 300 {
			return res, nil
		}
		refusal := readError(res, q)
		rewind, again := body.(io.Seeker)
		if !first || res.StatusCode != http.StatusUnauthorized || c.tokens == nil || body != nil && !again {
			return nil, refusal
		}
		c.tokens.drop(used)
		if again {
			if _, err := rewind.Seek(0, io.SeekStart); err != nil {
				return nil, refusal
			}
		}
	}
}

func (c *Client) request(ctx context.Context, q Request, body io.Reader, contentType string) (*http.Request, error) {
	target := strings.TrimRight(c.base.String(), "/") + q.Path
	if len(q.Query) > 0 {
		// Some servers read "+" in a query as itself; %20 means a space to all.
		target += "?" + strings.ReplaceAll(q.Query.Encode(), "+", "%20")
	}
	req, err := http.NewRequestWithContext(ctx, q.Method, target, body)
	if err != nil {
		return nil, hospes.Invalidf("graphclient.Do", "'%s' is not a path.", q.Path)
	}
	for name, values := range q.Header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Accept", "application/json")
	if c.agent != "" {
		req.Header.Set("User-Agent", c.agent)
	}
	return req, nil
}

// wait passes time, unless the caller gives up before.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

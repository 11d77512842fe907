package graphclient

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/hospes-dev/hospes"
)

// Page is one page of a collection, with its items as they came.
type Page struct {
	Context   string            `json:"@odata.context"`
	Count     *int64            `json:"@odata.count"`
	NextLink  string            `json:"@odata.nextLink"`
	DeltaLink string            `json:"@odata.deltaLink"`
	Value     []json.RawMessage `json:"value"`
}

// Pages reads a collection page by page for as long as the loop goes on. An error is the last thing it gives.
func (c *Client) Pages(ctx context.Context, path string, query url.Values, headers ...http.Header) iter.Seq2[Page, error] {
	q := Request{Method: http.MethodGet, Path: path, Query: query}
	for _, h := range headers {
		q.Header = h
	}
	return func(yield func(Page, error) bool) {
		for {
			var page Page
			if err := c.Do(ctx, q, &page); err != nil {
				yield(Page{}, err)
				return
			}
			if !yield(page, nil) || page.NextLink == "" {
				return
			}
			next, err := c.follow(page.NextLink)
			if err == nil && next.Path == q.Path && next.Query.Encode() == q.Query.Encode() {
				err = hospes.Internal("graphclient.Pages", errSamePage)
			}
			if err != nil {
				yield(Page{}, err)
				return
			}
			next.Header = q.Header
			q = next
		}
	}
}

// Items reads a collection item by item.
func (c *Client) Items(ctx context.Context, path string, query url.Values) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for page, err := range c.Pages(ctx, path, query) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Value {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

type pageError string

func (e pageError) Error() string { return string(e) }

const errSamePage = pageError("a page names itself as the next one")

// follow turns a link into a request. The host of the link is not gone to: the server may know itself under another
// name than this client does, and a token is for nobody else.
func (c *Client) follow(link string) (Request, error) {
	u, err := url.Parse(link)
	if err != nil {
		return Request{}, hospes.Internal("graphclient.Pages", err)
	}
	path := strings.TrimPrefix(u.EscapedPath(), strings.TrimRight(c.base.EscapedPath(), "/"))
	return Request{Method: http.MethodGet, Path: path, Query: u.Query()}, nil
}

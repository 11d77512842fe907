package odata

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// Encode writes the options as a raw query in a fixed order, which [ParseQuery] reads back. A next link is the address
// of the request with the query encoded after its SkipToken was set.
func (q Query) Encode() string {
	var parts []string
	for _, o := range q.list() {
		if o.value != "" {
			// A space as %20 survives clients that take the plus sign for itself.
			parts = append(parts, "$"+o.name+"="+strings.ReplaceAll(url.QueryEscape(o.value), "+", "%20"))
		}
	}
	return strings.Join(parts, "&")
}

type option struct {
	name, value string
	shapes      bool // part of what the result is, not of which page of it
}

func (q Query) list() []option {
	filter, search, top, count := "", "", "", ""
	if q.Search != nil {
		search = q.Search.String()
	}
	if q.Filter != nil {
		filter = q.Filter.String()
	}
	if q.Top != 0 {
		top = strconv.Itoa(q.Top)
	}
	if q.Count {
		count = "true"
	}
	return []option{
		{"select", strings.Join(q.Select, ","), true},
		{"filter", filter, true},
		{"orderby", joinStrings(q.OrderBy), true},
		{"search", search, true},
		{"expand", joinStrings(q.Expand), true},
		{"count", count, true},
		{"format", q.Format, false},
		{"top", top, false},
		{"deltatoken", q.DeltaToken, false},
		{"skiptoken", q.SkipToken, false},
	}
}

func joinStrings[T interface{ String() string }](list []T) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = v.String()
	}
	return strings.Join(texts, ",")
}

// Fingerprint is a hash of what the query selects and shows, without $top and the tokens: a page token carries it and
// is good for no other query. It does not depend on spacing, on the order of the options, or on the case of keywords.
func (q Query) Fingerprint(m Mode) string {
	h := sha256.New()
	for _, o := range q.list() {
		if !o.shapes {
			continue
		}
		value := o.value
		if o.name == "select" || o.name == "orderby" || o.name == "expand" {
			value = strings.ToLower(value)
		}
		// The length keeps one option's text from reading as the start of the next.
		h.Write([]byte(strconv.Itoa(len(value)) + ":" + value))
	}
	if m.Advanced {
		h.Write([]byte("advanced"))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

package graphapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// defaultPage is the size of a page that nobody asked to be different.
const defaultPage = 100

// maxPage is with how many bytes of documents a page ends before it has as many objects as were asked for. People have one or
// two thousand bytes each, applications up to hospes.MaxObject.
const maxPage = 4 << 20

// expandedPage is how many objects a page has that shows up to maxExpanded others with each.
const expandedPage = 100

// listing is a collection of objects that a request asks for.
type listing struct {
	schema  *hospes.Schema
	mixed   []*hospes.Schema // what there may be where there is no one schema
	context string
	via     *store.Via
	bin     store.Bin

	references bool // only the addresses of the objects are answered
}

// position is where a page begins. It is handed out signed, and bound to the query that it belongs to.
type position struct {
	Text     string        `json:"t,omitempty"`
	Number   hospes.Number `json:"n"`
	Advanced bool          `json:"a,omitempty"`
	Print    string        `json:"p"`
}

// list answers with a page.
func (c *call) list(l listing) error {
	q, mode, err := c.query()
	if err != nil {
		return err
	}
	if len(q.Expand) > 0 && (mode.Advanced || l.bin != store.Live) {
		return unsupportedQuery("graphapi.list")
	}
	var after store.Cursor
	if q.SkipToken != "" {
		var p position
		if err := c.openToken(q.SkipToken, "skip", &p); err != nil {
			return err
		}
		mode.Advanced = mode.Advanced || p.Advanced // the header is not carried in a next link (graph-wire 1.4)
		if p.Print != q.Fingerprint(mode) {
			return badPageToken()
		}
		after = store.Cursor{Text: p.Text, Number: p.Number}
	}
	query, s, err := c.storeQuery(l, q, mode)
	if err != nil {
		return err
	}
	query.After = after
	query.Brief = c.spliced(l, s)
	var page store.Page
	var count *int64
	err = c.view(func(r store.Reader) (err error) {
		if page, err = r.List(query); err != nil {
			return err
		}
		if c.hides(l.via) {
			page.Documents = withoutHidden(page.Documents)
		}
		if err := s.aside(r, page.Documents); err != nil {
			return err
		}
		if q.Count && mode.Advanced && q.SkipToken == "" {
			n, err := c.countOf(r, query)
			count = &n
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	next := ""
	if page.Next != nil {
		token := c.sealToken("skip", position{page.Next.Text, page.Next.Number, mode.Advanced, q.Fingerprint(mode)})
		next = c.nextLink("$skiptoken", token)
	}
	s.references = l.references
	return c.writePage(l.context, s, page.Documents, count, next)
}

// spliced tells that the answer is made of cards as they are kept, of which the caller sees the whole.
func (c *call) spliced(l listing, s shape) bool {
	return l.schema != nil && s.selected == nil && !s.all && !l.references && c.seeing(l.schema).whole
}

// preferredPage is how many objects a page has for a client that has not asked for so many by $top: what it prefers, if it
// says so.
func (c *call) preferredPage() int {
	for _, preference := range c.r.Header.Values("Prefer") {
		for item := range strings.SplitSeq(preference, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
			n, err := strconv.Atoi(strings.TrimSpace(value))
			if strings.EqualFold(strings.TrimSpace(name), "odata.maxpagesize") && err == nil && n > 0 {
				n = min(n, odata.MaxTop)
				c.w.Header().Set("Preference-Applied", "odata.maxpagesize="+strconv.Itoa(n))
				return n
			}
		}
	}
	return defaultPage
}

// storeQuery turns the options of a request into a query of the store.
func (c *call) storeQuery(l listing, q odata.Query, mode odata.Mode) (store.Query, shape, error) {
	query := store.Query{Schema: l.schema, Bin: l.bin, Via: l.via, Limit: q.Top, Bytes: maxPage}
	if q.Search != nil && l.bin != store.Live {
		return query, shape{}, unsupportedQuery("graphapi.list")
	}
	if query.Limit == 0 {
		query.Limit = c.preferredPage()
	}
	if err := c.checkSight(q, l.mixed...); err != nil {
		return query, shape{}, err
	}
	s, err := c.shapeOf(l.schema, q)
	if err != nil {
		return query, s, err
	}
	if s.activity {
		query.Limit = min(query.Limit, activityPage)
	}
	if s.expand != nil && !s.expand.one {
		query.Limit = min(query.Limit, expandedPage)
	}
	if query.Filter, err = q.CheckFilter(s.queried, mode); err != nil {
		return query, s, err
	}
	if l.via != nil && !mode.Advanced && (len(q.OrderBy) > 0 || q.Filter != nil && !asksForID(query.Filter.Root)) {
		return query, s, unsupportedQuery("graphapi.list") // relations are queried in advanced mode (graph-wire 1.6)
	}
	order, err := q.CheckOrderBy(s.queried, mode)
	if err != nil {
		return query, s, err
	}
	if len(order) > 1 {
		return query, s, &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.list", Code: hospes.CodeUnsupportedQuery, Message: "Only one property can be sorted by."}
	}
	if q.Search != nil && order == nil {
		query.Order.By = classOr(l.schema).Property("displayName")
	}
	for _, o := range order {
		query.Order = store.Order{By: classOr(l.schema).Property(o.Path), Descending: o.Desc}
	}
	if by := query.Order.By; l.bin == store.InBin && (by == nil || by.Name == "deletedDateTime") {
		query.Order = store.Order{Deleted: true, Descending: query.Order.Descending} // there is an index, and it holds the bin alone
	}
	return query, s, nil
}

// asksForID tells that a condition is about the id alone: whether somebody is a member can be asked plainly.
func asksForID(p odata.Predicate) bool {
	switch p := p.(type) {
	case odata.Compare:
		return p.Path == "id"
	case odata.In:
		return p.Path == "id"
	case odata.Const:
		return true
	}
	return false
}

// classOr gives the class whose properties stand for those of objects of any class.
func classOr(schema *hospes.Schema) *hospes.Schema {
	if schema == nil {
		return hospes.UserSchema
	}
	return schema
}

func badPageToken() error {
	return hospes.Invalidf("graphapi.list", "The specified page token is invalid.")
}

// sealToken writes a position so that it can be handed out: nobody can make one up, or use it for another purpose, tenant
// or collection. The alphabet survives any re-encoding of an address.
func (c *call) sealToken(purpose string, v any) string { return c.seal(c.caller.Tenant, purpose, v) }

// seal is sealToken for another tenant, or for all of them.
func (c *call) seal(tenant hospes.TenantID, purpose string, v any) string {
	text := raw(v)
	return base64.RawURLEncoding.EncodeToString(append(c.mac(tenant, purpose, text), text...))
}

const macSize = 16

func (c *call) mac(tenant hospes.TenantID, purpose string, text []byte) []byte {
	h := hmac.New(sha256.New, c.api.TokenKey)
	h.Write(tenant.Bytes())
	for _, part := range append([]string{purpose, c.route.Key}, c.keys...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part)))) // so that no part can be read as two
		h.Write([]byte(part))
	}
	h.Write(text)
	return h.Sum(nil)[:macSize]
}

func (c *call) openToken(token, purpose string, dst any) error {
	return c.openSealed(c.caller.Tenant, token, purpose, dst)
}

// openSealed reads what [call.seal] wrote for the same tenant.
func (c *call) openSealed(tenant hospes.TenantID, token, purpose string, dst any) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != token || len(raw) <= macSize || !hmac.Equal(raw[:macSize], c.mac(tenant, purpose, raw[macSize:])) {
		return badPageToken()
	}
	if json.Unmarshal(raw[macSize:], dst) != nil {
		return badPageToken()
	}
	return nil
}

// nextLink is the address of the same request with a token in place of the one it came with.
func (c *call) nextLink(option, token string) string {
	values := url.Values{}
	for pair := range strings.SplitSeq(c.r.URL.RawQuery, "&") { // url.Values would lose $expand with its semicolons
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, err := url.QueryUnescape(value)
		switch strings.ToLower(strings.TrimPrefix(name, "$")) {
		case "", "skiptoken", "deltatoken":
			continue
		}
		if nameErr == nil && err == nil {
			values.Add(name, value)
		}
	}
	values.Set(option, token)
	return c.origin + c.r.URL.EscapedPath() + "?" + values.Encode()
}

// writePage answers with a collection.
func (c *call) writePage(context string, s shape, docs []hospes.Document, count *int64, next string) error {
	b := make([]byte, 0, 512*(len(docs)+1))
	b = c.openPage(b, contextOf(context, s), count)
	if next != "" {
		b = hospes.AppendQuoted(append(b, `"@odata.nextLink":`...), next)
		b = append(b, ',')
	}
	b = append(b, `"value":[`...)
	for i, d := range docs {
		if i > 0 {
			b = append(b, ',')
		}
		if s.references {
			b = c.appendReference(b, d)
			continue
		}
		var err error
		if b, err = s.render(b, d, ""); err != nil {
			return err
		}
	}
	return c.write(http.StatusOK, append(b, ']', '}'))
}

// openPage begins the envelope of a collection.
func (c *call) openPage(b []byte, context string, count *int64) []byte {
	b = append(b, '{')
	if !c.bare {
		b = hospes.AppendQuoted(append(b, `"@odata.context":`...), c.context(context))
		b = append(b, ',')
	}
	if count != nil {
		b = strconv.AppendInt(append(b, `"@odata.count":`...), *count, 10)
		b = append(b, ',')
	}
	return b
}

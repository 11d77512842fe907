package graphapi

import (
	"bytes"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// queried does to an answer of values what the query asks for and the handler has not done: routes say what they show;
// others are answered whole. What cannot be done is refused, never passed over.
func (c *call) queried(answer []byte) ([]byte, error) {
	if c.route.Shows == "" || c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return answer, nil
	}
	q, mode, err := c.query()
	if err != nil {
		return nil, err
	}
	if q.Search != nil {
		return nil, unsupportedQuery("graphapi.queried")
	}
	if len(q.Expand) > 0 && !c.route.Expands {
		return nil, noProperty(q.Expand[0].Navigation, c.route.Shows)
	}
	if len(q.Select) == 0 && (c.route.Paged == pagedAndFiltered || q.Filter == nil && len(q.OrderBy)+q.Top+len(q.SkipToken) == 0 && !mode.Advanced) {
		return answer, nil
	}
	chosen := q.Select
	for _, e := range q.Expand {
		if len(chosen) > 0 { // what is expanded stays beside what is selected
			chosen = append(slices.Clip(chosen), e.Navigation)
		}
	}
	whole, err := membersOf(answer)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(whole, func(m member) bool { return m.name == "value" && bytes.HasPrefix(m.raw, []byte{'['}) })
	if at < 0 {
		if q.Filter != nil || len(q.OrderBy) > 0 { // as of one object of the directory
			return nil, unsupportedQuery("graphapi.queried")
		}
		items := []json.RawMessage{answer}
		err = pick(items, chosen, c.route.Shows)
		return items[0], err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(whole[at].raw, &items); err != nil {
		return nil, err
	}
	var more []member
	if c.route.Paged != pagedAndFiltered {
		if items, more, err = c.sift(q, mode, items); err != nil {
			return nil, err
		}
	}
	if err := pick(items, chosen, c.route.Shows); err != nil {
		return nil, err
	}
	whole[at].raw = raw(items)
	return object(slices.Insert(whole, at, more...)), nil
}

// valuePosition is where a page of values goes on: after the value of a key.
type valuePosition struct {
	After string `json:"a"`
}

// sift filters and sorts values, and gives a page of them with what has to be said beside it.
func (c *call) sift(q odata.Query, mode odata.Mode, items []json.RawMessage) (kept []json.RawMessage, more []member, err error) {
	schema := valueSchemas[c.route.Shows]
	if schema == nil && (q.Filter != nil || len(q.OrderBy) > 0) || c.route.Paged == paged && len(q.OrderBy) > 0 {
		return nil, nil, unsupportedQuery("graphapi.sift")
	}
	if schema == nil {
		return items, nil, nil
	}
	filter, err := q.CheckFilter(schema, odata.Mode{Advanced: true}) // whatever works on values works plainly
	if err != nil {
		return nil, nil, err
	}
	order, err := q.CheckOrderBy(schema, odata.Mode{Advanced: true})
	if err != nil {
		return nil, nil, err
	}
	records := make([]valueRecord, 0, len(items))
	for _, item := range items {
		r := valueRecord{schema: schema, raw: item}
		if err := json.Unmarshal(item, &r.value); err != nil {
			return nil, nil, err
		}
		if filter.Match(r) {
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, func(a, b valueRecord) int { return a.compare(b, order) })
	if mode.Advanced && c.route.Paged == "" && q.SkipToken == "" {
		more = append(more, member{name: "@odata.count", raw: raw(len(records))})
	}
	if c.route.Paged == "" {
		var next string
		if records, next, err = c.pageOf(records, q); err != nil {
			return nil, nil, err
		}
		if next != "" {
			more = append(more, member{name: "@odata.nextLink", raw: raw(next)})
		}
	}
	kept = make([]json.RawMessage, len(records))
	for i, r := range records {
		kept[i] = r.raw
	}
	return kept, more, nil
}

// pageOf gives the page that the query asks for. It goes on after the value that ended the page before; where that is gone,
// nobody knows where it stood.
func (c *call) pageOf(records []valueRecord, q odata.Query) (page []valueRecord, next string, err error) {
	if q.SkipToken != "" {
		var p valuePosition
		if err := c.openToken(q.SkipToken, "values", &p); err != nil {
			return nil, "", err
		}
		at := slices.IndexFunc(records, func(r valueRecord) bool { return r.key() == p.After })
		if at < 0 {
			return nil, "", &hospes.Error{
				Kind: hospes.KindInvalid, Op: "graphapi.pageOf", Code: "Directory_ExpiredPageToken",
				Message: "The specified page token value has expired and can no longer be included in your request.",
			}
		}
		records = records[at+1:]
	}
	if q.Top == 0 || len(records) <= q.Top {
		return records, "", nil
	}
	return records[:q.Top], c.nextLink("$skiptoken", c.sealToken("values", valuePosition{records[q.Top-1].key()})), nil
}

// valueRecord shows a value to a filter.
type valueRecord struct {
	schema *odata.Schema
	raw    json.RawMessage
	value  map[string]any
}

// key is what tells a value from the others of its list.
func (r valueRecord) key() string {
	for _, name := range []string{"id", "tenantId"} {
		if text, ok := r.value[name].(string); ok {
			return text
		}
	}
	return ""
}

// at gives what a path leads to.
func (r valueRecord) at(path string) any {
	var v any = r.value
	for name := range strings.SplitSeq(path, "/") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// Text implements odata.Record.
func (r valueRecord) Text(path string) (string, bool) {
	switch v := r.at(path).(type) {
	case bool:
		if v {
			return string(hospes.True), true
		}
		return string(hospes.False), true
	case float64:
		return hospes.CanonicalInteger(int64(v)), true
	case string:
		if ref, err := r.schema.Resolve(strings.Split(path, "/")...); err == nil && ref.Property.Type == odata.DateTime {
			at, err := time.Parse(time.RFC3339Nano, v)
			return hospes.CanonicalTime(at), err == nil
		}
		return hospes.Fold(v), true
	}
	return "", false
}

// Elements implements odata.Record.
func (r valueRecord) Elements(path string) iter.Seq[odata.Record] {
	list, _ := r.at(path).([]any)
	return func(yield func(odata.Record) bool) {
		for _, item := range list {
			if text, ok := item.(string); ok && !yield(odata.Element(hospes.Fold(text))) {
				return
			}
		}
	}
}

// compare orders values; what is absent comes first.
func (r valueRecord) compare(other valueRecord, order []odata.Order) int {
	for _, o := range order {
		a, _ := r.Text(o.Path)
		b, _ := other.Text(o.Path)
		if n := strings.Compare(a, b); n != 0 {
			if o.Desc {
				return -n
			}
			return n
		}
	}
	return 0
}

// writeList answers with a collection of values that are no objects of the directory.
func (c *call) writeList(context string, list any, next string) error {
	if next == "" {
		return c.writeValue(http.StatusOK, context, struct {
			Value any `json:"value"`
		}{list})
	}
	return c.writeValue(http.StatusOK, context, struct {
		Next  string `json:"@odata.nextLink"`
		Value any    `json:"value"`
	}{next, list})
}

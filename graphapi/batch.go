package graphapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hospes-dev/hospes"
)

// batchKey is the one route that leads to others.
const batchKey = "POST /$batch"

var batchRoutes = []Route{{Key: batchKey, handle: (*call).batch}}

// maxSteps is how many requests one batch may hold (graph-wire 3).
const maxSteps = 20

// maxField bounds whatever a step says but its body.
const maxField = 64 << 10

// step is one request of a batch.
type step struct {
	id        string
	method    string
	url       string
	headers   http.Header
	body      json.RawMessage // nil where there is none
	dependsOn []string
	after     []int // the steps that it depends on, by their place
}

// batch answers several requests at once: one after another, each through everything that a request of its own goes
// through but the proof of who calls. What a step answers is written before the next one runs, so that no more than one
// answer is held at a time; clients take them in any order.
func (c *call) batch() error {
	if c.inBatch {
		return badBatch("A batch cannot be a step of another batch.")
	}
	steps, err := stepsOf(c.body)
	if err != nil {
		return err
	}
	order, err := inOrder(steps)
	if err != nil {
		return err
	}
	out, done := c.stream(http.StatusOK)
	defer done()
	failed := make([]bool, len(steps))
	head := `{"responses":[`
	answer := &stepAnswer{}
	for _, i := range order {
		answer.reset()
		c.take(steps[i], slices.ContainsFunc(steps[i].after, func(j int) bool { return failed[j] }), answer)
		failed[i] = answer.status >= http.StatusBadRequest
		_, _ = io.WriteString(out, head) // a client that went away needs no answer
		answer.writeTo(out, steps[i].id)
		head = ","
	}
	if len(order) == 0 {
		_, _ = io.WriteString(out, head)
	}
	_, _ = io.WriteString(out, "]}")
	return nil
}

// take runs one step, unless what it depends on has failed.
func (c *call) take(s step, failed bool, answer *stepAnswer) {
	request, err := c.requestOf(s)
	inner := *c // whoever calls was proven once for all steps
	if err != nil || failed {
		request = c.r
	}
	inner.begin(answer, request)
	inner.inBatch = true
	defer inner.recover()
	switch {
	case failed:
		err = &hospes.Error{Kind: hospes.KindPrecondition, Op: "graphapi.batch", Code: codeDependency, Message: "Failed Dependency"}
	case err == nil:
		if err = inner.findRoute(); err == nil {
			err = inner.proceed()
		}
	}
	if err != nil {
		inner.fail(err)
	}
}

// requestOf makes a request of a step, as if it had come by itself.
func (c *call) requestOf(s step) (*http.Request, error) {
	if strings.Contains(s.url, "://") || strings.HasPrefix(s.url, "//") {
		return nil, badBatch("The url of step '%s' must be relative to the service root.", s.id)
	}
	address, err := url.Parse("/" + c.version + "/" + lenient(strings.TrimPrefix(s.url, "/")))
	if err != nil {
		return nil, badBatch("The url of step '%s' cannot be read.", s.id)
	}
	r := c.r.Clone(c.ctx())
	r.Method, r.URL, r.Header, r.Body, r.ContentLength = s.method, address, s.headers, http.NoBody, 0
	if s.headers.Get("client-request-id") == "" {
		s.headers.Set("client-request-id", c.clientRequestID)
	}
	for _, own := range []string{"Authorization", "Accept-Encoding", "Content-Encoding"} {
		s.headers.Del(own) // those of the batch count
	}
	if s.body == nil {
		return r, nil
	}
	media := s.headers.Get("Content-Type")
	if media == "" {
		return nil, badBatch("Write request id : %s does not contain Content-Type header or body.", s.id)
	}
	body := []byte(s.body)
	if !isJSON(media) {
		var text string
		if json.Unmarshal(s.body, &text) == nil {
			body, err = base64.StdEncoding.DecodeString(text)
		}
		if text == "" || err != nil {
			return nil, badBatch("The body of step '%s' must be base64 text, as it is no JSON.", s.id)
		}
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r, nil
}

// lenient encodes what may not stand in an address as it is: the addresses of steps come encoded, or not at all.
func lenient(address string) string {
	const allowed = "-._~!$&'()*+,;=:@/?[]"
	var b strings.Builder
	query := false
	for i := 0; i < len(address); i++ {
		switch at := address[i]; {
		case at == '%' && i+2 < len(address) && isHex(address[i+1]) && isHex(address[i+2]),
			at >= 'a' && at <= 'z', at >= 'A' && at <= 'Z', at >= '0' && at <= '9',
			strings.IndexByte(allowed, at) >= 0 && (at != '?' || !query):
			b.WriteByte(at)
			query = query || at == '?'
		default:
			fmt.Fprintf(&b, "%%%02X", at)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// codeDependency is the code of a step that was not run because what it depends on has failed.
const codeDependency = "FailedDependency"

// stepAnswer takes in what a step answers.
type stepAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *stepAnswer) reset() {
	a.header, a.status = http.Header{}, 0
	a.body.Reset()
}

// Header implements [http.ResponseWriter].
func (a *stepAnswer) Header() http.Header { return a.header }

// WriteHeader implements [http.ResponseWriter].
func (a *stepAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements [http.ResponseWriter].
func (a *stepAnswer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

// ofTransport are headers that say something about the connection, or that the batch itself has.
var ofTransport = []string{"Vary", "Client-Request-Id"}

// spelled gives the name of a header as it is documented: some readers of the JSON look for just that.
func spelled(name string) string {
	switch {
	case name == "Odata-Version":
		return "OData-Version"
	case name == "Request-Id", strings.HasPrefix(name, "X-Ms-"):
		return strings.ToLower(name)
	}
	return name
}

// writeTo writes the answer as a member of the batch's.
func (a *stepAnswer) writeTo(w io.Writer, id string) {
	headers := map[string]string{}
	for name, values := range a.header {
		if !slices.Contains(ofTransport, name) {
			headers[spelled(name)] = strings.Join(values, ", ")
		}
	}
	b := hospes.AppendQuoted([]byte(`{"id":`), id)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(a.status), 10)
	b = append(append(b, `,"headers":`...), raw(headers)...)
	_, _ = w.Write(b)
	if a.body.Len() > 0 {
		_, _ = io.WriteString(w, `,"body":`)
		if isJSON(a.header.Get("Content-Type")) {
			_, _ = w.Write(a.body.Bytes())
		} else {
			_, _ = w.Write(raw(a.body.Bytes())) // base64, as JSON writes bytes
		}
	}
	_, _ = io.WriteString(w, "}")
}

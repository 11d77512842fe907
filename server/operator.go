package server

import (
	"io"
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/token"
)

// Operator gives a transport that reaches the handlers in this process and acts as the operator within a tenant; the
// zero id stands for the operator's own. Nothing goes over a network.
func (i *Instance) Operator(tenant hospes.TenantID) http.RoundTripper {
	if tenant.IsZero() {
		tenant = i.system.ID
	}
	return inProcess{i.handler, token.Caller{Tenant: tenant, DisplayName: "hospes operator"}}
}

type inProcess struct {
	handler http.Handler
	caller  token.Caller
}

// RoundTrip implements http.RoundTripper. The answer streams: a long import tells of its progress while it runs.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	body, writer := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: writer, started: make(chan struct{})}
	request := r.Clone(graphapi.WithCaller(r.Context(), t.caller))
	request.RequestURI = r.URL.RequestURI()
	request.RemoteAddr = "in-process"
	if request.Body == nil {
		request.Body = http.NoBody
	}
	go func() {
		t.handler.ServeHTTP(w, request)
		w.WriteHeader(http.StatusOK) // where nothing was written at all
		_ = writer.Close()           // an end without an error
	}()
	<-w.started
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: body, ContentLength: -1, Request: r,
	}, nil
}

// pipeWriter is the answer of a handler in the same process.
type pipeWriter struct {
	header  http.Header
	sent    http.Header
	status  int
	body    *io.PipeWriter
	started chan struct{}
}

// Header implements http.ResponseWriter.
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *pipeWriter) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status, w.sent = status, w.header.Clone()
	close(w.started)
}

// Write implements http.ResponseWriter.
func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush implements http.Flusher; a pipe holds nothing back.
func (w *pipeWriter) Flush() { w.WriteHeader(http.StatusOK) }

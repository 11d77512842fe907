package graphapi

import (
	"compress/gzip"
	"io"
	"strings"
	"sync"
)

// jsonType is the type of an answer, with the annotations that it has.
func (c *call) jsonType() string {
	level := "minimal"
	switch {
	case c.bare:
		level = "none"
	case c.full:
		level = "full"
	}
	return "application/json;odata.metadata=" + level + ";odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
}

// zipWorth is the size from which on an answer is worth compressing.
const zipWorth = 1024

// zippers are writers of gzip at rest: each has tables of hundreds of kilobytes.
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// write answers with a body.
func (c *call) write(status int, body []byte) error {
	if len(body) > zipWorth {
		out, done := c.stream(status)
		_, _ = out.Write(body) // a client that went away needs no answer
		done()
		return nil
	}
	c.w.Header().Set("Content-Type", c.jsonType())
	c.w.WriteHeader(status)
	_, _ = c.w.Write(body)
	return nil
}

// stream begins an answer that is written piece by piece, compressed where the client takes that. done ends it.
func (c *call) stream(status int) (out io.Writer, done func()) {
	return c.streamOf(status, c.jsonType())
}

// streamOf is stream of another type.
func (c *call) streamOf(status int, media string) (out io.Writer, done func()) {
	h := c.w.Header()
	h.Set("Content-Type", media)
	if !takesGzip(c.r.Header.Get("Accept-Encoding")) {
		c.w.WriteHeader(status)
		return c.w, func() {}
	}
	h.Set("Content-Encoding", "gzip")
	c.w.WriteHeader(status)
	zipped := zippers.Get().(*gzip.Writer)
	zipped.Reset(c.w)
	return zipped, func() {
		_ = zipped.Close() // a client that went away needs no answer
		zippers.Put(zipped)
	}
}

// takesGzip reads Accept-Encoding: gzip counts unless it is refused with a weight of zero.
func takesGzip(accepted string) bool {
	for offer := range strings.SplitSeq(strings.ToLower(accepted), ",") {
		coding, weight, _ := strings.Cut(offer, ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		q, weighted := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		return !weighted || strings.Trim(q, "0.") != ""
	}
	return false
}

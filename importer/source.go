package importer

import (
	"bytes"
	"errors"
	"io"

	"github.com/hospes-dev/hospes"
)

// errLong says that a line was longer than the limit; the source has passed it.
var errLong = errors.New("line too long")

// chunk is how much is asked of the input at a time.
const chunk = 64 << 10

// source cuts an input into physical lines and remembers what was taken since the last mark, so that a CSV record that
// turns out to be broken can be read again from its second line. Where lines end never depends on how the input
// happens to arrive.
type source struct {
	r     io.Reader
	limit int

	buf            []byte
	mark, pos, end int   // buf[mark:pos] was taken since the mark, buf[pos:end] is read ahead
	base           int64 // bytes of the input before buf[0]
	line           int   // number of the line that was taken last
	head           byte  // how the last line that was too long begins
	err            error // what the input ended with
}

func newSource(r io.Reader, limit int) source {
	return source{r: r, limit: limit}
}

// next gives the next line without its end. The text is good until the next call.
func (s *source) next() ([]byte, error) {
	if s.line == 0 && s.base == 0 && s.pos == 0 {
		if err := s.begin(); err != nil {
			return nil, err
		}
	}
	scanned := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+scanned:s.end], '\n'); i >= 0 {
			return s.take(scanned+i, 1)
		}
		scanned = s.end - s.pos
		switch {
		case scanned > s.limit:
			return nil, s.discard()
		case s.err == nil:
			s.fill()
		case s.err != io.EOF:
			return nil, unreadable(opNext, s.err)
		case scanned == 0:
			return nil, io.EOF
		default:
			return s.take(scanned, 0)
		}
	}
}

// begin passes a byte order mark, and refuses the two that announce another encoding than UTF-8.
func (s *source) begin() error {
	for s.end < len(byteOrderMark) && s.err == nil {
		s.fill()
	}
	head := s.buf[:s.end]
	switch {
	case bytes.HasPrefix(head, byteOrderMark):
		s.pos = len(byteOrderMark)
		s.release()
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		s.err = hospes.Invalidf(opNext, "The file is in UTF-16. Save it as UTF-8.")
		return s.err
	}
	return nil
}

// take gives n bytes of text and passes the end of the line after them.
func (s *source) take(n, ending int) ([]byte, error) {
	text := s.buf[s.pos : s.pos+n]
	s.pos += n + ending
	s.line++
	if n > s.limit {
		s.head = text[0]
		return nil, errLong
	}
	if n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	return text, nil
}

// discard passes the rest of a line that is too long without holding it. It moves the mark behind the line.
func (s *source) discard() error {
	s.head = s.buf[s.pos]
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '\n')
		if i >= 0 {
			s.pos += i + 1
		} else {
			s.pos = s.end
		}
		s.release()
		switch {
		case i >= 0 || s.err == io.EOF:
			s.line++
			return errLong
		case s.err != nil:
			return unreadable(opNext, s.err)
		}
		s.fill()
	}
}

// release sets the mark: what was taken before need not be kept.
func (s *source) release() { s.mark = s.pos }

// taken gives what was taken since the mark, line ends included.
func (s *source) taken() []byte { return s.buf[s.mark:s.pos] }

// rewind goes back to n bytes after the mark, where the given number of lines were taken.
func (s *source) rewind(n, line int) {
	s.pos, s.line = s.mark+n, line
	s.release()
}

// consumed tells how many bytes of the input were taken.
func (s *source) consumed() int64 { return s.base + int64(s.pos) }

// fill reads more behind the end, making room first: by moving what is held to the front where that frees half of the
// buffer, else by a larger buffer, so that moving costs no more than reading did.
func (s *source) fill() {
	if s.end == len(s.buf) {
		held := s.end - s.mark
		to := s.buf
		if held > len(s.buf)/2 || len(s.buf) == 0 {
			to = make([]byte, max(chunk, 2*len(s.buf)))
		}
		copy(to, s.buf[s.mark:s.end])
		s.base += int64(s.mark)
		s.pos -= s.mark
		s.buf, s.mark, s.end = to, 0, held
	}
	const patience = 100
	for range patience {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

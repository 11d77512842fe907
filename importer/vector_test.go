package importer

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/hospes-dev/hospes"
)

// TestVectors runs the files of testdata. Each test is the text of a file and what a reader makes of it:
//
//	ldif                 reads the text as LDIF
//	csv                  reads the text as CSV
//	open                 lets the program find out which it is
//	key                  prints the key of each line, taken as a distinguished name
//
// The arguments record=N and line=N set the limits, name=FILE the name of the file, ignore-unknown passes over columns
// that nobody knows, crlf writes every line end as CR LF. In the text, <00> stands for the byte with that number,
// <base64 …> for a text in base64, <hex …> for bytes in base64, <long N> for N times x, and "\" at the end of the
// text for a missing last line end.
func TestVectors(t *testing.T) {
	datadriven.Walk(t, "testdata/read", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var o Options
			d.MaybeScanArgs(t, "record", &o.MaxRecord)
			d.MaybeScanArgs(t, "line", &o.MaxLine)
			o.IgnoreUnknown = d.HasArg("ignore-unknown")
			var name string
			d.MaybeScanArgs(t, "name", &name)
			text := vectorText(t, d.Input)
			if d.HasArg("crlf") {
				text = strings.ReplaceAll(text, "\n", "\r\n")
			}
			var r Reader
			var err error
			switch d.Cmd {
			case "ldif":
				r = NewLDIF(strings.NewReader(text), o)
			case "csv":
				r, err = NewCSV(strings.NewReader(text), o)
			case "open":
				r, err = Open(name, strings.NewReader(text), o)
			case "key":
				return keyVector(text)
			default:
				d.Fatalf(t, "unknown command %q", d.Cmd)
			}
			if err != nil {
				return "refused: " + message(err)
			}
			got := describe(r)
			if r.Bytes() != int64(len(text)) && !strings.Contains(got, "ended by") {
				t.Errorf("%s: %d of %d bytes were read", d.Pos, r.Bytes(), len(text))
			}
			return got
		})
	})
}

func keyVector(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		key, err := dnKey(strings.TrimSuffix(line, "\n"))
		if err != nil {
			key = "error: " + err.Error()
		}
		b.WriteString(key + "\n")
	}
	return b.String()
}

// describe prints what a reader gives.
func describe(r Reader) string {
	var b strings.Builder
	for {
		rec, err := r.Next()
		var fault *RecordError
		switch {
		case err == io.EOF:
			if n := r.Ignored(); n > 0 {
				fmt.Fprintf(&b, "ignored: %d\n", n)
			}
			return b.String()
		case errors.As(err, &fault):
			fmt.Fprintf(&b, "broken: %v\n", fault)
			continue
		case err != nil:
			return b.String() + "ended by: " + message(err) + "\n"
		}
		fmt.Fprintf(&b, "%s on line %d: %s\n", rec.Kind, rec.Line, rec.Key)
		for _, f := range rec.Fields {
			fmt.Fprintf(&b, "  %s: %q\n", f.Name, f.Text)
		}
		list := func(label string, texts ...string) {
			if strings.Join(texts, "") != "" {
				fmt.Fprintf(&b, "  %s %s\n", label, strings.Join(texts, " | "))
			}
		}
		list("also", rec.Aliases...)
		list("managed by", rec.Manager)
		list("members", rec.Members...)
		list("in groups", rec.Groups...)
		if rec.Disabled {
			b.WriteString("  disabled\n")
		}
	}
}

func message(err error) string {
	if e := (*hospes.Error)(nil); errors.As(err, &e) {
		return fmt.Sprintf("%s (%s)", e.Message, e.Kind)
	}
	return err.Error()
}

// vectorText writes out what a text file cannot show.
func vectorText(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		word, after, _ := strings.Cut(rest, ">")
		var n int
		if raw, ok := strings.CutPrefix(word, "base64 "); ok {
			b.WriteString(base64.StdEncoding.EncodeToString([]byte(raw)))
		} else if raw, ok := strings.CutPrefix(word, "hex "); ok {
			decoded, err := hex.DecodeString(strings.ReplaceAll(raw, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(base64.StdEncoding.EncodeToString(decoded))
		} else if _, err := fmt.Sscanf(word, "long %d", &n); err == nil {
			b.WriteString(strings.Repeat("x", n))
		} else if raw, err := hex.DecodeString(word); err == nil && len(raw) == 1 {
			b.Write(raw)
		} else {
			b.WriteByte('<')
			text = rest
			continue
		}
		text = after
	}
	out := b.String()
	if cut, ok := strings.CutSuffix(out, "\\"); ok {
		return cut
	}
	return out + "\n"
}

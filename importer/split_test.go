package importer

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hospes-dev/hospes"
	"pgregory.net/rapid"
)

var ldifPieces = []string{
	"dn: cn=a", "dn:: Y249YQ==", "objectClass: person", "objectClass: group", "cn: Anna", "sn:: QmVyZw==", "member: cn=b",
	"\n", "\n", "\n\n", "\r\n", " ", "# note", ":", ":<", "changetype: add", "version: 1", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	"title: é", "\x00", "\xff", "\xEF\xBB\xBF", "search: 2", "-",
}

var csvPieces = []string{
	"mail,title", "a@x.example", "b@x.example", ",", ";", "\t", "\"", "\"", "\"\"", "\n", "\n", "\r\n", " ", "é", "\x00",
	"\xff", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "version:v1.0", "sep=;", "\xEF\xBB\xBF",
}

// TestChunksDoNotMatter holds that what is read does not depend on how the input arrives.
func TestChunksDoNotMatter(t *testing.T) {
	limits := Options{MaxRecord: 90, MaxLine: 50}
	for _, format := range []struct {
		name, start string
		pieces      []string
		read        func(io.Reader) string
	}{
		{"ldif", "", ldifPieces, func(in io.Reader) string { return describe(NewLDIF(in, limits)) }},
		{"csv", "mail,title\n", csvPieces, func(in io.Reader) string {
			r, err := NewCSV(in, limits)
			if err != nil {
				return message(err)
			}
			return describe(r)
		}},
	} {
		t.Run(format.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(format.pieces), 0, 40).Draw(t, "pieces"), "")
				if rapid.Bool().Draw(t, "start") {
					text = format.start + text
				}
				whole := format.read(strings.NewReader(text))
				for name, in := range map[string]io.Reader{
					"byte by byte": iotest.OneByteReader(strings.NewReader(text)),
					"halves":       iotest.HalfReader(strings.NewReader(text)),
					"end at once":  iotest.DataErrReader(strings.NewReader(text)),
					"odd sizes":    &oddReader{text: text, sizes: rapid.SliceOfN(rapid.IntRange(0, 20), 1, 9).Draw(t, "sizes")},
				} {
					if got := format.read(in); got != whole {
						t.Fatalf("%s: %q gives\n%s\ninstead of\n%s", name, text, got, whole)
					}
				}
			})
		})
	}
}

// oddReader gives its text in pieces of given sizes, in turns; empty ones among them.
type oddReader struct {
	text  string
	sizes []int
	turn  int
}

func (r *oddReader) Read(p []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	if r.turn++; r.turn > 8*len(r.sizes) {
		r.turn, r.sizes = 0, []int{1, 2, 3}
	}
	n := copy(p, r.text[:min(r.sizes[r.turn%len(r.sizes)], len(r.text))])
	r.text = r.text[n:]
	return n, nil
}

// TestBrokenInput holds that an input that fails ends the reading with its error, after everything that was whole, and
// goes on saying so.
func TestBrokenInput(t *testing.T) {
	failure := errors.New("cut off")
	for _, text := range []string{"dn: cn=a\nobjectClass: person\n\ndn: cn=b\nobjectClass: per", "mail\na@x.example\nb@x.exam"} {
		r, err := Open("", io.MultiReader(strings.NewReader(text), iotest.ErrReader(failure)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != nil {
			t.Errorf("%q: the first record: %v", text, err)
		}
		for range 2 {
			if _, err := r.Next(); !errors.Is(err, failure) || hospes.KindOf(err) != hospes.KindUnavailable {
				t.Errorf("%q: %v instead of the failure", text, err)
			}
		}
	}
	refused := &hospes.Error{Kind: hospes.KindInvalid, Message: "too large"}
	if _, err := Open("a.csv", iotest.ErrReader(refused), Options{}); !errors.Is(err, refused) {
		t.Errorf("an error with a kind became %v", err)
	}
	if _, err := Open("a.csv", iotest.ErrReader(failure), Options{}); hospes.KindOf(err) != hospes.KindUnavailable {
		t.Errorf("an error without a kind became %v", err)
	}
}

// TestMemory holds that a reader keeps no more than a record and a line, whatever it is given.
func TestMemory(t *testing.T) {
	const limit = 100 << 10
	o := Options{MaxRecord: limit, MaxLine: limit}
	long := func(head, again string) io.Reader {
		return io.MultiReader(strings.NewReader(head), io.LimitReader(&repeat{text: again}, 4<<20))
	}
	for _, test := range []struct {
		name, file string
		in         io.Reader
	}{
		{"one line", "a.ldif", long("dn: cn=a\nobjectClass: person\ncn: ", "x")},
		{"folded lines", "a.ldif", long("dn: cn=a\nobjectClass: person\ncn: ", "xxxxxxx\n ")},
		{"one record", "a.ldif", long("dn: cn=a\nobjectClass: person\n", "cn: x\n")},
		{"one photo", "a.ldif", long("dn: cn=a\nobjectClass: person\n", "jpegPhoto:: AAAAAAAAAAAAAAAAAAAAAA\n")},
		{"comments", "a.ldif", long("", "# x\n")},
		{"folded comment", "a.ldif", long("# x", "\n x")},
		{"no second quote", "a.csv", long("mail,title\na@x.example,\"", "x\n")},
		{"doubled quotes", "a.csv", long("mail,title\na@x.example,\"", "\"\"x\n")},
		{"wrong quotes", "a.csv", long("mail,title\na@x.example,\"", "x\"x\n")},
	} {
		r, err := Open(test.file, test.in, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range All(r) {
			if !passable(err) {
				t.Errorf("%s: %v", test.name, err)
			}
		}
		var held int
		switch r := r.(type) {
		case *LDIF:
			held = cap(r.in.buf) + cap(r.text)
		case *CSV:
			held = cap(r.in.buf)
		}
		if held > 8*limit {
			t.Errorf("%s: %d bytes are held", test.name, held)
		}
	}
}

type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.at]
		r.at = (r.at + 1) % len(r.text)
	}
	return len(p), nil
}

// TestSkip holds that an import can go on behind the n-th record, broken ones counted.
func TestSkip(t *testing.T) {
	const text = "mail\na@x.example\n\"b\nc@x.example\nd@x.example\n"
	for n, want := range []string{"a@x.example", "", "c@x.example", "d@x.example"} {
		r, err := NewCSV(strings.NewReader(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := Skip(r, n); err != nil {
			t.Fatal(err)
		}
		if rec, err := r.Next(); rec.Key != want || (want == "") != (hospes.KindOf(err) == hospes.KindInvalid) {
			t.Errorf("after %d: %q, %v", n, rec.Key, err)
		}
	}
	r, _ := NewCSV(strings.NewReader(text), Options{})
	if err := Skip(r, 9); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
	r, _ = NewCSV(strings.NewReader(text), Options{})
	var keys []string
	for rec, err := range All(r) {
		if err == nil {
			keys = append(keys, rec.Key)
		}
	}
	if !slices.Equal(keys, []string{"a@x.example", "c@x.example", "d@x.example"}) {
		t.Errorf("All gives %q", keys)
	}
}

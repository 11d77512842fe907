package importer

import (
	"bytes"
	"io"
	"testing"
	"unicode/utf8"
)

func FuzzLDIF(f *testing.F) {
	for _, seed := range []string{
		"version: 1\n\ndn: cn=a,dc=b\nobjectClass: person\ncn:: QQ==\nmail: a@x.example\n\n# c\n d\ndn: cn=b\r\nobjectClass: group\r\nmember: cn=a,\r\n dc=b\r\n",
		"dn:< file:///x\nobjectClass: person\n", "dn: cn=a\nchangetype: add\ncontrol: 1.2\nobjectClass: user\nuserAccountControl: 514\nobjectGUID:: AAAA\n",
		"search: 2\nresult: 0\n", "dn: cn=#04\nobjectClass: person\n", "\xEF\xBB\xBFdn:: Y249YQ==\nobjectClass;x: person\nmember;range=0-1: a\n -\n",
		"dn: uid=a+cn=\\2C\nobjectclass: inetOrgPerson\nuid: a\nmanager: cn=b\nc: SE\nmemberUid: a\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readAll(t, NewLDIF(bytes.NewReader(data), Options{MaxRecord: 512, MaxLine: 256}), data)
	})
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"mail,title\na@x.example,\"b\"\"\nc\"\n", "sep=;\r\nmail;manager\r\na;b\r\n", "version:v1.0,,\nName [displayName] Required,Email [mail]\nExample: a,b\n",
		"key\tgroups\tenabled\n1\ta;b\tno\n", "mail,title\na,\"b\nc,\"d\n", "mail\n\"a\"\r\r\n\"b\" \n", "upn,phone\n\"\",\n,;\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := NewCSV(bytes.NewReader(data), Options{MaxRecord: 512, MaxLine: 256, IgnoreUnknown: true})
		if err != nil {
			if r != nil {
				t.Fatal("a reader beside an error")
			}
			return
		}
		readAll(t, r, data)
	})
}

// readAll reads to the end, which must come, and looks at what every record promises.
func readAll(t *testing.T, r Reader, data []byte) {
	calls, line, before := 0, 0, int64(0)
	for rec, err := range All(r) {
		if calls++; calls > len(data)+1 {
			t.Fatal("more records than bytes")
		}
		if r.Bytes() < before || r.Bytes() > int64(len(data)) {
			t.Fatalf("%d bytes after %d, of %d", r.Bytes(), before, len(data))
		}
		before = r.Bytes()
		if !passable(err) {
			return // an encoding that is refused
		}
		if err != nil {
			continue
		}
		if rec.Kind != Person && rec.Kind != Group || rec.Key == "" || rec.Line <= line {
			t.Fatalf("a record without something: %+v after line %d", rec, line)
		}
		line = rec.Line
		for _, f := range rec.Fields {
			if f.Name == "" || f.Text == "" || !utf8.ValidString(f.Text) || bytes.IndexByte([]byte(f.Text), 0) >= 0 {
				t.Fatalf("a bad field: %+v", f)
			}
		}
		if len(rec.Edits()) == 0 {
			continue
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Fatalf("after the end: %v", err)
	}
	if r.Bytes() != int64(len(data)) {
		t.Fatalf("%d bytes of %d", r.Bytes(), len(data))
	}
}

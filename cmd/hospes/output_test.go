package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

const person = `{"@odata.context":"c","z":1,"id":"1","displayName":"Åsa \ud83d\ude00","tags":["a","b"],"none":null,"empty":[],"org":{"cost.center":"7","deep":{"x":true}},"since":"0001-01-01T00:00:00Z"}`

func TestShow(t *testing.T) {
	tests := []struct {
		name, format, want string
		width              int
		columns            []string
	}{
		{
			name: "a table has what has a value", format: formatTable,
			want: "z                1\nid               1\ndisplayName      Åsa 😀\ntags             a, b\norg.cost.center  7\norg.deep.x       true\n",
		},
		{name: "columns", format: formatTable, columns: []string{"displayName as name", "org.deep.x", "none"}, want: "name        Åsa 😀\norg.deep.x  true\n"},
		{name: "a narrow terminal", format: formatTable, width: 16, columns: []string{"displayName as n", "tags as t"}, want: "n  Åsa 😀\nt  a, b\n"},
		{name: "csv", format: formatCSV, columns: []string{"id", "tags", "none"}, want: "id,tags,none\n1,\"a, b\",\n"},
		{
			name: "yaml keeps the order", format: formatYAML,
			want: "'@odata.context': c\nz: 1\nid: \"1\"\ndisplayName: \"Åsa \\U0001F600\"\ntags:\n  - a\n  - b\nnone: null\nempty: []\norg:\n  cost.center: \"7\"\n  deep:\n    x: true\nsince: \"0001-01-01T00:00:00Z\"\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(test.width)
			p.flags.output = test.format
			if err := p.show(json.RawMessage(person), test.columns...); err != nil {
				t.Fatal(err)
			}
			if got := p.stdout.String(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestShowJSONIsTheBody(t *testing.T) {
	p := newProgram(0)
	p.flags.output = formatJSON
	if err := p.show(json.RawMessage(person)); err != nil {
		t.Fatal(err)
	}
	got, want := compact(t, p.stdout.String()), person
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func compact(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	decoder := json.NewDecoder(strings.NewReader(s))
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		b.WriteString(strings.TrimSpace(line))
	}
	return strings.ReplaceAll(b.String(), `": `, `":`)
}

func TestLists(t *testing.T) {
	pages := [][]json.RawMessage{
		{json.RawMessage(`{"id":"1","displayName":"Anna"}`), json.RawMessage(`{"id":"2","displayName":"Ben with a long name"}`)},
		{json.RawMessage(`{"id":"3","displayName":"Cleo"}`)},
	}
	tests := []struct {
		name, format, want string
		width              int
		pages              [][]json.RawMessage
	}{
		{name: "table", format: formatTable, pages: pages, want: "ID  DISPLAY NAME\n1   Anna\n2   Ben with a long name\n3   Cleo\n"},
		{name: "narrow table", format: formatTable, width: 14, pages: pages, want: "ID  DISPLAY N…\n1   Anna\n2   Ben with …\n3   Cleo\n"},
		{name: "csv", format: formatCSV, pages: pages, want: "id,displayName\n1,Anna\n2,Ben with a long name\n3,Cleo\n"},
		{name: "yaml", format: formatYAML, pages: pages[1:], want: "value:\n- id: \"3\"\n  displayName: Cleo\n"},
		{name: "json", format: formatJSON, pages: pages[1:], want: "{\n  \"n\": 1,\n  \"value\": [\n    {\n      \"id\": \"3\",\n      \"displayName\": \"Cleo\"\n    }\n  ]\n}\n"},
		{name: "nothing as a table", format: formatTable},
		{name: "nothing as csv", format: formatCSV, want: "id,displayName\n"},
		{name: "nothing as json", format: formatJSON, want: "{\n  \"n\": 1,\n  \"value\": []\n}\n"},
		{name: "nothing as yaml", format: formatYAML, want: "value: []\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(test.width)
			p.flags.output = test.format
			l := p.list("there is nothing", "id", "displayName")
			if test.format == formatJSON {
				l.begin(member{"n", json.RawMessage("1")})
			} else {
				l.begin()
			}
			for _, page := range test.pages {
				if err := l.page(page); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.end(); err != nil {
				t.Fatal(err)
			}
			if got := p.stdout.String(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if said := p.stderr.String() == "there is nothing\n"; said != (len(test.pages) == 0) {
				t.Errorf("stderr: %s", p.stderr.String())
			}
		})
	}
}

func TestTableKeepsIDsWhole(t *testing.T) {
	table := &table{headings: []string{"id", "displayName", "targetId"}, width: 30, rows: [][]string{{"0123456789", "A rather long name", "abcdefghij"}}}
	var b strings.Builder
	if err := table.write(&b); err != nil {
		t.Fatal(err)
	}
	if want := "ID          DISPLAY…  TARGET ID\n0123456789  A rathe…  abcdefghij\n"; b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestClean(t *testing.T) {
	if got := clean("a\x1b[31m\u202eb\nc"); got != "a\ufffd[31m\ufffdb c" {
		t.Errorf("got %q", got)
	}
}

// TestExitCodes walks every kind of error: each has an exit code and a remedy.
func TestExitCodes(t *testing.T) {
	want := map[hospes.Kind]int{
		hospes.KindInternal: 1, hospes.KindInvalid: 1, hospes.KindUnsupported: 1, hospes.KindNotFound: 3, hospes.KindForbidden: 4,
		hospes.KindUnauthenticated: 4, hospes.KindConflict: 5, hospes.KindPrecondition: 5, hospes.KindUnavailable: 6, hospes.KindThrottled: 6,
	}
	for kind := hospes.KindInternal; kind.String() != "unknown"; kind++ {
		t.Run(kind.String(), func(t *testing.T) {
			p := newProgram(0)
			err := fmt.Errorf("anna: %w", &hospes.Error{Kind: kind, Op: "x.Y", Message: "It is\nso."})
			code, known := want[kind]
			if got := p.report(t.Context(), errors.Join(err, nil)); !known || got != code {
				t.Errorf("exit code %d, want %d", got, code)
			}
			if got := p.stderr.String(); endings[kind].remedy == "" || !strings.HasSuffix(got, "; "+endings[kind].remedy+"\n") || strings.Count(got, "\n") != 1 {
				t.Errorf("stderr: %q", got)
			}
		})
	}
}

func TestReport(t *testing.T) {
	interrupted, stop := context.WithCancel(t.Context())
	stop()
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		code int
		want string
	}{
		{"an operation's name is left out", t.Context(), &hospes.Error{Kind: hospes.KindNotFound, Op: "x.Y", Message: "Gone."}, 3, "hospes: Gone; check"},
		{"advice of its own", t.Context(), &helpful{&hospes.Error{Kind: hospes.KindConflict, Message: "two"}, "choose"}, 5, "hospes: two; choose\n"},
		{"a request id", t.Context(), &graphclient.Error{Status: 500, Code: "InternalServerError", Message: "Oh.", RequestID: "r1"}, 1, "the request r1"},
		{"interrupted", interrupted, context.Canceled, 1, "hospes: interrupted\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(0)
			if got := p.report(test.ctx, test.err); got != test.code {
				t.Errorf("exit code %d, want %d", got, test.code)
			}
			if got := p.stderr.String(); !strings.Contains(got, test.want) {
				t.Errorf("stderr: %q", got)
			}
		})
	}
}

// TestPrecedence sets one flag in every place and takes one place away after the other.
func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("tenant: of-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, want string
		env, args  []string
	}{
		{"flag", "of-flag", []string{"HOSPES_TENANT=of-env"}, []string{"--tenant", "of-flag", "--config", file}},
		{"variable", "of-env", []string{"HOSPES_TENANT=of-env"}, []string{"--config", file}},
		{"empty variable", "of-file", []string{"HOSPES_TENANT="}, []string{"--config", file}},
		{"file", "of-file", []string{"HOSPES_CONFIG=" + file}, nil},
		{"nothing", "", []string{"XDG_CONFIG_HOME=" + t.TempDir()}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(0, test.env...)
			if code := p.run(t.Context(), append([]string{"version"}, test.args...)); code != exitOK {
				t.Fatalf("exit code %d: %s", code, p.stderr.String())
			}
			if p.flags.tenant != test.want {
				t.Errorf("got %q, want %q", p.flags.tenant, test.want)
			}
		})
	}
}

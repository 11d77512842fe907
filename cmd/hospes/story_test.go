package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
)

// story runs command lines on a data directory of its own and writes down what a terminal shows of them, as Markdown.
type story struct {
	*testing.T
	dir    string
	clock  *hospes.ManualClock
	text   strings.Builder
	masks  map[string]string
	inCode bool
}

func newStory(t *testing.T) *story {
	clock := hospes.NewManualClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	return &story{T: t, dir: t.TempDir(), clock: clock, masks: map[string]string{}}
}

// run executes a command line and gives what it writes to both of its outputs.
func (s *story) run(want int, line string) string {
	s.Helper()
	args := shellWords(line)
	if len(args) == 0 || args[0] != "hospes" {
		s.Fatalf("%s is no command line of this program", line)
	}
	p := newProgram(0, "HOSPES_DATA="+s.dir)
	p.cli.clock, p.cli.err = s.clock, &p.stdout
	s.clock.Advance(time.Minute)
	if code := p.run(s.Context(), args[1:]); code != want {
		s.Fatalf("%s: exit %d, want %d\n%s", line, code, want, p.stdout.String())
	}
	return p.stdout.String()
}

// do runs what the story does not show.
func (s *story) do(lines ...string) {
	s.Helper()
	for _, line := range lines {
		s.run(exitOK, line)
	}
}

// show runs a command line and shows it with its output, in which each of the parts has to be found.
func (s *story) show(want int, line string, parts ...string) string {
	s.Helper()
	out := s.run(want, line)
	for _, part := range parts {
		if !strings.Contains(out, part) {
			s.Fatalf("%s: %q is missing in\n%s", line, part, out)
		}
	}
	s.code(true)
	s.text.WriteString("$ " + s.mask(line) + "\n" + s.mask(out))
	return out
}

// tell writes prose.
func (s *story) tell(text string) {
	s.code(false)
	s.text.WriteString(strings.TrimSpace(text) + "\n\n")
}

func (s *story) code(on bool) {
	switch {
	case on && !s.inCode:
		s.text.WriteString("```console\n")
	case !on && s.inCode:
		s.text.WriteString("```\n\n")
	}
	s.inCode = on
}

var (
	anyID    = regexp.MustCompile(`[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}`)
	opaque   = regexp.MustCompile(`("key":")[^"]+|(?m:^(id +)[A-Za-z0-9_-]{40,})`)
	password = regexp.MustCompile(`H-[a-z0-9]+(-[a-z0-9]+){4}`)
	padding  = regexp.MustCompile(`(?m) +$`)
)

// fixedIDs are the same everywhere, so that they can be shown.
var fixedIDs = map[string]bool{phoneIDs["mobile"]: true}

// mask gives each id a short name of its own, which is the same in every run, and hides what is drawn at random. Columns
// behind an id stay where they are.
func (s *story) mask(text string) string {
	text = password.ReplaceAllString(opaque.ReplaceAllString(text, "${1}${2}…"), "H-…")
	var out strings.Builder
	for end := 0; ; {
		at := anyID.FindStringIndex(text[end:])
		if at == nil {
			out.WriteString(text[end:])
			return padding.ReplaceAllString(out.String(), "")
		}
		id := text[end+at[0] : end+at[1]]
		out.WriteString(text[end : end+at[0]])
		end += at[1]
		if fixedIDs[id] {
			out.WriteString(id)
			continue
		}
		short := s.short(strings.ReplaceAll(id, "-", ""))
		out.WriteString(short)
		if strings.HasPrefix(text[end:], "  ") {
			out.WriteString(strings.Repeat(" ", len(id)-len([]rune(short))))
		}
	}
}

func (s *story) short(id string) string {
	if s.masks[id] == "" {
		sum := sha256.Sum256([]byte(fmt.Sprintf("%s %d", s.Name(), len(s.masks))))
		s.masks[id] = fmt.Sprintf("%x…", sum[:2])
	}
	return s.masks[id]
}

const tourFile = "../../docs/tour.md"

// keep holds the part of the tour that the test writes to what has just come out.
func (s *story) keep() {
	s.Helper()
	s.code(false)
	begin := fmt.Sprintf("<!-- written by %s; run `go test ./cmd/hospes -run '%s' -update` -->\n\n", s.Name(), s.Name())
	keepPart(s.T, tourFile, begin, "<!-- end of "+s.Name()+" -->", s.text.String())
}

// keepPart holds the part of a document between two marks equal to a text, or writes it where the update is asked for.
func keepPart(t *testing.T, file, begin, end, text string) {
	t.Helper()
	document, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begins := strings.Cut(string(document), begin)
	old, tail, ends := strings.Cut(rest, end)
	switch {
	case !begins || !ends:
		t.Fatalf("%s has no place for this: it wants\n%s\n%s", file, begin, end)
	case old == text:
	case !*update:
		t.Fatalf("%s shows something else; run go test ./cmd/hospes -run '%s' -update\nthe document:\n%s\nthe program:\n%s", file, t.Name(), old, text)
	default:
		if err := os.WriteFile(file, []byte(head+begin+text+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// shellWords cuts a command line into words as a shell does, with quotes of both kinds.
func shellWords(line string) (words []string) {
	var word strings.Builder
	var quote rune
	open := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if open {
				words = append(words, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

package main

import (
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// table writes rows in columns. The widths are those of the first rows; rows that are written later keep to them.
type table struct {
	headings []string // names of properties; none for no line of headings
	rows     [][]string
	width    int // of the terminal; 0 for anything else, where nothing is cut
	fixed    int // so many columns from the left are never cut

	widths []int
}

const (
	gap      = "  "
	minWidth = 8 // to which a column may be cut
	ellipsis = "…"
)

// write writes the rows, and before the first of them the headings.
func (t *table) write(w io.Writer) error {
	var b strings.Builder
	rows := make([][]string, len(t.rows))
	for i, row := range t.rows {
		rows[i] = make([]string, len(row))
		for j, cell := range row {
			rows[i][j] = clean(cell)
		}
	}
	if t.widths == nil {
		headings := make([]string, len(t.headings))
		for i, name := range t.headings {
			headings[i] = heading(name)
		}
		t.measure(append([][]string{headings}, rows...))
		if len(headings) > 0 {
			t.line(&b, headings)
		}
	}
	for _, row := range rows {
		t.line(&b, row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// measure finds the widths, and takes from the widest columns what does not fit. Ids stay whole: they are there to be
// copied.
func (t *table) measure(rows [][]string) {
	for _, row := range rows {
		for i, cell := range row {
			if i == len(t.widths) {
				t.widths = append(t.widths, 0)
			}
			t.widths[i] = max(t.widths[i], uniseg.StringWidth(cell))
		}
	}
	if t.width == 0 {
		return
	}
	total := -len(gap)
	for _, w := range t.widths {
		total += w + len(gap)
	}
	for ; total > t.width; total-- {
		widest := -1
		for i, w := range t.widths {
			whole := i < t.fixed || i < len(t.headings) && isID(t.headings[i])
			if !whole && w > minWidth && (widest < 0 || w > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		t.widths[widest]--
	}
}

func isID(name string) bool {
	return name == "id" || strings.HasSuffix(name, "Id") || strings.HasSuffix(name, ".id")
}

func (t *table) line(b *strings.Builder, row []string) {
	var line strings.Builder
	for i, cell := range row {
		if i > 0 {
			line.WriteString(gap)
		}
		width := uniseg.StringWidth(cell)
		if t.width > 0 && width > t.widths[i] {
			cell = cut(cell, t.widths[i])
			width = uniseg.StringWidth(cell)
		}
		line.WriteString(cell)
		line.WriteString(strings.Repeat(" ", max(t.widths[i]-width, 0)))
	}
	b.WriteString(strings.TrimRight(line.String(), " "))
	b.WriteByte('\n')
}

// cut shortens a text to a width, and shows that it did.
func cut(s string, width int) string {
	var b strings.Builder
	used := uniseg.StringWidth(ellipsis)
	for clusters := uniseg.NewGraphemes(s); clusters.Next(); {
		if used += clusters.Width(); used > width {
			break
		}
		b.WriteString(clusters.Str())
	}
	return b.String() + ellipsis
}

// clean replaces what would steer the terminal: names come from other organisations.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// heading writes the name of a property in capitals and words: displayName is DISPLAY NAME, status.code is STATUS CODE.
func heading(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case r == '.' || r == '@':
			r = ' '
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToUpper(r))
	}
	return strings.TrimSpace(b.String())
}

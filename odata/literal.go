package odata

import (
	"strconv"
	"strings"
	"time"
)

// LiteralKind says how a value was written; what it means depends on the property it is compared with.
type LiteralKind uint8

// The kinds of literal.
const (
	StringLiteral LiteralKind = iota
	NullLiteral
	BooleanLiteral
	NumberLiteral
	GUIDLiteral
	DateLiteral
	DateTimeLiteral
)

var literalNames = [...]string{"text", "null", "true or false", "a number", "a GUID", "a date", "a date and time"}

func (k LiteralKind) String() string { return literalNames[k] }

// Literal is a value in a filter.
//
// Text is unescaped for strings and otherwise the canonical spelling of the source: GUIDs in lower case, the T and Z
// of a time in upper case, "true", "false", "null".
type Literal struct {
	At   int
	Kind LiteralKind
	Text string
}

const guidLength = 36

// isGUID tells whether s is 32 hexadecimal digits in the usual five groups.
func isGUID(s string) bool {
	if len(s) != guidLength {
		return false
	}
	for i := range guidLength {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !isDigit(c) && (c|0x20 < 'a' || 'f' < c|0x20) {
				return false
			}
		}
	}
	return true
}

func startsGUID(s string) bool {
	if len(s) < guidLength || !isGUID(s[:guidLength]) {
		return false
	}
	return len(s) == guidLength || !isNumericPart(s[guidLength]) && s[guidLength] != '_'
}

// numericLiteral classifies a run that begins with a digit or a minus; problem says why it is none.
func numericLiteral(text string) (lit Literal, problem string) {
	upper := strings.ToUpper(text)
	switch {
	case looksLikeDate(upper) && len(upper) == len(time.DateOnly):
		if _, err := time.Parse(time.DateOnly, upper); err != nil {
			return lit, "'" + upper + "' is not a day of the calendar"
		}
		return Literal{Kind: DateLiteral, Text: upper}, ""
	case looksLikeDate(upper) && upper[len(time.DateOnly)] == 'T':
		if _, err := parseDateTime(upper); err != nil {
			return lit, "'" + excerpt(text) + "' is not a time with its zone, such as 2024-01-31T08:00:00Z " +
				"(in a URL the plus sign of an offset is written %2B)"
		}
		return Literal{Kind: DateTimeLiteral, Text: upper}, ""
	case strings.Trim(text, "0123456789.eE+-") == "":
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return Literal{Kind: NumberLiteral, Text: strings.ToLower(text)}, ""
		}
	}
	return lit, "'" + excerpt(text) + "' is not a number, GUID, date or time"
}

func looksLikeDate(s string) bool {
	return len(s) >= len(time.DateOnly) && s[4] == '-' && s[7] == '-'
}

// parseDateTime reads a time with a zone. Seconds may be missing, and have any number of decimals.
func parseDateTime(s string) (time.Time, error) {
	const minutes = "2006-01-02T15:04Z07:00"
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse(minutes, s)
	}
	if err != nil {
		return time.Time{}, err
	}
	t = t.UTC()
	// An offset may carry the first or last day of the calendar beyond four digits, which would not sort as text.
	if t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}, strconv.ErrRange
	}
	return t, nil
}

package mapping

import (
	"strconv"
	"strings"
)

// parseInteger reads a whole number as the grammar writes it: -12, 7 or &HF7.
func parseInteger(s string) (int, bool) {
	if hex, ok := strings.CutPrefix(s, "&H"); ok {
		n, err := strconv.ParseUint(hex, 16, strconv.IntSize-1)
		return int(n), err == nil
	}
	if s == "" || s[0] == '+' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// decimal is a number taken apart, so that two are compared exactly: file times and ids outgrow a float.
type decimal struct {
	negative        bool
	whole, fraction string // without zeros that do not count
}

// parseDecimal reads a number as the grammar writes it: -12.5 or &HF7.
func parseDecimal(s string) (decimal, bool) {
	if hex, ok := strings.CutPrefix(s, "&H"); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			return decimal{}, false
		}
		s = strconv.FormatUint(n, 10)
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if span(whole, isDigit) != len(whole) || span(fraction, isDigit) != len(fraction) ||
		whole == "" || pointed && fraction == "" {
		return decimal{}, false
	}
	d := decimal{negative: negative, whole: strings.TrimLeft(whole, "0"), fraction: strings.TrimRight(fraction, "0")}
	if d.whole == "" && d.fraction == "" {
		d.negative = false
	}
	return d, true
}

func (d decimal) compare(f decimal) int {
	switch {
	case d.negative && !f.negative:
		return -1
	case f.negative && !d.negative:
		return 1
	case d.negative:
		return f.magnitude(d)
	default:
		return d.magnitude(f)
	}
}

func (d decimal) magnitude(f decimal) int {
	if len(d.whole) != len(f.whole) {
		return len(d.whole) - len(f.whole)
	}
	if c := strings.Compare(d.whole, f.whole); c != 0 {
		return c
	}
	return strings.Compare(d.fraction, f.fraction)
}

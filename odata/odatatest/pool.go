package odatatest

import (
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
)

// texts are hard for case folding, for normal forms, for ranges of prefixes, for LIKE and for quoting.
var texts = []string{
	"", "a", "A", "an", "Anna", "ANNA", "anna berg", "Åsa", "åsa", "A\u030asa", "Straße", "STRASSE", "ß", "İ", "ı", "ſ",
	"O'Neil", "o''neil", "'", `"`, `a\b`, "50%", "5_0", "%", "_", "a b", " a", "日本", "\U0001F600", "\uFFFD", "z\uFFFF",
	"z\U0010FFFF", "z\U0010FFFFz", "\U0010FFFF", "null", "true", "a@b.example", "A@B.example", "smtp:a@b.example",
	"SMTP:A@b.example", "\t", "\n",
}

var guids = []string{
	"00000000-0000-0000-0000-000000000000", "184efa21-98c3-4e5d-95ab-d07053a96e67",
	"184EFA21-98C3-4E5D-95AB-D07053A96E67", "ffffffff-ffff-ffff-ffff-ffffffffffff",
}

// moments holds times that are equal though they look different, and times at the ends of the calendar.
var moments = []string{
	"2024-01-31T00:00:00Z", "2024-01-31T02:00:00+02:00", "2024-01-30T19:30:00-04:30", "2024-01-31T00:00:00.000001Z",
	"2024-01-31T00:00:00.1234567Z", "2024-02-29T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
}

var days = []string{"2024-01-31", "2024-02-29", "0001-01-01", "9999-12-31"}

var integers = []int64{0, 1, -1, 2, 9, 10, -9, -10, 1000, 1<<63 - 1, -1 << 63}

// anyText is mostly of the pool and otherwise any text that both engines can hold.
func anyText() *rapid.Generator[string] {
	free := rapid.Map(rapid.StringN(0, 8, -1), func(s string) string { return strings.ReplaceAll(s, "\x00", "") })
	pool := rapid.SampledFrom(texts)
	return rapid.OneOf(pool, pool, pool, free)
}

// literal gives a value for a filter that fits the property.
func literal(p *odata.Property) *rapid.Generator[odata.Literal] {
	of := func(kind odata.LiteralKind, list []string) *rapid.Generator[odata.Literal] {
		return rapid.Map(rapid.SampledFrom(list), func(s string) odata.Literal {
			return odata.Literal{Kind: kind, Text: s}
		})
	}
	switch p.Type {
	case odata.GUID:
		bare := of(odata.GUIDLiteral, guids)
		return rapid.OneOf(of(odata.StringLiteral, guids), rapid.Map(bare, func(l odata.Literal) odata.Literal {
			l.Text = strings.ToLower(l.Text)
			return l
		}))
	case odata.Boolean:
		return of(odata.BooleanLiteral, []string{"true", "false"})
	case odata.DateTime:
		return rapid.OneOf(of(odata.DateTimeLiteral, moments), of(odata.DateLiteral, days))
	case odata.Integer:
		return rapid.Map(rapid.SampledFrom(integers), func(n int64) odata.Literal {
			return odata.Literal{Kind: odata.NumberLiteral, Text: strconv.FormatInt(n, 10)}
		})
	}
	return rapid.Map(anyText(), func(s string) odata.Literal { return odata.Literal{Kind: odata.StringLiteral, Text: s} })
}

// value gives the canonical text of a value that fits the property.
func value(p *odata.Property) *rapid.Generator[string] {
	switch p.Type {
	case odata.GUID:
		return rapid.Map(rapid.SampledFrom(guids), hospes.Fold)
	case odata.Boolean:
		return rapid.SampledFrom([]string{"true", "false"})
	case odata.DateTime:
		return rapid.Map(rapid.SampledFrom(moments), func(s string) string {
			t, err := time.Parse(time.RFC3339, s)
			if err != nil {
				panic(err)
			}
			return hospes.CanonicalTime(t)
		})
	case odata.Integer:
		return rapid.Map(rapid.SampledFrom(integers), hospes.CanonicalInteger)
	}
	if p.CaseExact {
		return anyText()
	}
	return rapid.Map(anyText(), hospes.Fold)
}

package sample

import (
	"iter"
	"strconv"

	"github.com/hospes-dev/hospes/importer"
	"github.com/hospes-dev/hospes/sample/stock"
)

// span is how many people report to one manager.
const span = 8

// People gives n made-up people, each of whom can be created as it is: enabled, with a user principal name, a mail
// address and an employee id of its own. The i-th person of a seed is the same for every n, so that a second run
// finds those of the first.
//
// Everybody but the first has a manager who came before. The key of a person is the employee id.
func People(n int, seed uint64) iter.Seq[importer.Record] {
	return func(yield func(importer.Record) bool) {
		g := newGenerator(seed)
		for i := range n {
			if !yield(g.person(i)) {
				return
			}
		}
	}
}

// generator makes people. What it needs of one person is written into one text, of which the fields are parts: two
// allocations for a person are what makes millions of them cheap.
type generator struct {
	seed         uint64
	factor, term uint64 // the order in which names are dealt: a permutation of all of them
	text         []byte
	cuts         []cut
}

// cut is a field whose text is a part of the common text.
type cut struct {
	name     string
	from, to int
}

func newGenerator(seed uint64) *generator {
	d := stock.DiceFor(seed, 0)
	g := &generator{seed: seed, term: uint64(d.Below(stock.AllPairs()))}
	// A factor without a common divisor meets every name once before any comes again.
	for g.factor = 5000 + uint64(d.Below(5000)); divisor(g.factor, uint64(stock.AllPairs())) != 1; {
		g.factor++
	}
	return g
}

func divisor(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (g *generator) person(i int) importer.Record {
	all := uint64(stock.AllPairs())
	round, turn := uint64(i)/all, uint64(i)%all
	pick := int((turn*g.factor + g.term) % all)
	region, n := stock.Regions[pick/stock.Pairs], pick%stock.Pairs
	dice := stock.DiceFor(g.seed, uint64(i)+1)
	city := &region.Cities[dice.Below(len(region.Cities))]
	department := &stock.Departments[dice.Below(len(stock.Departments))]
	given, surname := region.Parts(n)

	g.text, g.cuts = g.text[:0], g.cuts[:0]
	g.add("employeeId", appendID(g.text, i))
	g.add("displayName", region.AppendFull(g.text, n))
	alias := region.AppendAlias(g.text, n)
	if round > 0 { // the name has been dealt before
		alias = strconv.AppendUint(alias, round+1, 10)
	}
	from, to := len(g.text), len(alias)
	g.add("userPrincipalName", append(alias, "@"+Domain...))
	g.cuts = append(g.cuts, cut{"mail", from, len(g.text)}, cut{"mailNickname", from, to})
	g.add("businessPhones", appendPhone(g.text, city.Dial, dice.Next()))
	g.add("mobilePhone", appendPhone(g.text, city.Dial, dice.Next()))
	g.add("streetAddress", strconv.AppendInt(append(append(g.text, city.Street...), ' '), int64(1+dice.Below(120)), 10))
	g.add("officeLocation", strconv.AppendInt(append(g.text, byte('A'+dice.Below(6)), '-'), int64(100+dice.Below(400)), 10))
	manager := len(g.text)
	if i > 0 {
		g.text = appendID(g.text, (i-1)/span)
	}

	text := string(g.text)
	fields := make([]importer.Field, 0, len(g.cuts)+10)
	for _, c := range g.cuts {
		fields = append(fields, importer.Field{Name: c.name, Text: text[c.from:c.to]})
	}
	return importer.Record{
		Line: i + 1, Kind: importer.Person, Key: fields[0].Text, Manager: text[manager:],
		Fields: append(fields,
			importer.Field{Name: "givenName", Text: given},
			importer.Field{Name: "surname", Text: surname},
			importer.Field{Name: "department", Text: department.Name},
			importer.Field{Name: "jobTitle", Text: department.Titles[dice.Below(len(department.Titles))]},
			importer.Field{Name: "companyName", Text: stock.Company},
			importer.Field{Name: "city", Text: city.Name},
			importer.Field{Name: "postalCode", Text: city.Postal},
			importer.Field{Name: "country", Text: region.Country},
			importer.Field{Name: "usageLocation", Text: region.Code},
			importer.Field{Name: "preferredLanguage", Text: region.Language},
		),
	}
}

// add notes what was appended to the text as a field.
func (g *generator) add(name string, text []byte) {
	g.cuts = append(g.cuts, cut{name, len(g.text), len(text)})
	g.text = text
}

// appendID writes the employee id of the i-th person.
func appendID(b []byte, i int) []byte {
	return strconv.AppendInt(append(b, 'A'), 1_000_000+int64(i), 10)
}

// appendPhone writes a number that begins with a zero behind the dialling code, and so belongs to nobody.
func appendPhone(b []byte, dial string, chance uint64) []byte {
	b = append(append(b, dial...), " 0"...)
	for digit := range 7 {
		if digit == 2 || digit == 5 {
			b = append(b, ' ')
		}
		b = append(b, byte('0'+chance%10))
		chance /= 10
	}
	return b
}

package stock

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Each region has this many given names, half of them of women, and this many surnames.
const (
	GivenNames = 28
	Surnames   = 24
)

// Pairs is how many names a region has; AllPairs how many there are altogether. No two have the same alias.
const Pairs = GivenNames * Surnames

// AllPairs is the number of distinct names.
func AllPairs() int { return Pairs * len(Regions) }

// Region is a country with its people.
type Region struct {
	Code, Country, Language string
	Cities                  []City

	given   []name
	surname [2][]name // of women, of men
	join    string    // what stands between the parts of a full name
	reverse bool      // the surname comes first
}

// City is a place where people work.
type City struct {
	Name, Postal, Dial, Street string
}

// name is a part of a full name, and how it is written in an address.
type name struct {
	text, alias string
}

// Name is a full name with its parts, in the script of the region, and an alias of lower-case ASCII letters and a dot.
type Name struct {
	Given, Surname, Full, Alias string
}

// Name gives the n-th name of the region; n runs from 0 to Pairs-1.
func (r *Region) Name(n int) Name {
	given, surname := r.parts(n)
	full := make([]byte, 0, 64)
	alias := make([]byte, 0, 48)
	return Name{
		Given: given.text, Surname: surname.text, Full: string(r.AppendFull(full, n)), Alias: string(r.AppendAlias(alias, n)),
	}
}

// Parts gives the given name and the surname of the n-th name.
func (r *Region) Parts(n int) (given, surname string) {
	g, s := r.parts(n)
	return g.text, s.text
}

// AppendFull writes the full name of the n-th name.
func (r *Region) AppendFull(b []byte, n int) []byte {
	given, surname := r.parts(n)
	if r.reverse {
		given, surname = surname, given
	}
	b = append(append(b, given.text...), r.join...)
	return append(b, surname.text...)
}

// AppendAlias writes the alias of the n-th name.
func (r *Region) AppendAlias(b []byte, n int) []byte {
	given, surname := r.parts(n)
	b = append(append(b, given.alias...), '.')
	return append(b, surname.alias...)
}

func (r *Region) parts(n int) (given, surname name) {
	g, s := n%GivenNames, n/GivenNames
	sex := 0
	if g >= GivenNames/2 {
		sex = 1
	}
	return r.given[g], r.surname[sex][s]
}

// people fills a region from lists of names apart by blanks. A name is a text, with "=" and its spelling in ASCII where
// that cannot be told from the letters; "_" stands for a blank inside it. A surname whose form for women differs has it
// behind "/", or only what is added for women, after "+".
func people(r Region, women, men, surnames string) *Region {
	for text := range strings.FieldsSeq(women + " " + men) {
		r.given = append(r.given, readName(text))
	}
	for text := range strings.FieldsSeq(surnames) {
		masculine, feminine, differs := strings.Cut(text, "/")
		man := readName(masculine)
		woman := man
		if ending, added := strings.CutPrefix(feminine, "+"); added {
			woman = readName(ending)
			woman = name{man.text + woman.text, man.alias + woman.alias}
		} else if differs {
			woman = readName(feminine)
		}
		r.surname[0], r.surname[1] = append(r.surname[0], woman), append(r.surname[1], man)
	}
	if len(r.given) != GivenNames || len(strings.Fields(women)) != GivenNames/2 || len(r.surname[0]) != Surnames {
		panic(fmt.Sprintf("stock: %s has %d given names and %d surnames", r.Country, len(r.given), len(r.surname[0])))
	}
	return &r
}

func readName(text string) name {
	text, ascii, given := strings.Cut(text, "=")
	text = strings.ReplaceAll(text, "_", " ")
	if !given {
		ascii = text
	}
	return name{text, alias(ascii)}
}

// letters are those that decomposing does not take to ASCII.
var letters = strings.NewReplacer("ł", "l", "đ", "d", "ø", "o", "ß", "ss", "ı", "i", "æ", "ae")

// alias gives the letters of a name in lower-case ASCII, without marks.
func alias(s string) string {
	s = letters.Replace(strings.ToLower(s))
	return strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' {
			return c
		}
		if c >= 0x80 && !unicode.Is(unicode.Mn, c) {
			panic("stock: no ASCII for " + s)
		}
		return -1
	}, norm.NFD.String(s))
}

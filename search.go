package hospes

import (
	"slices"
	"unicode"
)

// Searched is a property that $search looks into word by word, of whatever class. The numbers are stored.
type Searched uint8

// The properties; any other is searched by its beginning.
const (
	SearchedName        Searched = iota + 1 // displayName
	SearchedDescription                     // description
)

// SearchedAt gives the property at a path that is searched word by word; 0 for every other one.
func SearchedAt(path string) Searched {
	switch path {
	case "displayName":
		return SearchedName
	case "description":
		return SearchedDescription
	}
	return 0
}

// Token is a piece of a property by which $search finds the object.
type Token struct {
	Of   Searched
	Text string
}

// Tokens gives what $search finds the object by.
func (o *Object) Tokens() []Token { return o.tokens(o.values) }

// LoadedTokens is Tokens of the object as it was read.
func (o *Object) LoadedTokens() []Token {
	if o.loaded == nil {
		return nil
	}
	return o.tokens(o.loaded)
}

func (o *Object) tokens(values []Value) (list []Token) {
	for _, p := range o.Schema.searched {
		for _, text := range Tokens(values[p.index].Text()) {
			list = append(list, Token{SearchedAt(p.Name), text})
		}
	}
	return list
}

// Tokens cuts a text into the tokens that it is found by, in order and each once (graph-wire 1.7): at spaces, between
// letters and digits, where a capital follows a small letter, and around symbols, which are tokens themselves. What
// symbols join is found as one, too: o'neil is o, ', neil and oneil.
func Tokens(text string) []string {
	list := SearchTokens(text)
	var joined []rune
	symbols := false
	for _, r := range text + " " {
		switch kindOf(r) {
		case letterRune, digitRune:
			joined = append(joined, r)
		case symbolRune:
			symbols = true
		default:
			if symbols && len(joined) > 0 {
				list = append(list, token(joined))
			}
			joined, symbols = joined[:0], false
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// SearchTokens cuts a text that is searched for into tokens, each of which has to begin one of the value's.
func SearchTokens(text string) (list []string) {
	var piece []rune
	last := spaceRune
	end := func() {
		if len(piece) > 0 {
			list = append(list, token(piece))
		}
		piece = piece[:0]
	}
	for _, r := range text {
		kind := kindOf(r)
		if kind != last || kind == symbolRune || kind == letterRune && len(piece) > 0 && unicode.IsLower(piece[len(piece)-1]) && unicode.IsUpper(r) {
			end()
		}
		if last = kind; kind != spaceRune {
			piece = append(piece, r)
		}
	}
	end()
	return list
}

// maxToken is from where on a word is not looked at any more.
const maxToken = 100

func token(piece []rune) string {
	if len(piece) > maxToken {
		piece = piece[:maxToken]
	}
	return Fold(string(piece))
}

type runeKind uint8

const (
	spaceRune runeKind = iota
	letterRune
	digitRune
	symbolRune
)

func kindOf(r rune) runeKind {
	switch {
	case unicode.IsLetter(r), unicode.IsMark(r):
		return letterRune
	case unicode.IsDigit(r):
		return digitRune
	case unicode.IsSpace(r), unicode.IsControl(r), r == unicode.ReplacementChar:
		return spaceRune
	}
	return symbolRune
}

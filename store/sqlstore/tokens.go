package sqlstore

import (
	"cmp"
	"slices"

	"github.com/hospes-dev/hospes"
)

// noted is a word and the object that has it.
type noted struct {
	hospes.Token
	number hospes.Number
}

// changeTokens keeps the index of words: new ones are collected, those that an object no longer has go at once.
func (t *tx) changeTokens(s *stagedObject, made []noted) ([]noted, error) {
	var after []hospes.Token
	if s.operation != hospes.OperationPurge {
		after = s.object.Tokens()
	}
	before := s.object.LoadedTokens()
	for _, token := range after {
		if !slices.Contains(before, token) {
			made = append(made, noted{token, s.object.Number})
		}
	}
	for _, token := range before {
		if slices.Contains(after, token) {
			continue
		}
		if _, err := t.exec("DELETE FROM search_tokens WHERE tenant = $1 AND property = $2 AND token = $3 AND number = $4",
			t.number(), int64(token.Of), token.Text, int64(s.object.Number)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// insertTokens writes words in the order of their index, so that neighbours go to one page of it.
func (t *tx) insertTokens(made []noted) error {
	slices.SortFunc(made, func(a, b noted) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(a.Text, b.Text), cmp.Compare(a.number, b.number))
	})
	rows := newBatch("search_tokens", "tenant property token:text number")
	for _, n := range made {
		rows.add(t.number(), int64(n.Of), n.Text, int64(n.number))
	}
	return rows.insert(t.ctx, t.session)
}

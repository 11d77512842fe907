package sqlstore

import (
	"slices"

	"github.com/hospes-dev/hospes"
)

// flushTokens keeps the index of words: new ones join the batch, those that an object no longer has go at once.
func (t *tx) flushTokens(s *stagedObject, made *batch) error {
	var after []hospes.Token
	if s.operation != hospes.OperationPurge {
		after = s.object.Tokens()
	}
	before := s.object.LoadedTokens()
	for _, token := range after {
		if !slices.Contains(before, token) {
			made.add(t.number(), int64(token.Of), token.Text, int64(s.object.Number))
		}
	}
	for _, token := range before {
		if slices.Contains(after, token) {
			continue
		}
		if _, err := t.exec("DELETE FROM search_tokens WHERE tenant = $1 AND property = $2 AND token = $3 AND number = $4",
			t.number(), int64(token.Of), token.Text, int64(s.object.Number)); err != nil {
			return err
		}
	}
	return nil
}

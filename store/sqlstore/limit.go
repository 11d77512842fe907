package sqlstore

import (
	"context"
	"fmt"

	"github.com/hospes-dev/hospes"
)

// LimitPages keeps the database of an SQLite store from growing beyond a number of pages, or beyond what it has where that
// is more; 0 lifts the limit. It is how tests make a disk full that has room; a server sets no limit.
func (s *Store) LimitPages(ctx context.Context, pages int64) error {
	const op, most = "store.LimitPages", 4294967294 // what SQLite allows
	if s.group == nil {
		return &hospes.Error{Kind: hospes.KindUnsupported, Op: op, Message: "Only an SQLite store can be limited."}
	}
	if pages == 0 {
		pages = most
	}
	return s.write(ctx, op, false, func(session *session) ([]touch, error) {
		return nil, session.run(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	})
}

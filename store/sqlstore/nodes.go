package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hospes-dev/hospes"
)

// nodes lets the stores over one PostgreSQL hear of each other's commits. What a store has committed it announces in
// one notification for all that has gathered meanwhile. That is after the commit and not within it: a transaction that
// notifies holds a lock of the whole server until it is on the disk, so that no two of them could share a sync.
//
// A notification can be lost, with a connection or with the process that owed it. So the change logs are looked at
// again after each connection and every while, and whoever moved is told; nobody is told twice of the same seq.
type nodes struct {
	store  *Store
	config *pgx.ConnConfig
	name   string // tells a store its own voice
	rescan time.Duration
	stop   context.CancelFunc
	ended  sync.WaitGroup
	wake   chan struct{}
	quit   chan struct{}

	mu   sync.Mutex
	owed map[hospes.TenantNumber]hospes.Seq // committed here, not announced yet
	seen map[hospes.TenantNumber]hospes.Seq // the last seq that watchers were told of
}

const (
	nodesChannel  = "hospes_commits"
	defaultRescan = 5 * time.Second
	firstPause    = 50 * time.Millisecond // between attempts to connect; doubled up to the last
	lastPause     = 5 * time.Second
	patience      = 5 * time.Second // with a database that does not answer
	maxAnnounced  = 200             // tenants in one notification, which has room for 8,000 bytes
)

func joinNodes(ctx context.Context, s *Store, config *pgx.ConnConfig, rescan time.Duration) (*nodes, error) {
	if rescan == 0 {
		rescan = defaultRescan
	}
	n := &nodes{
		store: s, config: config.Copy(), name: rand.Text(), rescan: rescan, wake: make(chan struct{}, 1), quit: make(chan struct{}),
		owed: map[hospes.TenantNumber]hospes.Seq{}, seen: map[hospes.TenantNumber]hospes.Seq{},
	}
	n.config.RuntimeParams["application_name"] = "hospes listener"
	// Nobody watches yet: what there is before a store is opened is no news.
	conn, err := n.connect(ctx)
	if err != nil {
		return nil, err
	}
	ctx, n.stop = context.WithCancel(context.WithoutCancel(ctx))
	n.ended.Go(func() { n.listen(ctx, conn) })
	n.ended.Go(n.speak)
	return n, nil
}

// close says what is still owed and stops listening.
func (n *nodes) close() {
	close(n.quit)
	n.stop()
	n.ended.Wait()
}

// announce takes what a commit of this store has changed.
func (n *nodes) announce(changed []touch) {
	if len(changed) == 0 {
		return
	}
	n.mu.Lock()
	for _, t := range changed {
		n.owed[t.tenant] = max(n.owed[t.tenant], t.seq)
		n.seen[t.tenant] = max(n.seen[t.tenant], t.seq)
	}
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default: // it is awake already
	}
}

// speak says what is owed whenever there is something.
func (n *nodes) speak() {
	for {
		select {
		case <-n.wake:
			n.say()
		case <-n.quit:
			n.say()
			return
		}
	}
}

// say sends what is owed. What cannot be said now is found by the others when they look again.
func (n *nodes) say() {
	n.mu.Lock()
	owed := n.owed
	n.owed = map[hospes.TenantNumber]hospes.Seq{}
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for words := range slices.Chunk(slices.Sorted(maps.Keys(owed)), maxAnnounced) {
		text := n.name
		for _, tenant := range words {
			text += fmt.Sprintf(" %d:%d", tenant, owed[tenant])
		}
		_, _ = n.store.writeDB.ExecContext(ctx, "SELECT pg_notify($1, $2)", nodesChannel, text)
	}
}

// listen hears the others over conn, and over another when that is lost.
func (n *nodes) listen(ctx context.Context, conn *pgx.Conn) {
	for {
		n.hear(ctx, conn)
		for pause := firstPause; ; pause = min(2*pause, lastPause) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			var err error
			if conn, err = n.connect(ctx); err == nil {
				break
			}
		}
	}
}

// connect makes a connection that hears what is said from now on, and tells of what was said before.
func (n *nodes) connect(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, n.config)
	if err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, "LISTEN "+nodesChannel); err == nil {
		err = n.look(ctx, conn)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

// hear listens until the connection is lost.
func (n *nodes) hear(ctx context.Context, conn *pgx.Conn) {
	for n.wait(ctx, conn) == nil && n.look(ctx, conn) == nil {
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	_ = conn.Close(ctx) // it is lost already, or no longer wanted
}

// wait passes on what is heard, until it is time to look again.
func (n *nodes) wait(ctx context.Context, conn *pgx.Conn) error {
	quiet, cancel := context.WithTimeout(ctx, n.rescan)
	defer cancel()
	for {
		heard, err := conn.WaitForNotification(quiet)
		if err != nil {
			if quiet.Err() != nil && ctx.Err() == nil && !conn.IsClosed() {
				return nil
			}
			return err
		}
		n.pass(heard.Payload)
	}
}

// pass tells the watchers what another store has announced.
func (n *nodes) pass(payload string) {
	words := strings.Fields(payload)
	if len(words) == 0 || words[0] == n.name {
		return
	}
	var changed []touch
	for _, word := range words[1:] {
		var t touch
		if _, err := fmt.Sscanf(word, "%d:%d", &t.tenant, &t.seq); err == nil {
			changed = append(changed, t)
		}
	}
	n.store.watchers.tell(n.unseen(changed))
}

// look finds the tenants whose change log has grown without a word.
func (n *nodes) look(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := conn.Query(ctx, "SELECT tenant, seq FROM tenant_counters")
	if err != nil {
		return err
	}
	var changed []touch
	var t touch
	_, err = pgx.ForEachRow(rows, []any{&t.tenant, &t.seq}, func() error {
		if t.seq > 0 { // in a new tenant nothing has happened
			changed = append(changed, t)
		}
		return nil
	})
	if err == nil {
		n.store.watchers.tell(n.unseen(changed))
	}
	return err
}

// unseen leaves what watchers have not been told of. A change without a seq, as of a job, is always news.
func (n *nodes) unseen(changed []touch) []touch {
	n.mu.Lock()
	defer n.mu.Unlock()
	var news []touch
	for _, t := range changed {
		if t.seq == 0 || t.seq > n.seen[t.tenant] {
			news = append(news, t)
			n.seen[t.tenant] = max(n.seen[t.tenant], t.seq)
		}
	}
	return news
}

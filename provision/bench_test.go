package provision_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/sample"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

// benchUsers is the size of the tenant in the benchmarks; HOSPES_BENCH_USERS changes it.
func benchUsers(b *testing.B) int {
	b.Helper()
	text := os.Getenv("HOSPES_BENCH_USERS")
	if text == "" {
		return 20000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// cpu gives the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fill puts generated people into the source, all of them in the assigned group, each with a manager.
func (w *world) fill(n int) {
	w.Helper()
	byKey := map[string]hospes.Number{}
	var batch [][]hospes.Edit
	var keys, managers []string
	flush := func() {
		w.must(w.store.Update(ctx, store.Write{Tenant: w.source.ID, By: tester, Bulk: true}, func(tx store.Tx) error {
			users, refused, err := directory.CreateUsers(tx, hospes.SystemRandom(), batch, false)
			if err != nil || len(refused) > 0 {
				return fmt.Errorf("%w; refused %v", err, refused)
			}
			var ties []hospes.Tie
			for i, u := range users {
				byKey[keys[i]] = u.Number
				ties = append(ties, hospes.Tie{Relation: hospes.RelationMember, From: w.group.Number, To: u.Number})
				if m := byKey[managers[i]]; m != 0 {
					ties = append(ties, hospes.Tie{Relation: hospes.RelationManager, From: u.Number, To: m})
				}
			}
			_, err = tx.Relate(ties...)
			return err
		}))
		batch, keys, managers = nil, nil, nil
	}
	for person := range sample.People(n, 1) {
		edits := person.Edits()
		edits = append(edits, hospes.Edit{Property: hospes.UserAccountEnabled, Value: hospes.True})
		batch, keys, managers = append(batch, edits), append(keys, person.Key), append(managers, person.Manager)
		if len(batch) == 10000 {
			flush()
		}
	}
	flush()
}

// BenchmarkInitialCycle measures the first cycle by processor time a person, beside its floor: every row of every table
// that the cycle wrote, replayed raw by the same driver, in groups of the same size and with the same durability.
func BenchmarkInitialCycle(b *testing.B) {
	n := benchUsers(b)
	for range b.N {
		b.StopTimer()
		dir := b.TempDir()
		file := filepath.Join(dir, "hospes.db")
		w := newWorld(b, func(t testing.TB, clock hospes.Clock) (*sqlstore.Store, error) {
			return sqlstore.OpenSQLite(ctx, file, sqlstore.Options{Clock: clock})
		})
		w.fill(n)
		before := maxNumbers(b, file)
		runtime.GC()
		b.StartTimer()
		startCPU, start := cpu(), time.Now()
		counts := w.cycle()
		cycleCPU, cycleWall := cpu()-startCPU, time.Since(start)
		b.StopTimer()
		if counts.Created != int64(n) {
			b.Fatalf("created %d of %d", counts.Created, n)
		}
		floorCPU, floorWall, rows := replay(b, file, filepath.Join(dir, "floor.db"), before)
		b.ReportMetric(float64(cycleCPU.Microseconds())/float64(n), "cpu-us/user")
		b.ReportMetric(float64(floorCPU.Microseconds())/float64(n), "floor-cpu-us/user")
		b.ReportMetric(float64(cycleCPU)/float64(floorCPU), "cpu-ratio")
		b.ReportMetric(float64(cycleWall)/float64(floorWall), "wall-ratio")
		b.ReportMetric(float64(n)/cycleWall.Seconds(), "users/s")
		b.ReportMetric(float64(rows)/float64(n), "rows/user")
	}
}

// written are the tables that a cycle writes, with the key by which new rows are told from old ones.
var written = []struct{ table, key string }{
	{"objects", "number"}, {"object_keys", "number"}, {"relations", "holder"}, {"changes", "seq"}, {"writes", "number"},
	{"audits", "number"}, {"provisionings", "number"}, {"links", "number"},
}

func rawOpen(b *testing.B, file string) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(8000)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return db
}

// maxNumbers gives the last row of each table and tenant before the cycle.
func maxNumbers(b *testing.B, file string) map[string]map[int64]int64 {
	b.Helper()
	db := rawOpen(b, file)
	all := map[string]map[int64]int64{}
	for _, t := range written {
		all[t.table] = map[int64]int64{}
		rows, err := db.Query("SELECT tenant, COUNT(*) FROM " + t.table + " GROUP BY tenant")
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			var tenant, count int64
			if err := rows.Scan(&tenant, &count); err != nil {
				b.Fatal(err)
			}
			all[t.table][tenant] = count
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

// replay writes what the cycle wrote into a fresh file, raw. Rows of a tenant that were there before come first in the
// order of their keys and are left out by their number.
func replay(b *testing.B, from, to string, before map[string]map[int64]int64) (time.Duration, time.Duration, int) {
	b.Helper()
	fresh, err := sqlstore.OpenSQLite(ctx, to, sqlstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := fresh.Close(); err != nil {
		b.Fatal(err)
	}
	type batch struct {
		insert string
		rows   [][]any
	}
	var batches []batch
	total := 0
	source := rawOpen(b, from)
	for _, t := range written {
		rows, err := source.Query("SELECT * FROM " + t.table + " ORDER BY " + t.key)
		if err != nil {
			b.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		tenantColumn := 0
		marks := make([]string, len(columns))
		for i, c := range columns {
			marks[i] = "?"
			if c == "tenant" {
				tenantColumn = i
			}
		}
		out := batch{insert: "INSERT INTO " + t.table + " VALUES (" + strings.Join(marks, ", ") + ")"}
		seen := map[int64]int64{}
		for rows.Next() {
			values := make([]any, len(columns))
			refs := make([]any, len(columns))
			for i := range values {
				refs[i] = &values[i]
			}
			if err := rows.Scan(refs...); err != nil {
				b.Fatal(err)
			}
			tenant := values[tenantColumn].(int64)
			seen[tenant]++
			if seen[tenant] > before[t.table][tenant] {
				out.rows = append(out.rows, values)
			}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		total += len(out.rows)
		batches = append(batches, out)
	}
	target := rawOpen(b, to)
	runtime.GC()
	startCPU, start := cpu(), time.Now()
	// Groups as the cycle makes them: the same share of every table in each transaction.
	groups := max(1, len(batches[0].rows)/10000)
	for g := range groups {
		tx, err := target.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for _, t := range batches {
			stmt, err := tx.Prepare(t.insert)
			if err != nil {
				b.Fatal(err)
			}
			for _, row := range t.rows[g*len(t.rows)/groups : (g+1)*len(t.rows)/groups] {
				if _, err := stmt.Exec(row...); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return cpu() - startCPU, time.Since(start), total
}

// BenchmarkIdleCycle measures a pass over a tenant in which nothing has changed.
func BenchmarkIdleCycle(b *testing.B) {
	w := newWorld(b, openSQLite)
	w.fill(benchUsers(b))
	w.cycle()
	b.ResetTimer()
	for range b.N {
		if worked, err := w.engine.RunCycle(ctx, w.source.ID, w.job); err != nil || worked {
			b.Fatalf("worked %v, %v", worked, err)
		}
	}
}

// BenchmarkChangedCycle measures a cycle after k of the people have changed.
func BenchmarkChangedCycle(b *testing.B) {
	w := newWorld(b, openSQLite)
	w.fill(benchUsers(b))
	w.cycle()
	const k = 100
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		w.update(w.source, func(tx store.Tx) error {
			page, err := tx.List(store.Query{Schema: hospes.UserSchema, Limit: k})
			if err != nil {
				return err
			}
			for _, d := range page.Documents {
				o, err := d.Object()
				if err != nil {
					return err
				}
				o.Set(hospes.UserSchema.Must("jobTitle"), hospes.String(fmt.Sprintf("Title %d", i)))
				if err := tx.Put(o); err != nil {
					return err
				}
			}
			return nil
		})
		b.StartTimer()
		if counts := w.cycle(); counts.Updated != k {
			b.Fatalf("updated %d of %d", counts.Updated, k)
		}
	}
}

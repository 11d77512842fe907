package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver named pgx
)

// Cluster is a running private PostgreSQL.
type Cluster struct {
	dir    string
	bin    string
	owner  *syscall.Credential
	args   string // of the server
	server string // DSN without a database
}

var (
	once    sync.Once
	shared  *Cluster
	failure error
	names   atomic.Int64
)

// Main runs the tests of a package and stops the cluster after them. Call it from TestMain.
func Main(m interface{ Run() int }) {
	code := m.Run()
	if shared != nil {
		if err := shared.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
		}
	}
	os.Exit(code)
}

// Database gives the address of an empty database that lives as long as the test.
func Database(t testing.TB) string {
	t.Helper()
	once.Do(func() {
		if server := os.Getenv("HOSPES_TEST_POSTGRES"); server != "" {
			shared = &Cluster{server: server}
			return
		}
		shared, failure = Start("fsync=off", "full_page_writes=off", "synchronous_commit=on")
	})
	if failure != nil {
		t.Fatalf("pgtest: %v", failure)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), names.Add(1))
	if err := shared.admin("CREATE DATABASE " + name); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := shared.admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return shared.DSN(name)
}

// DSN addresses a database of the cluster.
func (c *Cluster) DSN(database string) string { return c.server + " dbname=" + database }

func (c *Cluster) admin(text string) error {
	db, err := sql.Open("pgx", c.DSN("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), text)
	return errors.Join(err, db.Close())
}

// Start makes a cluster and starts it with the given settings.
func Start(settings ...string) (*Cluster, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return nil, errors.New("PostgreSQL is not installed; run `make setup`, or name a server in HOSPES_TEST_POSTGRES")
	}
	sort.Strings(found)
	dir, err := os.MkdirTemp("", "hospes-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, bin: found[len(found)-1]}
	if err := c.ownBy("postgres"); err != nil {
		return nil, err
	}
	if err := c.run("initdb", "-D", c.data(), "-U", "hospes", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
		return nil, err
	}
	c.args = "-k " + dir + " -c listen_addresses='' -c max_connections=100"
	for _, s := range settings {
		c.args += " -c " + s
	}
	if err := c.Resume(); err != nil {
		return nil, err
	}
	c.server = "host=" + dir + " user=hospes sslmode=disable"
	return c, nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// ownBy hands the directory to another account when we are root, as which PostgreSQL refuses to run.
func (c *Cluster) ownBy(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	account, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return err
	}
	c.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.dir, uid, gid)
}

func (c *Cluster) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir = c.dir
	if c.owner != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}

// Resume starts the server, for the first time or after Stop.
func (c *Cluster) Resume() error {
	return c.run("pg_ctl", "-D", c.data(), "-w", "-o", c.args, "-l", filepath.Join(c.dir, "log"), "start")
}

// Stop ends the server; mode is "fast" or "immediate", which is like a crash.
func (c *Cluster) Stop(mode string) error {
	return c.run("pg_ctl", "-D", c.data(), "-m", mode, "-w", "stop")
}

// Close stops the server and removes its files.
func (c *Cluster) Close() error {
	if c.dir == "" {
		return nil
	}
	return errors.Join(c.Stop("immediate"), os.RemoveAll(c.dir))
}

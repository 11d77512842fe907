package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/disktest"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

// TestRestoreDrill backs a demo up while its directory is open, restores it, and compares the two tenant by tenant.
func TestRestoreDrill(t *testing.T) {
	dir, away := filepath.Join(t.TempDir(), "data"), t.TempDir()
	file, back := filepath.Join(away, "backup.tar.gz"), filepath.Join(away, "new", "data")
	run := runs(t)
	run(exitOK, "demo", "--exit", "--data", dir)
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	run(exitOK, "backup", file, "--data", dir)
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", info, err)
	}
	if got := run(exitOK, "restore", file, "--data", back); !strings.Contains(got, "Restored 2 tenants with ") {
		t.Errorf("it says %q", got)
	}
	was, is := hashes(t, dir), hashes(t, back)
	if len(was) != 3 {
		t.Errorf("%d tenants were compared", len(was))
	}
	for tenant, hash := range was {
		if is[tenant] != hash {
			t.Errorf("the tenant %s differs", tenant)
		}
	}
	if got := run(exitOK, "demo", "--exit", "--data", back); !strings.Contains(got, " 0 created, 0 updated") {
		t.Errorf("the demo goes on with\n%s", got)
	}
	run(exitConflict, "restore", file, "--data", back)
	run(exitNotFound, "backup", file, "--data", t.TempDir())
}

// TestBackupWithoutRoom leaves no half file, neither where the backup goes nor in the data directory.
func TestBackupWithoutRoom(t *testing.T) {
	disk := disktest.Mount(t, "64m")
	if disk == "" {
		return // what a full disk does to the database is proven in provision with a limit, too
	}
	run := runs(t)
	here, there := filepath.Join(t.TempDir(), "data"), filepath.Join(disk, "data")
	run(exitOK, "demo", "--exit", "--data", here)
	run(exitOK, "demo", "--exit", "--data", there)
	for _, way := range []struct{ from, to string }{{here, filepath.Join(disk, "backup.tar.gz")}, {there, filepath.Join(t.TempDir(), "backup.tar.gz")}} {
		before := slices.Concat(files(t, disk), files(t, filepath.Dir(way.to)))
		free := disktest.Fill(t, disk)
		said := run(exitUnavailable, "backup", way.to, "--data", way.from)
		free()
		if after := slices.Concat(files(t, disk), files(t, filepath.Dir(way.to))); !slices.Equal(after, before) {
			t.Errorf("the backup from %s leaves %v, there was %v", way.from, after, before)
		}
		if !strings.Contains(said, "free some room") || strings.Count(said, "\n") != 1 {
			t.Errorf("the backup from %s says %q", way.from, said)
		}
		run(exitOK, "backup", way.to, "--data", way.from)
	}
}

// files lists what is below a directory, without the companions that SQLite keeps beside a database that is looked at.
func files(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if !strings.HasSuffix(path, "-shm") && !strings.HasSuffix(path, "-wal") {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func hashes(t *testing.T, dir string) map[hospes.TenantID][32]byte {
	t.Helper()
	i, err := server.Open(t.Context(), server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}()
	tenants, err := i.Store.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[hospes.TenantID][32]byte{}
	for _, tenant := range tenants {
		err := i.Store.View(t.Context(), tenant.ID, func(r store.Reader) (err error) {
			all[tenant.ID], err = r.ContentHash()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestRestoreOfWhatIsNoBackup leaves nothing behind.
func TestRestoreOfWhatIsNoBackup(t *testing.T) {
	away := t.TempDir()
	source := filepath.Join(away, "source")
	newDemo := newProgram(0)
	if code := newDemo.run(t.Context(), []string{"tenant", "create", "Aurora", "--domain", "aurora.example", "--data", source}); code != exitOK {
		t.Fatal(newDemo.stderr.String())
	}
	whole := filepath.Join(away, "whole.tar.gz")
	p := newProgram(0)
	if code := p.run(t.Context(), []string{"backup", whole, "--data", source}); code != exitOK {
		t.Fatal(p.stderr.String())
	}
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"empty": nil, "text": []byte("hello"), "cut short": text[:len(text)/2]} {
		bad, place := filepath.Join(away, "bad"), filepath.Join(away, "place")
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		p := newProgram(0)
		if code := p.run(t.Context(), []string{"restore", bad, "--data", place}); code != exitFailed || !strings.Contains(p.stderr.String(), "This is no backup, or it is not whole") {
			t.Errorf("%s: exit %d, %s", name, code, p.stderr.String())
		}
		if left, err := filepath.Glob(filepath.Join(away, ".restore-*")); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", name, left, err)
		}
		if _, err := os.Stat(place); err == nil {
			t.Errorf("%s leaves a directory", name)
		}
	}
}

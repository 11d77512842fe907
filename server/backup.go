package server

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
)

const database = "hospes.db"

// kept are the files of a data directory that a backup holds, beside the database. The master key is among them where it
// is a file: a backup opens everything, and wants to be kept accordingly.
var kept = []string{"master.key", "ca.pem", "ca-key.pem", "node", "demo.json"}

// maxKept limits the small files of a backup.
const maxKept = 1 << 20

// Backup writes a data directory with its database as a compressed archive, as it is at one moment. A server may be
// running on it.
func Backup(ctx context.Context, dataDir string, out io.Writer) (err error) {
	file := filepath.Join(dataDir, database)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return &hospes.Error{
			Kind: hospes.KindNotFound, Op: "server.Backup", Code: "NoDatabase",
			Message: "There is no database in " + dataDir + ". What is kept in PostgreSQL is backed up with its own tools.",
		}
	}
	scratch, err := os.MkdirTemp(dataDir, ".backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	snapshot := filepath.Join(scratch, database)
	if err := sqlstore.Snapshot(ctx, file, snapshot); err != nil {
		return err
	}
	zip := gzip.NewWriter(out)
	archive := tar.NewWriter(zip)
	if err := addFile(archive, database, snapshot); err != nil {
		return err
	}
	for _, name := range kept {
		err := addFile(archive, name, filepath.Join(dataDir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.Join(archive.Close(), zip.Close())
}

func addFile(archive *tar.Writer, name, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime(), Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err = io.CopyN(archive, file, info.Size())
	return err
}

// Restored is what a restored backup holds.
type Restored struct {
	Tenants int
	Users   int64
	Audits  int64
}

// Restore makes a data directory of a backup. It comes into being whole, after its database and the chain of every audit
// log were found sound, or not at all. Conflict where the directory has something in it.
func Restore(ctx context.Context, in io.Reader, o Options) (_ Restored, err error) {
	entries, err := os.ReadDir(o.DataDir)
	if err == nil && len(entries) > 0 {
		return Restored{}, &hospes.Error{Kind: hospes.KindConflict, Op: "server.Restore", Code: "DataDirectoryNotEmpty", Message: o.DataDir + " has something in it. A backup is restored into a new directory."}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Restored{}, err
	}
	final := filepath.Clean(o.DataDir)
	if err := os.MkdirAll(filepath.Dir(final), 0o700); err != nil {
		return Restored{}, err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(final), ".restore-*")
	if err != nil {
		return Restored{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	if err := unpack(in, scratch); err != nil {
		return Restored{}, err
	}
	if err := sqlstore.CheckFile(ctx, filepath.Join(scratch, database)); err != nil {
		return Restored{}, err
	}
	o.DataDir, o.Postgres = scratch, ""
	restored, err := inspect(ctx, o)
	if err != nil {
		return Restored{}, err
	}
	if err := os.Remove(final); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Restored{}, err
	}
	return restored, os.Rename(scratch, final)
}

// unpack writes the files of an archive into a directory: those that a backup has, and nothing else.
func unpack(in io.Reader, dir string) error {
	broken := func(err error) error {
		return &hospes.Error{Kind: hospes.KindInvalid, Op: "server.Restore", Code: "BackupUnreadable", Message: "This is no backup, or it is not whole: " + err.Error() + ".", Err: err}
	}
	zip, err := gzip.NewReader(in)
	if err != nil {
		return broken(err)
	}
	archive := tar.NewReader(zip)
	seen := false
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(err)
		}
		isDatabase := header.Name == database
		if header.Typeflag != tar.TypeReg || !isDatabase && (!slices.Contains(kept, header.Name) || header.Size > maxKept) {
			return broken(errors.New("'" + header.Name + "' does not belong into one"))
		}
		seen = seen || isDatabase
		file, err := os.OpenFile(filepath.Join(dir, header.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(header.Mode)&0o644)
		if err != nil {
			return err
		}
		_, err = io.CopyN(file, archive, header.Size)
		synced, closed := file.Sync(), file.Close()
		if err != nil {
			return broken(err)
		}
		if err := errors.Join(synced, closed); err != nil {
			return err
		}
	}
	if !seen {
		return broken(errors.New("it has no database"))
	}
	return nil
}

// inspect opens a restored directory and verifies every audit log.
func inspect(ctx context.Context, o Options) (r Restored, err error) {
	i, err := Open(ctx, o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, i.Close()) }()
	tenants, err := i.Store.Tenants(ctx)
	if err != nil {
		return r, err
	}
	for _, t := range tenants {
		err := i.Store.View(ctx, t.ID, func(reader store.Reader) error {
			sound, broken, err := reader.VerifyAudits()
			if err != nil {
				return err
			}
			if broken != 0 {
				return &hospes.Error{Kind: hospes.KindInvalid, Op: "server.Restore", Code: "AuditLogChanged", Message: "The audit log of " + t.DisplayName + " was changed before it was backed up."}
			}
			r.Audits += sound
			if !t.System {
				r.Tenants++
			}
			n, err := reader.Count(store.Query{Schema: hospes.UserSchema})
			r.Users += n
			return err
		})
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

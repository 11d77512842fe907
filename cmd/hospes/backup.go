package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/server"
)

func (c *cli) backupCommand() *cobra.Command {
	cmd := c.verb("backup FILE", "Write a data directory into one file", "hospes backup aurora.tar.gz --data ./data\nhospes backup - --data ./data | ssh vault 'cat > aurora.tar.gz'",
		func(ctx context.Context, args []string) error {
			if c.flags.data == "" {
				return usagef("give the data directory with --data DIR")
			}
			err := c.writeFile(args[0], func(w io.Writer) error { return server.Backup(ctx, c.flags.data, w) })
			if err == nil && args[0] != "-" {
				c.hint("It opens everything, the master key is in it: keep it accordingly.")
			}
			return err
		})
	cmd.Long = cmd.Short + `.

The file holds the database as it is at one moment, also while a server runs on it, and the keys of the directory. What is
kept in PostgreSQL is backed up with its own tools.`
	cmd.Args = cobra.ExactArgs(1)
	return cmd
}

// writeFile writes a file that is there whole or not at all, for its owner's eyes only; - is standard output. What is no
// file, such as a pipe, is written to as it is. The file is made under a name that nobody can have put there before.
func (c *cli) writeFile(name string, write func(io.Writer) error) error {
	if name == "-" {
		return write(c.out)
	}
	const noFile = fs.ModeDevice | fs.ModeNamedPipe | fs.ModeSocket
	if info, err := os.Stat(name); err == nil && info.Mode()&noFile != 0 {
		there, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return usagef("%v", err)
		}
		return errors.Join(write(there), there.Close())
	}
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.part")
	if err != nil {
		return usagef("%v", err)
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			err = &hospes.Error{Kind: hospes.KindUnavailable, Op: "file", Code: hospes.CodeStorageFull, Message: "There is no room left for " + name + ", and nothing of it stays.", Err: err}
		}
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), name)
}

func (c *cli) restoreCommand() *cobra.Command {
	cmd := c.verb("restore FILE", "Make a data directory of a backup", "hospes restore aurora.tar.gz --data ./restored",
		func(ctx context.Context, args []string) (err error) {
			if c.flags.data == "" {
				return usagef("give the new data directory with --data DIR")
			}
			in := io.Reader(c.in)
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return usagef("%v", err)
				}
				defer file.Close()
				in = file
			}
			restored, err := server.Restore(ctx, in, c.serverOptions())
			if err != nil {
				return err
			}
			c.hint("Restored %d tenants with %d users; %d audit records are sound.", restored.Tenants, restored.Users, restored.Audits)
			return nil
		})
	cmd.Long = cmd.Short + `.

The directory must be new or empty. The database and the chain of every audit log are checked first; the directory comes into
being whole, or not at all.`
	cmd.Args = cobra.ExactArgs(1)
	return cmd
}

package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/server"
)

func (c *cli) backupCommand() *cobra.Command {
	cmd := c.verb("backup FILE", "Write a data directory into one file", "hospes backup aurora.tar.gz --data ./data\nhospes backup - --data ./data | ssh vault 'cat > aurora.tar.gz'",
		func(ctx context.Context, args []string) error {
			if c.flags.data == "" {
				return usagef("give the data directory with --data DIR")
			}
			if args[0] == "-" {
				return server.Backup(ctx, c.flags.data, c.out)
			}
			file, err := os.OpenFile(args[0]+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
			if err != nil {
				return err
			}
			err = server.Backup(ctx, c.flags.data, file)
			if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
				return errors.Join(err, os.Remove(file.Name()))
			}
			c.hint("It opens everything, the master key is in it: keep it accordingly.")
			return os.Rename(file.Name(), args[0])
		})
	cmd.Long = cmd.Short + `.

The file holds the database as it is at one moment, also while a server runs on it, and the keys of the directory. What is
kept in PostgreSQL is backed up with its own tools.`
	cmd.Args = cobra.ExactArgs(1)
	return cmd
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

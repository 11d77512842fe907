package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// caFile is the certificate of an instance's own authority, in its data directory (design 3.3).
const caFile = "ca.pem"

func (c *cli) caCommand() *cobra.Command {
	cmd := c.verb("ca", "Print where the certificate of the server's own authority is", `curl --cacert "$(hospes ca --data ./data)" https://localhost:8443/healthz`,
		func(context.Context, []string) error {
			if c.flags.data == "" {
				return usagef("give the data directory with --data DIR")
			}
			path, err := filepath.Abs(filepath.Join(c.flags.data, caFile))
			if err != nil {
				return err
			}
			// The directory is not opened: this is asked for while a server works on it.
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				return &helpful{notFoundf("there is no %s", path), "'hospes serve' makes it when it first runs on the directory"}
			} else if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.out, path)
			return err
		})
	return cmd
}

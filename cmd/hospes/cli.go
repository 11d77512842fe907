package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/progress"
	"github.com/hospes-dev/hospes/server"
)

// cli is one run of the program: its streams, its settings, and what it has opened. Commands are its methods.
type cli struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	clock    hospes.Clock
	random   hospes.Random
	columns  func(io.Writer) int                        // of a terminal; 0 for anything else
	wait     func(context.Context, time.Duration) error // passes the time before a request is repeated; nil waits
	retries  int                                        // how often a request that was turned away for a moment is repeated

	flags    globals
	settings settings
	started  bool // flags and arguments were right, and a command has begun
	instance *server.Instance
}

// globals are the flags that all commands share.
type globals struct {
	server, ca, clientID, clientSecret string
	data, postgres, masterKey, dns     string
	tenant, config, output             string
	quiet, verbose                     bool
}

// run executes a command line and gives the exit code.
func (c *cli) run(ctx context.Context, args []string) int {
	c.retries = retries
	root := c.root()
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	cmd, err := root.ExecuteContextC(ctx)
	err = errors.Join(err, c.close())
	if err == nil {
		return exitOK
	}
	if !c.started {
		err = asUsage(err, cmd.CommandPath())
	}
	return c.report(ctx, err)
}

// close gives back what was opened.
func (c *cli) close() error {
	if c.instance == nil {
		return nil
	}
	err := c.instance.Close()
	c.instance = nil
	return err
}

// serverOptions are what an instance in this process is opened with.
func (c *cli) serverOptions() server.Options {
	return server.Options{
		DataDir: c.flags.data, Postgres: c.flags.postgres, MasterKey: c.flags.masterKey, DNS: c.flags.dns,
		Log: c.log(), Clock: c.clock, Random: c.random,
	}
}

// open opens the data directory, once. It stays open until the command ends.
func (c *cli) open(ctx context.Context) (*server.Instance, error) {
	return c.openWith(ctx, c.serverOptions())
}

func (c *cli) openWith(ctx context.Context, options server.Options) (*server.Instance, error) {
	if c.instance != nil {
		return c.instance, nil
	}
	if c.flags.data == "" {
		return nil, usagef("give the data directory with --data DIR")
	}
	i, err := server.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	c.instance = i
	return i, nil
}

// log writes to standard error: faults only, unless more was asked for.
func (c *cli) log() *slog.Logger {
	level := slog.LevelError
	if c.flags.verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level}))
}

// bar makes a progress bar on standard error.
func (c *cli) bar(label string, unit progress.Unit, total int64) *progress.Bar {
	return progress.New(progress.Options{
		Out: c.err, Clock: c.clock, Terminal: c.columns(c.err) > 0, Width: func() int { return c.columns(c.err) },
		Quiet: c.flags.quiet, Label: label, Unit: unit, Total: total,
	})
}

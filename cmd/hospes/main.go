package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/hospes-dev/hospes"
)

// version is set by the linker of a release: -ldflags "-X main.version=v1.2.3".
var version string

func main() { os.Exit(run()) }

// run is main without the exit, so that what it defers still happens.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &cli{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv,
		clock: hospes.SystemClock{}, random: hospes.SystemRandom(), columns: columnsOf,
	}
	return c.run(ctx, os.Args[1:])
}

// columnsOf gives the width of a terminal, and 0 for anything else.
func columnsOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		return 80
	}
	return width
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
)

func (c *cli) benchCommand() *cobra.Command {
	var users int
	cmd := c.verb("bench", "Measure what this machine can do", "hospes bench\nhospes bench --users 20000 --data /mnt/fast/bench -o json",
		func(ctx context.Context, _ []string) error {
			if users < 1 || users > bench.MaxUsers {
				return usagef("--users takes a number from 1 to %d", bench.MaxUsers)
			}
			return c.bench(ctx, users)
		})
	cmd.Long = cmd.Short + `.

It works on people of its own, in a temporary directory or in the one of --data, which has to be new and goes afterwards. Where there is
a floor, it is what the same rows cost when they are written raw by the same driver, in the same run: the ratio tells more
than the figure does. Durable commits are as fast as the disk is: name a directory on the one that matters.`
	cmd.Flags().IntVar(&users, "users", 5000, "number of people to measure with")
	return cmd
}

func (c *cli) bench(ctx context.Context, users int) (err error) {
	if c.flags.postgres != "" || c.flags.server != "" {
		return usagef("bench measures this machine with a directory of its own; leave --server and --postgres out")
	}
	dir := c.flags.data
	if dir == "" {
		dir, err = os.MkdirTemp("", "hospes-bench-*")
	} else if err = os.Mkdir(dir, 0o700); errors.Is(err, os.ErrExist) {
		return &helpful{&hospes.Error{Kind: hospes.KindConflict, Message: dir + " is there already"}, "name a directory that is not"}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	figures, err := bench.Run(ctx, bench.Options{
		Dir: dir, Users: users, Clock: c.clock, Random: c.random, Progress: func(label string) { c.hint("%s …", label) },
	})
	if err != nil {
		return err
	}
	var rows []json.RawMessage
	for _, f := range figures {
		raw, err := json.Marshal(rounded(f))
		if err != nil {
			return err
		}
		rows = append(rows, raw)
	}
	out := c.list("nothing was measured", "name", "value", "unit", "floor", "ratio")
	out.begin(member{"users", json.RawMessage(fmt.Sprint(users))})
	if err := out.page(rows); err != nil {
		return err
	}
	return out.end()
}

// rounded gives a figure with no more digits than it is worth.
func rounded(f bench.Figure) bench.Figure {
	for _, v := range []*float64{&f.Value, &f.Floor, &f.Ratio} {
		*v = math.Round(*v*100) / 100
	}
	return f
}

package bench

import (
	"fmt"
	"syscall"
	"time"

	"github.com/hospes-dev/hospes"
)

// Cost is what work took.
type Cost struct {
	CPU  time.Duration // of all processors, by this process
	Wall time.Duration
}

// Measure tells what work takes.
func Measure(clock hospes.Clock, work func() error) (Cost, error) {
	used, err := cpu()
	if err != nil {
		return Cost{}, err
	}
	began := clock.Now()
	if err := work(); err != nil {
		return Cost{}, err
	}
	wall := clock.Now().Sub(began)
	now, err := cpu()
	return Cost{now - used, wall}, err
}

// cpu gives the processor time that this process has used.
func cpu() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("reading the processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

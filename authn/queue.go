package authn

import (
	"context"
	"runtime"
	"time"

	"github.com/hospes-dev/hospes"
)

// queue bounds how many passwords are hashed at once: each costs memory and time on purpose, and anybody may ask.
type queue struct {
	running chan struct{}
	waiting chan struct{}
}

const maxWaiting = 64

func newQueue() *queue {
	return &queue{running: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))), waiting: make(chan struct{}, maxWaiting)}
}

// do runs fn in its turn. Who finds the queue full is sent away, rather than let everybody wait.
func (q *queue) do(ctx context.Context, fn func() error) error {
	select {
	case q.waiting <- struct{}{}:
	default:
		return &hospes.Error{
			Kind: hospes.KindThrottled, Op: "authn.queue", Code: CodeBusy, RetryAfter: time.Second,
			Message: "Too many people are signing in at this moment. Try again.",
		}
	}
	defer func() { <-q.waiting }()
	select {
	case q.running <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-q.running }()
	return fn()
}

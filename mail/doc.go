// Package mail brings messages to people: they are put into the outbox as a kind with arguments, in the transaction of
// what they tell of, and rendered and sent later.
//
// It owns the worker, the rendering and the ways out: a relay, or files where none is set. It does not know when somebody
// should be told of something.
package mail

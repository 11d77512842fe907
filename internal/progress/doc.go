// Package progress shows how far long work has come: a bar with its rate and the time that is left on a terminal, and
// elsewhere a plain line every few seconds, which a log can hold.
//
//	bar := progress.New(progress.Options{Out: os.Stderr, Clock: clock, Terminal: true, Label: "import", Total: size})
//	for … { bar.Set(done) }
//	bar.Done()
//
// It starts no goroutine and reads no clock of its own: it draws when it is told of progress, as seldom as is useful.
// It does not find out whether it writes to a terminal, nor how wide that is; whoever makes it says so.
package progress

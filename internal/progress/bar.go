package progress

import (
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
)

// Options say what is shown, and how.
type Options struct {
	Out      io.Writer
	Clock    hospes.Clock
	Terminal bool       // whether Out is one; elsewhere plain lines are written
	Width    func() int // columns of the terminal, asked at each drawing; nil: 80
	Quiet    bool       // show nothing
	Label    string     // what is being done
	Unit     Unit
	Total    int64 // how much there is to do; 0: nobody knows
}

// Unit is what is counted.
type Unit uint8

// The units.
const (
	Items Unit = iota
	Bytes
)

const (
	redraw    = 100 * time.Millisecond // between two drawings on a terminal
	lineEvery = 5 * time.Second        // between two plain lines
	halfLife  = 5 * time.Second        // in which the rate forgets half of what it was
)

// Bar shows the progress of one piece of work. It may be told of it by many goroutines.
type Bar struct {
	o Options

	mu      sync.Mutex
	state   State
	began   time.Time
	sampled time.Time // when the rate was last taken, and at what
	sample  int64
	drawn   time.Time
	last    string // what stands on the line of the terminal
}

// New makes a bar. It shows nothing before it is told of progress.
func New(o Options) *Bar {
	if o.Width == nil {
		o.Width = func() int { return defaultWidth }
	}
	now := o.Clock.Now()
	return &Bar{o: o, state: State{Label: o.Label, Unit: o.Unit, Total: o.Total}, began: now, sampled: now, drawn: now}
}

// Start says what had been done before: work that is taken up again is not as fast as it then would seem.
func (b *Bar) Start(done int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Done, b.sample = done, done
}

// SetTotal says how much there is to do, once it is known.
func (b *Bar) SetTotal(total int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Total = total
}

// SetLabel says what is being done now.
func (b *Bar) SetLabel(label string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Label = label
}

// Set says how much is done.
func (b *Bar) Set(done int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Done = done
	b.tick(b.o.Clock.Now(), false)
}

// Add says how much more is done.
func (b *Bar) Add(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Done += n
	b.tick(b.o.Clock.Now(), false)
}

// Note writes a line of its own, above the bar. It is shown to those as well who want no bar.
func (b *Bar) Note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	b.write(fmt.Sprintf(format, args...) + "\n")
}

// Done draws the last state and ends the line.
func (b *Bar) Done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Elapsed, b.state.Left = b.o.Clock.Now().Sub(b.began), 0
	b.state.Ended = true
	if b.o.Quiet {
		return
	}
	if !b.o.Terminal {
		if b.state.Elapsed >= lineEvery { // short work has left no lines, and needs none
			b.write(b.state.Line() + "\n")
		}
		return
	}
	b.draw()
	b.write("\n")
	b.last = ""
}

// Abort takes the bar away, for an error that is to be shown in its place.
func (b *Bar) Abort() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// tick draws, if it is time.
func (b *Bar) tick(now time.Time, force bool) {
	pause := redraw
	if !b.o.Terminal {
		pause = lineEvery
	}
	if b.o.Quiet || !force && now.Sub(b.drawn) < pause {
		return
	}
	b.measure(now)
	b.drawn = now
	if b.o.Terminal {
		b.draw()
		return
	}
	b.write(b.state.Line() + "\n")
}

// measure brings the rate up to date. It is a mean in which what is long ago counts little, so that it follows a
// change of pace and yet does not jump.
func (b *Bar) measure(now time.Time) {
	b.state.Elapsed = now.Sub(b.began)
	passed := now.Sub(b.sampled)
	if passed <= 0 {
		return
	}
	current := max(float64(b.state.Done-b.sample), 0) / passed.Seconds()
	if b.state.Rate == 0 {
		b.state.Rate = current
	} else {
		weight := 1 - math.Exp2(-passed.Seconds()/halfLife.Seconds())
		b.state.Rate += (current - b.state.Rate) * weight
	}
	b.sampled, b.sample = now, b.state.Done
	b.state.Left = 0
	if rest := b.state.Total - b.state.Done; rest > 0 && b.state.Rate > 0 {
		b.state.Left = time.Duration(min(float64(rest)/b.state.Rate, maxLeft.Seconds()) * float64(time.Second))
	}
}

// maxLeft bounds the time that is left: beyond it, nobody believes a figure.
const maxLeft = 99 * time.Hour

func (b *Bar) draw() {
	// The last column stays free: a terminal that has written into it may go to the next line.
	text := b.state.Render(b.o.Width() - 1)
	if text == b.last {
		return
	}
	b.write("\r" + text + blanks(columns(b.last)-columns(text)))
	b.last = text
}

func (b *Bar) clear() {
	if b.last != "" {
		b.write("\r" + blanks(columns(b.last)) + "\r")
		b.last = ""
	}
}

// write shows something; a bar that cannot be seen is no reason to stop the work.
func (b *Bar) write(s string) { _, _ = io.WriteString(b.o.Out, s) }

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

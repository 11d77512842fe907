package progress

import (
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func newBar(o Options) (*Bar, *strings.Builder, *hospes.ManualClock) {
	var out strings.Builder
	clock := hospes.NewManualClock(start)
	o.Out, o.Clock = &out, clock
	return New(o), &out, clock
}

func TestRender(t *testing.T) {
	half := State{Label: "import", Done: 500, Total: 1000, Rate: 250, Left: 2 * time.Second}
	tests := []struct {
		name  string
		state State
		width int
		want  string
	}{
		{"wide", half, 79, "import [==================>                 ]  50%  500/1,000  250/s  0:02 left"},
		{"narrow", half, 60, "import [========>        ]  50%  500/1,000  250/s  0:02 left"},
		{"no room for a bar", half, 50, "import  50% 500/1,000  250/s  0:02 left"},
		{"no room", half, 12, "import  50% "},
		{"a total that nobody knows", State{Label: "import", Done: 1234567, Rate: 0.5}, 79, "import 1,234,567  0.5/s"},
		{"all", State{Label: "a", Done: 10, Total: 10, Rate: 1, Ended: true, Elapsed: 5 * time.Second}, 60, "a [==============================] 100%  10/10  2/s  in 0:05"},
		{"more than all", State{Done: 12, Total: 10}, 40, "[=========================] 100%  12/10"},
		{"almost all", State{Done: 999, Total: 1000, Unit: Items}, 30, "[==========>]  99%  999/1,000"},
		{"bytes", State{Label: "x", Unit: Bytes, Done: 1536, Total: 5 << 30, Rate: 2 << 20, Left: 3725 * time.Second}, 40, "x   0% 1.5 KiB/5.0 GiB  2.0 MiB/s  1:02:"},
		{"wide letters", State{Label: "取り込み", Done: 1}, 7, "取り込"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.state.Render(test.width)
			if columns(got) > test.width {
				t.Errorf("%q takes %d of %d columns", got, columns(got), test.width)
			}
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestTerminal(t *testing.T) {
	bar, out, clock := newBar(Options{Terminal: true, Label: "sync", Total: 1000, Width: func() int { return 60 }})
	bar.Set(1)
	if out.Len() > 0 {
		t.Errorf("drawn at once: %q", out.String())
	}
	for range 10 {
		clock.Advance(time.Second)
		bar.Add(50)
	}
	if got := strings.Count(out.String(), "\r"); got != 10 {
		t.Errorf("%d drawings, want 10", got)
	}
	lines := strings.Split(out.String(), "\r")
	if got := lines[len(lines)-1]; !strings.Contains(got, "501/1,000") || !strings.Contains(got, "50/s") || !strings.Contains(got, "0:10 left") {
		t.Errorf("the last drawing is %q", got)
	}
	out.Reset()
	bar.Note("line %d is broken", 7)
	if got := out.String(); !strings.HasPrefix(got, "\r") || !strings.HasSuffix(got, "\rline 7 is broken\n") {
		t.Errorf("the note is %q", got)
	}
	out.Reset()
	bar.Set(1000)
	bar.Done()
	if got := out.String(); !strings.HasSuffix(got, "in 0:10\n") || !strings.Contains(got, "100/s") {
		t.Errorf("the end is %q", got)
	}
}

func TestShorterLinesLeaveNothingBehind(t *testing.T) {
	bar, out, clock := newBar(Options{Terminal: true, Label: "a long label", Width: func() int { return 60 }})
	clock.Advance(time.Second)
	bar.Set(1)
	bar.SetLabel("b")
	out.Reset()
	clock.Advance(time.Second)
	bar.Set(2)
	if got := out.String(); len(strings.TrimRight(got, " ")) == len(got) {
		t.Errorf("nothing covers the line before: %q", got)
	}
	bar.Abort()
	if got := out.String(); !strings.HasSuffix(got, "\r") {
		t.Errorf("the bar is still there: %q", got)
	}
}

func TestElsewhere(t *testing.T) {
	bar, out, clock := newBar(Options{Label: "sync", Total: 100})
	for range 11 {
		clock.Advance(time.Second)
		bar.Add(1)
	}
	bar.Done()
	want := "sync: 5%  5/100  1/s  1:35 left\nsync: 10%  10/100  1/s  1:30 left\nsync: 11%  11/100  1/s  in 0:11\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestShortWorkLeavesNoLine(t *testing.T) {
	bar, out, clock := newBar(Options{Label: "sync"})
	clock.Advance(time.Second)
	bar.Set(100)
	bar.Done()
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
}

func TestQuiet(t *testing.T) {
	bar, out, clock := newBar(Options{Terminal: true, Quiet: true, Label: "sync"})
	clock.Advance(time.Minute)
	bar.Set(100)
	bar.Done()
	if out.Len() > 0 {
		t.Errorf("got %q", out.String())
	}
	bar.Note("line 7 is broken")
	if got := out.String(); got != "line 7 is broken\n" {
		t.Errorf("the note is %q", got)
	}
}

// TestResumed holds that what was done before does not count as done now.
func TestResumed(t *testing.T) {
	bar, out, clock := newBar(Options{Label: "sync", Total: 2000})
	bar.Start(1000)
	clock.Advance(10 * time.Second)
	bar.Set(1100)
	if got := out.String(); !strings.Contains(got, "10/s  1:30 left") {
		t.Errorf("got %q", got)
	}
}

// TestRateFollows holds that a change of pace shows within a few half-lives, and not at once.
func TestRateFollows(t *testing.T) {
	bar, _, clock := newBar(Options{Terminal: true, Total: 1 << 40})
	for range 20 {
		clock.Advance(time.Second)
		bar.Add(1000)
	}
	clock.Advance(time.Second)
	bar.Add(10)
	if r := bar.state.Rate; r < 500 {
		t.Errorf("one slow second brought the rate down to %v", r)
	}
	for range 40 {
		clock.Advance(time.Second)
		bar.Add(10)
	}
	if r := bar.state.Rate; r > 20 {
		t.Errorf("after 40 slow seconds the rate is still %v", r)
	}
}

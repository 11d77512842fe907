package progress

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"
)

const defaultWidth = 80

// State is what a bar knows when it draws.
type State struct {
	Label   string
	Unit    Unit
	Done    int64
	Total   int64         // 0: nobody knows
	Rate    float64       // units in a second
	Elapsed time.Duration // since the start
	Left    time.Duration // 0: nobody knows
	Ended   bool
}

// The bar itself is drawn between these sizes; with less room it is left out.
const (
	minBar = 10
	maxBar = 40
)

// Render draws the state in one line of at most width columns.
func (s State) Render(width int) string {
	label := s.Label
	facts := s.facts()
	if s.Total <= 0 {
		return fit(join(label, facts), width)
	}
	percent := fmt.Sprintf("%3d%%", s.percent())
	room := width - columns(label) - columns(percent) - columns(facts) - len("  []  ")
	if room < minBar {
		return fit(join(label, percent+" "+facts), width)
	}
	room = min(room, maxBar)
	full := int(s.share() * float64(room))
	bar := strings.Repeat("=", full)
	if full < room {
		bar += ">" + strings.Repeat(" ", room-full-1)
	}
	return fit(join(label, "["+bar+"] "+percent+"  "+facts), width)
}

// Line says the same without a bar, for logs.
func (s State) Line() string {
	facts := s.facts()
	if s.Total > 0 {
		facts = strconv.Itoa(s.percent()) + "%  " + facts
	}
	return join(s.Label+":", facts)
}

// facts are the counts, the rate and the time.
func (s State) facts() string {
	parts := []string{s.Unit.format(float64(s.Done))}
	if s.Total > 0 {
		parts[0] += "/" + s.Unit.format(float64(s.Total))
	}
	rate := s.Rate
	if s.Ended && s.Elapsed > 0 && rate > 0 {
		rate = float64(s.Done) / s.Elapsed.Seconds()
	}
	if rate > 0 {
		parts = append(parts, s.Unit.format(rate)+"/s")
	}
	switch {
	case s.Ended:
		parts = append(parts, "in "+clock(s.Elapsed))
	case s.Left > 0:
		parts = append(parts, clock(s.Left)+" left")
	}
	return strings.Join(parts, "  ")
}

// share is the part that is done, between 0 and 1.
func (s State) share() float64 {
	return math.Min(math.Max(float64(s.Done)/float64(s.Total), 0), 1)
}

// percent rounds down: all is done when all is done.
func (s State) percent() int { return int(s.share() * 100) }

// format writes an amount: bytes in powers of 1024, items as they are until they are very many.
func (u Unit) format(n float64) string {
	if u == Bytes {
		for _, unit := range []string{"B", "KiB", "MiB", "GiB"} {
			if n < 1024 {
				if unit == "B" {
					return fmt.Sprintf("%.0f B", n)
				}
				return fmt.Sprintf("%.1f %s", n, unit)
			}
			n /= 1024
		}
		return fmt.Sprintf("%.1f TiB", n)
	}
	if n > 0 && n < 10 && n != math.Trunc(n) {
		return fmt.Sprintf("%.1f", n)
	}
	return grouped(int64(n))
}

// grouped writes a number with a comma at every thousand.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// clock writes a duration as m:ss or h:mm:ss.
func clock(d time.Duration) string {
	seconds := int64(d.Round(time.Second) / time.Second)
	if hours := seconds / 3600; hours > 0 {
		return fmt.Sprintf("%d:%02d:%02d", hours, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func join(label, rest string) string {
	if label == "" || label == ":" {
		return rest
	}
	return label + " " + rest
}

// fit cuts a line off where the terminal ends, so that the next drawing finds it on one line.
func fit(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	var b strings.Builder
	used := 0
	clusters := uniseg.NewGraphemes(s)
	for clusters.Next() {
		if used += clusters.Width(); used > width {
			break
		}
		b.WriteString(clusters.Str())
	}
	return b.String()
}

// columns is how much of a line a text takes.
func columns(s string) int { return uniseg.StringWidth(s) }

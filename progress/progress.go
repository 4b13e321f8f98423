// Package progress tells a person how far long work has come: a bar with rate
// and time left on a terminal, plain lines elsewhere.
//
//	r := progress.To(os.Stderr)
//	t := r.Start("measure", 25000, "images")
//	for i := range 25000 {
//		t.Set(i + 1)
//	}
//	t.Done("")
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Reporter starts tasks; it must be safe for use by one goroutine at a time.
type Reporter interface {
	// Start announces a step of total units; total 0 means unknown.
	Start(step string, total int, unit string) Task
}

// Task is one running step. Set may be called from any goroutine.
type Task interface {
	// Set says how many units are done.
	Set(done int)
	// Done ends the step; note, when not empty, is shown in place of the
	// count, for example "unchanged, reused".
	Done(note string)
}

// Silent reports nothing.
var Silent Reporter = silent{}

type silent struct{}

func (silent) Start(string, int, string) Task { return silent{} }
func (silent) Set(int)                        {}
func (silent) Done(string)                    {}

// To returns a reporter for w: a bar when w is a terminal, else one line when
// a step ends and one every ten seconds while it runs.
func To(w io.Writer) Reporter {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &writer{w: w, every: 100 * time.Millisecond, bar: true, width: func() int {
			if n, _, err := term.GetSize(int(f.Fd())); err == nil {
				return n
			}
			return 80
		}}
	}
	return &writer{w: w, every: 10 * time.Second, width: func() int { return 80 }}
}

type writer struct {
	w     io.Writer
	every time.Duration
	bar   bool
	width func() int
}

func (r *writer) Start(step string, total int, unit string) Task {
	now := time.Now()
	t := &task{r: r, step: step, total: total, unit: unit, start: now, shown: now}
	if r.bar {
		t.draw(now)
	}
	return t
}

type task struct {
	r     *writer
	step  string
	unit  string
	total int

	mu    sync.Mutex
	done  int
	first int
	start time.Time
	shown time.Time
	ended bool
}

func (t *task) Set(done int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return
	}
	if t.done == 0 {
		t.first = done - 1 // work found done already does not count for the rate
	}
	t.done = done
	if now := time.Now(); now.Sub(t.shown) >= t.r.every {
		t.shown = now
		t.draw(now)
	}
}

func (t *task) draw(now time.Time) {
	elapsed := now.Sub(t.start)
	rate := float64(t.done-t.first) / max(elapsed.Seconds(), 1e-3)
	var left string
	if t.done > t.first && t.done < t.total {
		left = "  " + short(time.Duration(float64(t.total-t.done)/rate*float64(time.Second))) + " left"
	}
	if !t.r.bar {
		if t.total > 0 {
			fmt.Fprintf(t.r.w, "%-10s %d of %d %s, %s%s\n", t.step, t.done, t.total, t.unit, perSecond(rate, t.unit), left)
		}
		return
	}
	tail := fmt.Sprintf(" %d/%d  %s%s", t.done, t.total, perSecond(rate, t.unit), left)
	if t.total == 0 {
		tail = " ..."
	}
	width := min(30, t.r.width()-12-len(tail))
	var bar string
	if width > 4 && t.total > 0 {
		full := min(width, width*t.done/t.total)
		bar = strings.Repeat("█", full) + strings.Repeat("░", width-full)
	}
	fmt.Fprintf(t.r.w, "\r\x1b[K%-10s %s%s", t.step, bar, tail)
}

func (t *task) Done(note string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return
	}
	t.ended = true
	elapsed := time.Since(t.start)
	if note == "" {
		note = short(elapsed)
		if t.total > 0 {
			rate := float64(t.done-t.first) / max(elapsed.Seconds(), 1e-3)
			note = fmt.Sprintf("%d %s in %s, %s", t.total, t.unit, short(elapsed), perSecond(rate, t.unit))
		}
	}
	clear := ""
	if t.r.bar {
		clear = "\r\x1b[K"
	}
	fmt.Fprintf(t.r.w, "%s%-10s %s\n", clear, t.step, note)
}

func perSecond(rate float64, unit string) string {
	switch {
	case rate >= 100:
		return fmt.Sprintf("%.0f %s/s", rate, unit)
	case rate >= 1:
		return fmt.Sprintf("%.1f %s/s", rate, unit)
	default:
		return fmt.Sprintf("%.2f %s/s", rate, unit)
	}
}

// short spells a duration in at most two units: 0.4s, 12s, 3m05s, 2h07m.
func short(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
}

package report

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/errata-cv/errata/dataset"
)

// TextOptions say how the table is to look.
type TextOptions struct {
	// Width of a line in columns; 100 when zero, never less than 60.
	Width int
	// Color allows colours and weights.
	Color bool
	// Rows is how many examples and class pairs are shown; 8 when zero.
	Rows int
}

// Terminal returns the options that suit f: the width of the terminal, at most
// 110 columns, and colour unless NO_COLOR is set or TERM is dumb. What is no
// terminal gets 100 columns and no colour.
func Terminal(f *os.File) TextOptions {
	if !term.IsTerminal(int(f.Fd())) {
		return TextOptions{}
	}
	o := TextOptions{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if w, _, err := term.GetSize(int(f.Fd())); err == nil {
		o.Width = min(w, 110)
	}
	return o
}

// Text writes the table that a person reads at a glance: how many labels are
// wrong, what was found, the worst of it, and what to do next.
func Text(w io.Writer, r *Result, o TextOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	if o.Rows == 0 {
		o.Rows = 8
	}
	o.Width = max(o.Width, 60)
	t := &table{w: bufio.NewWriter(w), r: r.indexed(), o: o}
	t.head()
	t.kinds()
	t.worst()
	t.pairs()
	t.remarks()
	t.next()
	return t.w.Flush()
}

// table writes text; its writer keeps the first error.
type table struct {
	w *bufio.Writer
	r *Result
	o TextOptions
}

func (t *table) line(parts ...string) {
	t.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	t.w.WriteByte('\n')
}

const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// in returns s in a colour, where colours are allowed.
func (t *table) in(style, s string) string {
	if !t.o.Color || strings.TrimSpace(s) == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func (t *table) head() {
	ds := t.r.Dataset
	facts := []string{counted(len(ds.Images), "image", "images"), counted(len(ds.Annotations), "label", "labels"), counted(len(ds.Classes), "class", "classes")}
	if s := splits(ds); s != "" {
		facts = append(facts, s)
	}
	rest := strings.Join(facts, " · ")
	name := fit(printable(ds.Name), t.o.Width)
	t.line()
	if columns(name)+2+columns(rest) <= t.o.Width {
		t.line(t.in(bold, name), "  ", t.in(dim, rest))
	} else {
		t.line(t.in(bold, name))
		t.wrap("", rest, 2, dim)
	}
	t.line()
	if s := t.r.verdict(); s != "" {
		t.line(t.in(bold, s))
		t.line()
	}
}

// splits spells the size of every split, for example "train 1,600, val 400".
func splits(ds *dataset.Dataset) string {
	n := map[string]int{}
	for _, im := range ds.Images {
		n[im.Split]++
	}
	var out []string
	for _, s := range ds.Splits() {
		out = append(out, printable(s)+" "+thousands(n[s]))
	}
	return strings.Join(out, ", ")
}

// verdict is the sentence that sums the result up.
func (r *Result) verdict() string {
	if e := r.Estimate; e != nil && len(r.Scores) > 0 {
		errors := int(e.Errors + .5)
		if errors == 0 && e.High < .5 {
			return fmt.Sprintf("None of %s labels looks wrong.", thousands(len(r.Scores)))
		}
		verb := "labels are"
		if errors == 1 {
			verb = "label is"
		}
		return fmt.Sprintf("About %s of %s %s wrong (%s), likely %s to %s.", thousands(errors), thousands(len(r.Scores)), verb,
			percent(e.Errors/float64(len(r.Scores))), thousands(int(e.Low+.5)), thousands(int(e.High+.5)))
	}
	if len(r.Findings) == 0 {
		return "Nothing looks wrong."
	}
	return ""
}

// lower returns a heading as it stands inside a sentence.
func lower(title string) string {
	c, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToLower(c)) + title[size:]
}

// title returns the heading of a kind.
func title(k dataset.Kind) string {
	if info, ok := k.Info(); ok {
		return info.Title
	}
	return printable(string(k))
}

func (t *table) kinds() {
	by := t.r.byKind()
	var absent []string
	head := false
	for _, c := range t.r.Counts() {
		if c.Count == 0 {
			absent = append(absent, lower(title(c.Kind)))
			continue
		}
		if !head {
			t.line(t.in(dim, "   FOUND  KIND                      WORST EXAMPLE"))
			head = true
		}
		example := t.example(&t.r.Findings[by[c.Kind][0]])
		t.line(t.in(bold, fmt.Sprintf("%8s", thousands(c.Count))), "  ", pad(fit(title(c.Kind), 24), 24), "  ", fit(example, t.o.Width-36))
	}
	if len(absent) > 0 {
		t.wrap("none", strings.Join(absent, ", "), 10, dim)
	}
	if head || len(absent) > 0 {
		t.line()
	}
}

// example names the target of a finding.
func (t *table) example(f *dataset.Finding) string {
	if im, ok := t.r.target(f); ok {
		return printable(t.r.Dataset.Images[im].Path)
	}
	if name, ok := t.r.class(f.Class); ok {
		return printable(name)
	}
	return printable(f.Message)
}

// change spells given → suggested in n columns.
func (t *table) change(given, suggested string, n int) string {
	given, suggested = printable(given), printable(suggested)
	left := min(columns(given), max((n-3)/2, n-3-columns(suggested)))
	given = fit(given, left)
	suggested = fit(suggested, n-3-columns(given))
	used := columns(given) + 3 + columns(suggested)
	return given + t.in(dim, " → ") + t.in(cyan, suggested) + strings.Repeat(" ", max(0, n-used))
}

// worst lists the labels that are most probably wrong.
func (t *table) worst() {
	shown := 0
	change := t.changeColumns()
	for _, i := range t.r.ranked() {
		f := &t.r.Findings[i]
		if f.Kind != dataset.WrongClass || f.Suggestion == nil || f.Suggestion.Action != dataset.SetClass {
			continue
		}
		if shown == 0 {
			t.line(t.in(dim, fmt.Sprintf("   WRONG  %s  IMAGE", pad("GIVEN → SUGGESTED", change))))
		}
		if shown++; shown > t.o.Rows {
			break
		}
		given, _ := t.r.given(f)
		t.line(t.in(t.heat(f.Probability), fmt.Sprintf("%8s", probability(f.Probability))), "  ",
			t.change(t.name(given), t.name(f.Suggestion.Class), change), "  ",
			t.in(dim, fit(t.example(f), t.o.Width-12-change)))
	}
	if shown > 0 {
		t.line()
	}
}

// changeColumns is the width of the given → suggested column.
func (t *table) changeColumns() int {
	widest := 0
	for _, p := range t.r.Pairs() {
		widest = max(widest, columns(printable(t.name(p.Given)))+3+columns(printable(t.name(p.Suggested))))
	}
	return max(24, min(widest, t.o.Width*45/100))
}

func (t *table) name(c int) string {
	name, _ := t.r.class(c)
	return name
}

// heat is the colour of a probability.
func (t *table) heat(p float64) string {
	switch {
	case p >= .8:
		return red
	case p >= .5:
		return yellow
	}
	return dim
}

func (t *table) pairs() {
	pairs := t.r.Pairs()
	if len(pairs) < 2 {
		return
	}
	change := t.changeColumns()
	t.line(t.in(dim, fmt.Sprintf("  LABELS  %s  MEAN PROBABILITY", pad("GIVEN → SUGGESTED", change))))
	for i, p := range pairs {
		if i == t.o.Rows {
			rest := 0
			for _, q := range pairs[i:] {
				rest += len(q.Findings)
			}
			t.line(t.in(dim, fmt.Sprintf("%8s  in %s", thousands(rest), counted(len(pairs)-i, "other pair", "other pairs"))))
			break
		}
		t.line(fmt.Sprintf("%8s", thousands(len(p.Findings))), "  ", t.change(t.name(p.Given), t.name(p.Suggested), change), "  ",
			t.in(t.heat(p.Probability), bar(p.Probability, 10)), " ", probability(p.Probability))
	}
	t.line()
}

// bar draws a share of n columns in eighths of a column.
func bar(share float64, n int) string {
	eighths := int(max(0, min(share, 1))*float64(n)*8 + .5)
	s := strings.Repeat("█", eighths/8)
	if r := eighths % 8; r > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[r-1])
	}
	return pad(s, n)
}

// remarks tells what was left out and what else to know.
func (t *table) remarks() {
	any := false
	for _, s := range t.r.Suppressed {
		t.wrap("not listed", fmt.Sprintf("%s %s. %s", thousands(s.Count), lower(title(s.Kind)), printable(s.Reason)), 12, "")
		any = true
	}
	for i, p := range t.r.Skipped {
		if i == 3 && len(t.r.Skipped) > 4 {
			t.wrap("", fmt.Sprintf("and %s more", thousands(len(t.r.Skipped)-i)), 12, dim)
			break
		}
		t.wrap("skipped", skipped(p), 12, "")
		any = true
	}
	for _, n := range t.r.Notes {
		t.wrap("note", printable(n), 12, "")
		any = true
	}
	if s := t.r.timing(); s != "" {
		t.wrap("time", s, 12, dim)
		any = true
	}
	if any {
		t.line()
	}
}

// timing spells how long the check and its steps took, leaving out the steps
// of less than a tenth of a second.
func (r *Result) timing() string {
	if r.Elapsed == 0 {
		return ""
	}
	out := duration(r.Elapsed)
	sep := ": "
	for _, s := range r.Steps {
		switch {
		case s.Reused:
			out += sep + printable(s.Name) + " reused"
		case s.Elapsed >= 100*time.Millisecond:
			out += sep + printable(s.Name) + " " + duration(s.Elapsed)
		default:
			continue
		}
		sep = ", "
	}
	return out
}

// skipped spells a problem with its place.
func skipped(p dataset.Problem) string {
	place := p.Image
	if place == "" {
		place = p.Place
	}
	if place == "" {
		return printable(p.Message)
	}
	return printable(place) + ": " + printable(p.Message)
}

// wrap writes text in lines that start at column indent, after a label.
func (t *table) wrap(label, text string, indent int, style string) {
	room := t.o.Width - indent
	lead := t.in(dim, fmt.Sprintf("%*s", indent-2, label)) + "  "
	line := ""
	flush := func() {
		if line == "" {
			return
		}
		if style != "" {
			line = t.in(style, line)
		}
		t.line(lead, line)
		lead, line = strings.Repeat(" ", indent), ""
	}
	for _, word := range strings.Fields(text) {
		word = fit(word, room)
		if line != "" && columns(line)+1+columns(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

// next says how to go on.
func (t *table) next() {
	if len(t.r.Findings) == 0 {
		return
	}
	path := argument(t.r.path())
	steps := [][2]string{
		{"errata review " + path, "look through them, most probable first"},
		{"errata fix " + path + " -o OUT", "write the corrected dataset"},
	}
	widest := columns(steps[1][0])
	for _, s := range steps {
		if widest+43 > t.o.Width {
			t.line("  ", t.in(green, s[0]))
			continue
		}
		t.line("  ", t.in(green, pad(s[0], widest)), "   ", t.in(dim, s[1]))
	}
}

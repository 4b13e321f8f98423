package main

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
)

func wrongClass(a *album) (*card, error) {
	c := newCard(3)
	for _, class := range []string{"stop", "speed-limit-70", "keep-right", "roundabout"} {
		p, e, err := a.planted(dataset.WrongClass, class, 0)
		if err != nil {
			return nil, err
		}
		c.cover(p.img, hint("label"), chip(wrong, "%s", e.Given), suggest(right, "%s", e.True))
	}
	return c, nil
}

func inconsistentComponent(a *album) (*card, error) {
	p, err := a.good("keep-right", 1)
	if err != nil {
		return nil, err
	}
	labels := []string{"keep-right", "keep-right", "roundabout"}
	photos := []*photo{p}
	for _, q := range []int{45, 30} {
		b, err := jpegOf(p.img, q)
		if err != nil {
			return nil, err
		}
		again, err := develop(fmt.Sprintf("%s, quality %d", p.name, q), b)
		if err != nil {
			return nil, err
		}
		photos = append(photos, again)
	}
	findings, err := copies(photos, labels, nil)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, f := range findings {
		if f.Kind == dataset.InconsistentComponent {
			n++
			if f.Image != 2 || f.Suggestion == nil || f.Suggestion.Class != 0 {
				return nil, fmt.Errorf("the wrong picture was found: %+v", f)
			}
		}
	}
	if n != 1 {
		return nil, fmt.Errorf("%d labels were found to contradict, not one", n)
	}
	c := newCard(3).ofThree()
	c.cover(photos[0].img, hint("label"), chip(accent, "keep-right"))
	c.sign("=")
	c.cover(photos[1].img, hint("label"), chip(accent, "keep-right"))
	c.sign("=")
	c.cover(photos[2].img, hint("label"), chip(wrong, "roundabout"), suggest(right, "keep-right"))
	return c, nil
}

func undefinedClass(a *album) (*card, error) {
	p, err := a.good("speed-limit-30", 5)
	if err != nil {
		return nil, err
	}
	rows := [][2]string{{"path", "label"}, {"00017.jpg", "stop"}, {"00018.jpg", "speed-limit-50"}, {"00019.jpg", "sped-limit-30"}, {"00020.jpg", "keep-left"}, {"00021.jpg", "speed-limit-30"}}
	allowed := []string{"keep-left", "keep-right", "speed-limit-30", "speed-limit-50", "stop"}
	known := map[string]bool{"label": true}
	for _, name := range allowed {
		known[name] = true
	}
	c := newCard(1)
	c.cover(p.img, hint("00019.jpg"))
	x := c.x + 8
	c.table(x, 296, "labels.csv", len(rows), func(i, x, y int) {
		r := rows[i]
		switch {
		case i == 0:
			c.text(pt(x, y), r[0], faint, false)
			c.text(pt(x+112, y), r[1], faint, false)
		case !known[r[1]]:
			c.fill(rect(x-8, y-2, 296, 22), blush)
			c.text(pt(x, y), r[0], ink, false)
			c.text(pt(x+112, y), r[1], wrong, true)
		default:
			c.text(pt(x, y), r[0], ink, false)
			c.text(pt(x+112, y), r[1], ink, false)
		}
	})
	c.table(x+296+24, 176, "classes.txt", len(allowed), func(i, x, y int) { c.text(pt(x, y), allowed[i], ink, false) })
	return c, nil
}

// table frames rows that f writes, under a title.
func (c *card) table(x, w int, title string, rows int, f func(i, x, y int)) {
	const rowH = 22
	c.text(pt(x, edge), title, accent, true)
	top := edge + 24
	c.fill(rect(x, top, w, rows*rowH+8), frame)
	c.fill(rect(x+1, top+1, w-2, rows*rowH+6), paper)
	for i := range rows {
		f(i, x+8, top+6+i*rowH)
	}
}

// count is the number of labels of a class.
type count struct {
	class string
	n     int
}

// special is the class that the charts are about.
const special = "road-works"

// counts are those of the album, with n labels of the special class.
func (a *album) counts(n int) []count {
	out := []count{}
	for _, class := range a.truth.Classes[4:10] {
		k := count{class, len(a.clean[class])}
		if class == special {
			k.n = n
		}
		out = append(out, k)
	}
	return out
}

// bars draws a bar for each count and returns where a count lies on the x axis.
// The figure beside a bar stands no nearer than clear.
func (c *card) bars(counts []count, clear float64) (at func(n float64) int) {
	const left, rowH, barH = edge + 176, 26, 16
	most := 0
	for _, k := range counts {
		most = max(most, k.n)
	}
	at = func(n float64) int { return left + int(n/float64(most)*430) }
	for i, k := range counts {
		y := edge + 22 + i*rowH
		col, text := accent, ink
		if k.class == special {
			col, text = wrong, wrong
		}
		c.text(pt(edge+8, y), k.class, text, k.class == special)
		c.fill(rect(left, y+1, max(2, at(float64(k.n))-left), barH), col)
		c.text(pt(at(max(float64(k.n), clear))+8, y), fmt.Sprint(k.n), text, k.class == special)
	}
	return at
}

// mark draws a dashed line down through all bars, with words above it.
func (c *card) mark(x, rows int, words string) {
	for y := edge + 18; y < edge+18+rows*26; y += 6 {
		c.fill(rect(x, y, 2, 4), amber)
	}
	c.text(pt(x-len([]rune(words))*glyphW/2, edge-4), words, amber, true)
}

func unusedClass(a *album) (*card, error) {
	counts := a.counts(0)
	c := blankCard(2*edge + 22 + len(counts)*26)
	c.bars(counts, 0)
	c.text(pt(edge+8, edge-4), "labels of each class", faint, false)
	return c, nil
}

func rareClass(a *album) (*card, error) {
	counts := a.counts(1)
	total := 0
	for _, k := range counts {
		total += k.n
	}
	fair := float64(total) / float64(len(counts))
	if 1 >= .1*fair {
		return nil, fmt.Errorf("one label of %d in %d classes is not rare", total, len(counts))
	}
	c := blankCard(2*edge + 22 + len(counts)*26)
	at := c.bars(counts, .1*fair)
	c.mark(at(fair), len(counts), fmt.Sprintf("fair share %.1f", fair))
	c.mark(at(.1*fair), len(counts), fmt.Sprintf("a tenth %.2f", .1*fair))
	return c, nil
}

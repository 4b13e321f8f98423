package yolo

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// A pen writes rows of one label file in its style.
type pen struct {
	name          string
	reading       reading
	editor        *linetext.Editor
	rows          []row
	width, height int
	style         linetext.Style
	separator     string
	// shape is what further rows are; noShape for whatever the object is.
	shape shape
}

// learn finds the style of the file and what most of its rows are.
func (p *pen) learn() {
	p.separator, p.style = " ", linetext.Style{Decimals: 6}
	counts := map[shape]int{}
	var numbers []string
	for i := range p.rows {
		r := &p.rows[i]
		s, n := p.reading.shape(r)
		counts[s]++
		fields := r.line.Fields()
		for _, f := range fields[1 : 1+n] {
			numbers = append(numbers, f.Text)
		}
		if n > 0 {
			start := int(fields[0].End() - r.line.Offset)
			p.separator = r.line.Text[start:int(fields[1].Offset-r.line.Offset)]
		}
	}
	if len(numbers) > 0 {
		p.style = linetext.StyleOf(numbers...)
	}
	p.shape = most(counts)
}

// coordinates returns the numbers of a geometry in a row of that shape, in
// pixels: the centre and size of a box, or corners.
func coordinates(s shape, g dataset.Geometry) ([]float64, error) {
	switch s {
	case boxShape:
		if r, ok := g.(dataset.RotatedBox); ok && r.Angle == 0 {
			g = r.Bounds()
		}
		b, ok := g.(dataset.Box)
		if !ok {
			return nil, fmt.Errorf("its rows are boxes, which have no place for another shape; give a box")
		}
		return []float64{b.X + b.W/2, b.Y + b.H/2, b.W, b.H}, nil
	case rotatedShape:
		switch g := g.(type) {
		case dataset.Box:
			return corners(g), nil
		case dataset.RotatedBox:
			return g.Corners(), nil
		case dataset.Polygon:
			if len(g.Parts) == 1 && len(g.Parts[0]) == 8 {
				return g.Parts[0], nil
			}
		}
		return nil, fmt.Errorf("its rows have four corners; give a rotated box, a box or an outline of four corners")
	}
	switch g := g.(type) {
	case dataset.Box:
		return corners(g), nil
	case dataset.RotatedBox:
		return g.Corners(), nil
	case dataset.Mask:
		return outline(g.Polygon())
	case dataset.Polygon:
		return outline(g)
	}
	return nil, fmt.Errorf("an object needs a box or an outline")
}

func outline(p dataset.Polygon) ([]float64, error) {
	joined := p.Joined()
	if len(joined) < 6 || len(joined)%2 != 0 {
		return nil, fmt.Errorf("an outline needs at least three corners")
	}
	return joined, nil
}

func corners(b dataset.Box) []float64 {
	return []float64{b.X, b.Y, b.X + b.W, b.Y, b.X + b.W, b.Y + b.H, b.X, b.Y + b.H}
}

// size returns what coordinate i is a fraction of.
func (p *pen) size(i int) float64 { return float64([2]int{p.width, p.height}[i%2]) }

// fraction spells coordinate i of that many pixels.
func (p *pen) fraction(i int, pixels float64) string {
	size, want := p.size(i), linetext.Round(pixels)
	return p.style.Number(want/size, func(v float64) bool { return linetext.Round(v*size) == want })
}

// move gives the object of a row another place.
func (p *pen) move(r *row, g dataset.Geometry) error {
	s, n := p.reading.shape(r)
	fields := r.line.Fields()
	if s == noShape {
		text, err := p.row(r.class, g)
		if err == nil {
			p.editor.ReplaceFrom(fields[0], fields[len(fields)-1], text)
		}
		return err
	}
	want, err := coordinates(s, g)
	if err != nil {
		return fmt.Errorf("%s line %d: %w", source.Show(p.name), r.line.Number, err)
	}
	old := make([]float64, n)
	for i := range old {
		old[i] = linetext.Round(r.values[i] * p.size(i))
	}
	switch {
	case s == rotatedShape && turnsLeft(old) != turnsLeft(want):
		want = append(append(append(append([]float64{}, want[:2]...), want[6:8]...), want[4:6]...), want[2:4]...)
	case s == outlineShape && isClosed(old) && !isClosed(want):
		want = append(append([]float64{}, want...), want[:2]...)
	}
	fields = fields[1 : 1+n]
	if len(want) == n {
		for i, f := range fields {
			if !linetext.Same(old[i], want[i]) {
				p.editor.Replace(f, p.fraction(i, want[i]))
			}
		}
		return nil
	}
	spelled := map[[2]float64]string{}
	for i, f := range fields {
		spelled[[2]float64{float64(i % 2), old[i]}] = f.Text
	}
	texts := make([]string, len(want))
	for i := range want {
		text, ok := spelled[[2]float64{float64(i % 2), linetext.Round(want[i])}]
		if !ok {
			text = p.fraction(i, want[i])
		}
		texts[i] = text
	}
	p.editor.ReplaceFrom(fields[0], fields[n-1], strings.Join(texts, p.separator))
	return nil
}

// turnsLeft reports whether corners go round against the clock on the screen.
func turnsLeft(v []float64) bool {
	twice, n := 0.0, len(v)/2
	for i := range n {
		k := (i + 1) % n
		twice += v[2*i]*v[2*k+1] - v[2*k]*v[2*i+1]
	}
	return twice < 0
}

// row spells a further row.
func (p *pen) row(class int, g dataset.Geometry) (string, error) {
	if g == nil {
		return "", fmt.Errorf("%s: a label of the whole picture has no place in YOLO rows; give a box", source.Show(p.name))
	}
	s := p.shape
	if s == noShape {
		s = shapeOf(g)
	}
	values, err := coordinates(s, g)
	if err != nil {
		return "", fmt.Errorf("%s: %w", source.Show(p.name), err)
	}
	out := []string{strconv.Itoa(class)}
	for i, v := range values {
		out = append(out, p.fraction(i, v))
	}
	if p.reading.Scores {
		out = append(out, "1")
	}
	return strings.Join(out, p.separator), nil
}

// shapeOf returns the row that a geometry fits into best.
func shapeOf(g dataset.Geometry) shape {
	switch g.(type) {
	case dataset.Box:
		return boxShape
	case dataset.RotatedBox:
		return rotatedShape
	}
	return outlineShape
}

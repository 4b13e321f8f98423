package distribution

import (
	"math"

	"github.com/errata-cv/errata/dataset"
)

// The properties of each task.
var (
	boxProperties     = []string{"width", "height", "area(wxh)", "ratio(w/h)", "short", "long"}
	outlineProperties = []string{"area", "width", "height"}
)

const mostProperties = 6

func properties(t Task) []string {
	switch t {
	case Detection:
		return boxProperties
	case Segmentation:
		return outlineProperties
	}
	return nil
}

// values are the properties of one object in the order of its task.
type values [mostProperties]float64

// measured returns the properties of an object, and which of them, or of its
// place, are no finite number and which lengths are below 1.
func measured(g dataset.Geometry) (v values, invalid, negative []string) {
	switch g := g.(type) {
	case dataset.Box:
		return ofBox(g)
	case dataset.RotatedBox:
		return ofBox(dataset.Box{X: g.X - g.W/2, Y: g.Y - g.H/2, W: g.W, H: g.H})
	}
	b := dataset.Around(g)
	v = values{g.Area(), b.W, b.H}
	for i, name := range outlineProperties {
		if unsound(v[i]) {
			invalid = append(invalid, name)
		}
	}
	return v, invalid, nil
}

func ofBox(b dataset.Box) (v values, invalid, negative []string) {
	ratio := math.NaN()
	if b.H != 0 && !math.IsInf(b.H, 1) {
		ratio = b.W / b.H
	}
	short, long := b.H, b.H
	if b.W < b.H {
		short = b.W
	}
	if b.W > b.H {
		long = b.W
	}
	v = values{b.W, b.H, b.W * b.H, ratio, short, long}
	for i, place := range []float64{b.X, b.Y} {
		if unsound(place) {
			invalid = append(invalid, "xy"[i:i+1])
		}
	}
	for i, name := range boxProperties {
		if unsound(v[i]) {
			invalid = append(invalid, name)
		}
		if i < 2 && v[i] < 1 {
			negative = append(negative, name)
		}
	}
	return v, invalid, negative
}

func unsound(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 1) }

// moments gather a mean and a deviation (Chan, Golub and LeVeque 1983).
type moments struct {
	n        int
	mean, m2 float64
	min, max float64
}

func (m *moments) add(v float64) { m.merge(moments{n: 1, mean: v, min: v, max: v}) }

func (m *moments) merge(o moments) {
	switch {
	case o.n == 0:
		return
	case m.n == 0:
		*m = o
		return
	}
	n := float64(m.n + o.n)
	d := o.mean - m.mean
	m.mean += d * float64(o.n) / n
	m.m2 += o.m2 + d*d*float64(m.n)*float64(o.n)/n
	m.n += o.n
	m.min, m.max = min(m.min, o.min), max(m.max, o.max)
}

// deviation is that of the whole, not an estimate from a sample.
func (m *moments) deviation() float64 { return math.Sqrt(max(0, m.m2/float64(m.n))) }

// bins is how many a histogram has.
const bins = 10

// bin returns in which bin a value lies: each holds its lower edge, the last its
// upper too.
func (m *moments) bin(v float64) int {
	low, high := m.min, m.max
	if low == high {
		low, high = low-0.5, high+0.5
	}
	edge := func(i int) float64 {
		if i == bins {
			return high
		}
		return low + float64(float64(i)*((high-low)/bins))
	}
	i := max(0, min(bins-1, int((v-low)/(high-low)*bins)))
	if i > 0 && v < edge(i) {
		i--
	} else if i < bins-1 && v >= edge(i+1) {
		i++
	}
	return i
}

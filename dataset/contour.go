package dataset

import (
	"cmp"
	"slices"
)

// Polygon returns the outlines of the connected regions along the edges of the
// pixels. Pixels that touch at a corner only are regions of their own, and
// holes are lost: where there are none, Polygon.Mask gives the mask back. The
// parts are ordered by their leftmost, then uppermost corner, where they begin;
// they run clockwise on the screen. The stated box is kept.
func (m Mask) Polygon() Polygon {
	out := Polygon{Stated: m.Stated}
	edges := m.edges()
	done := make([]bool, len(edges))
	for first := range edges {
		// An outline begins with the upper edge of its leftmost, uppermost pixel.
		if done[first] || edges[first].dir != right {
			continue
		}
		if part := trace(edges, done, first); turns(part) > 0 {
			out.Parts = append(out.Parts, part)
		}
	}
	return out
}

// The directions of an edge in clockwise order.
const (
	right = iota
	down
	left
	up
)

// edge is a stretch of the border of a region, with the region on its right as
// seen by one who walks along it.
type edge struct {
	x, y   int
	dir    uint8
	length int
}

func (e edge) end() (x, y int) {
	switch e.dir {
	case right:
		return e.x + e.length, e.y
	case down:
		return e.x, e.y + e.length
	case left:
		return e.x - e.length, e.y
	}
	return e.x, e.y - e.length
}

func (e edge) compare(x, y int) int { return cmp.Or(cmp.Compare(e.x, x), cmp.Compare(e.y, y)) }

// edges returns the border of all regions, ordered by where each edge begins.
func (m Mask) edges() []edge {
	m.Counts = mergeRuns(m.Counts, m.Counts, func(a, _ bool) bool { return a }) // without empty runs
	var out []edge
	var before, now [][2]int // stretches inside of a column
	column := 0
	next := func(x int) {
		for ; column < x; column++ {
			out = appendSides(out, column, before, now)
			before, now = now, before[:0]
		}
	}
	m.columns(func(x, y0, y1 int) {
		next(x)
		out = append(out, edge{x, y0, right, 1}, edge{x + 1, y1, left, 1})
		now = append(now, [2]int{y0, y1})
	})
	next(column + 2)
	slices.SortFunc(out, func(a, b edge) int { return cmp.Or(a.compare(b.x, b.y), cmp.Compare(a.dir, b.dir)) })
	return out
}

// appendSides adds the upright edges at x between the stretches of the column to
// the left and those of the column to the right.
func appendSides(out []edge, x int, before, now [][2]int) []edge {
	var at [2]int // half stretches that are behind
	side := func(k int, s [][2]int) (y int, ok bool) {
		if at[k]/2 >= len(s) {
			return 0, false
		}
		return s[at[k]/2][at[k]%2], true
	}
	from := 0
	for {
		a, okA := side(0, before)
		b, okB := side(1, now)
		if !okA && !okB {
			return out
		}
		y := a
		if !okA || okB && b < a {
			y = b
		}
		if y > from {
			inA, inB := at[0]%2 == 1, at[1]%2 == 1
			switch {
			case inA && !inB:
				out = append(out, edge{x, from, down, y - from})
			case inB && !inA:
				out = append(out, edge{x, y, up, y - from})
			}
		}
		from = y
		if okA && a == y {
			at[0]++
		}
		if okB && b == y {
			at[1]++
		}
	}
}

// trace follows the border from one edge until it is back and returns the
// corners.
func trace(edges []edge, done []bool, first int) (part []float64) {
	dir := uint8(255)
	for i := first; ; {
		e := edges[i]
		done[i] = true
		if e.dir != dir {
			part = append(part, float64(e.x), float64(e.y))
			dir = e.dir
		}
		x, y := e.end()
		i, _ = slices.BinarySearchFunc(edges, [2]int{x, y}, func(e edge, p [2]int) int { return e.compare(p[0], p[1]) })
		// Where two regions touch at a corner, the right turn stays with the own.
		if i+1 < len(edges) && edges[i+1].compare(x, y) == 0 && edges[i].dir != (dir+1)%4 {
			i++
		}
		if i == first {
			return part
		}
	}
}

// turns is twice the area of a part, positive when it runs clockwise.
func turns(part []float64) float64 {
	twice, n := 0.0, len(part)/2
	for i := range n {
		j := (i + 1) % n
		twice += part[2*i]*part[2*j+1] - part[2*j]*part[2*i+1]
	}
	return twice
}

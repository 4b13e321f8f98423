package neighbor

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

const (
	// sweeps bounds the passes of improve; later ones find little.
	sweeps = 4
	// reachBack bounds the part of the path that one move may turn round, so
	// that a sweep takes time in proportion to the path.
	reachBack = 1000
)

// improve shortens a path by moves between near members until a sweep finds
// none: 2-opt turns a part of the path round, Or-opt puts a member between two
// others.
func improve(x *matrix.Matrix, rows []int, order []int32, near nearby) {
	t := &tour{x: x, rows: rows, order: order, at: make([]int32, len(order))}
	for i, m := range order {
		t.at[m] = int32(i)
	}
	for range sweeps {
		moved := false
		for m := range int32(len(order)) {
			for _, other := range near.of(m) {
				if t.twoOpt(m, other) || t.orOpt(m, other) {
					moved = true
					break
				}
			}
		}
		if !moved {
			return
		}
	}
}

// A tour is an open path that can be changed.
type tour struct {
	x     *matrix.Matrix
	rows  []int
	order []int32
	at    []int32 // position of each member in order
}

// distance is zero beyond either end of the path: an open end costs nothing.
func (t *tour) distance(i, j int) float64 {
	if i < 0 || j < 0 || i >= len(t.order) || j >= len(t.order) {
		return 0
	}
	square := matrix.SquaredDistance(t.x.Row(t.rows[t.order[i]]), t.x.Row(t.rows[t.order[j]]))
	return math.Sqrt(float64(square))
}

// less says whether a move pays by more than rounding.
func less(after, before float64) bool { return after < before*(1-1e-6)-1e-9 }

// twoOpt makes two members neighbours by turning round what lies between them.
func (t *tour) twoOpt(a, b int32) bool {
	i, j := int(min(t.at[a], t.at[b])), int(max(t.at[a], t.at[b]))
	if j-i < 2 || j-i > reachBack {
		return false
	}
	// Join i to j and i+1 to j+1, or i-1 to j-1 and i to j.
	if less(t.distance(i, j)+t.distance(i+1, j+1), t.distance(i, i+1)+t.distance(j, j+1)) {
		t.reverse(i+1, j)
		return true
	}
	if less(t.distance(i-1, j-1)+t.distance(i, j), t.distance(i-1, i)+t.distance(j-1, j)) {
		t.reverse(i, j-1)
		return true
	}
	return false
}

func (t *tour) reverse(from, to int) {
	slices.Reverse(t.order[from : to+1])
	t.place(from, to)
}

func (t *tour) place(from, to int) {
	for i := from; i <= to; i++ {
		t.at[t.order[i]] = int32(i)
	}
}

// orOpt moves a beside b, to the side that is better.
func (t *tour) orOpt(a, b int32) bool {
	i, j := int(t.at[a]), int(t.at[b])
	if i == j || max(i-j, j-i) > reachBack {
		return false
	}
	out := t.distance(i-1, i) + t.distance(i, i+1)
	if i > 0 && i+1 < len(t.order) {
		out -= t.distance(i-1, i+1)
	}
	for _, gap := range [2]int{j, j + 1} { // between gap-1 and gap
		if gap == i || gap == i+1 {
			continue
		}
		in := t.distance(gap-1, i) + t.distance(i, gap)
		if gap > 0 && gap < len(t.order) {
			in -= t.distance(gap-1, gap)
		}
		if !less(in, out) {
			continue
		}
		if gap > i {
			copy(t.order[i:], t.order[i+1:gap])
			t.order[gap-1] = a
			t.place(i, gap-1)
		} else {
			copy(t.order[gap+1:], t.order[gap:i])
			t.order[gap] = a
			t.place(gap, i)
		}
		return true
	}
	return false
}

// directions returns random directions in d dimensions, always the same.
func directions(count, d int) *matrix.Matrix {
	r := rand.New(rand.NewPCG(0x73657269617465, 0))
	m := matrix.New(count, d)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

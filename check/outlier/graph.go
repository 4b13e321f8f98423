package outlier

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/neighbor"
)

// Neighbors are the nearest neighbours of n rows and their distances. It shares
// memory with what it was made of.
type Neighbors struct {
	n, k   int
	index  []int32
	single []float32
	double []float64
}

// Of wraps a graph.
func Of(g *neighbor.Graph) Neighbors {
	return Neighbors{n: g.Len(), k: g.K, index: g.Index, single: g.Distance}
}

// Of64 wraps n rows of k neighbours, row by row and nearest first, with
// distances in float64. As in neighbor.Graph the index -1 fills rows with fewer
// neighbours.
func Of64(n, k int, index []int32, distance []float64) Neighbors {
	return Neighbors{n: n, k: k, index: index, double: distance}
}

// Len returns the number of rows.
func (g Neighbors) Len() int { return g.n }

// distance returns how far the neighbour at place p of row i is.
func (g Neighbors) distance(i, p int) float64 {
	if g.double != nil {
		return g.double[i*g.k+p]
	}
	return float64(g.single[i*g.k+p])
}

// of returns the neighbours of row i.
func (g Neighbors) of(i int) []int32 {
	row := g.index[i*g.k : (i+1)*g.k]
	for p, j := range row {
		if j < 0 {
			return row[:p]
		}
	}
	return row
}

func (g Neighbors) check() error {
	if g.n < 1 || g.k < 1 {
		return fmt.Errorf("the neighbour graph has %d rows of %d neighbours; there must be at least one of each", g.n, g.k)
	}
	if want, d := g.n*g.k, len(g.single)+len(g.double); len(g.index) != want || d != want {
		return fmt.Errorf("the neighbour graph holds %d neighbours and %d distances, but %d rows of %d need %d", len(g.index), d, g.n, g.k, want)
	}
	found := false
	for i := range g.n {
		last := 0.0
		for p, j := range g.of(i) {
			d := g.distance(i, p)
			switch {
			case int(j) >= g.n || int(j) == i:
				return fmt.Errorf("row %d has the neighbour %d; neighbours are other rows, 0 to %d", i, j, g.n-1)
			case !(d >= 0) || math.IsInf(d, 1):
				return fmt.Errorf("neighbour %d of row %d is at the distance %g; distances are finite and not negative", j, i, d)
			case d < last:
				return fmt.Errorf("neighbour %d of row %d is nearer than the one before it; the nearest comes first", j, i)
			}
			last, found = d, true
		}
	}
	if !found {
		return fmt.Errorf("no row has a neighbour: there is one row only, or no row has finite values")
	}
	return nil
}

package outlier

import (
	"fmt"
	"math"
	"slices"
)

// equal is the distance up to which a nearest neighbour scores 0.
const equal = 1e-8

// Duplicates says how near the nearest neighbour of each row is, measured by
// how near it is for others.
type Duplicates struct {
	// Score is 1 − exp(−d/median d) for the distance d to the nearest
	// neighbour: 0 for equal rows, 1 for a row without neighbours.
	Score []float64
	// Sets holds, for each row, the rows that are its near duplicates, in
	// ascending order. What is in the set of another has that other in its own.
	Sets [][]int32
	// Median is the median distance to the nearest neighbour.
	Median float64
	// Threshold is the distance below which two rows are near duplicates.
	Threshold float64
}

// NearDuplicates finds rows that lie unusually close to each other: nearer than
// the share near of the median distance to the nearest neighbour. 0 stands for
// DefaultNear. Only neighbours in the graph are looked at.
func NearDuplicates(g Neighbors, near float64) (*Duplicates, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	if near == 0 {
		near = DefaultNear
	}
	if !(near > 0) || math.IsInf(near, 1) {
		return nil, fmt.Errorf("near duplicates are to lie within %g of the median distance; it must be above 0", near)
	}
	var nearest []float64
	for i := range g.n {
		if len(g.of(i)) > 0 {
			nearest = append(nearest, g.distance(i, 0))
		}
	}
	d := &Duplicates{Score: make([]float64, g.n), Sets: make([][]int32, g.n)}
	d.Median = max(medianOf(nearest), epsilon)
	d.Threshold = near * d.Median
	for i := range g.n {
		d.Score[i] = 1
		for p, j := range g.of(i) {
			at := g.distance(i, p)
			if p == 0 {
				if d.Score[i] = 0; at > equal {
					d.Score[i] = -math.Expm1(-at / d.Median)
				}
			}
			if at >= d.Threshold {
				break
			}
			d.Sets[i] = append(d.Sets[i], j)
			d.Sets[j] = append(d.Sets[j], int32(i))
		}
	}
	for i := range d.Sets {
		slices.Sort(d.Sets[i])
		d.Sets[i] = slices.Compact(d.Sets[i])
	}
	return d, nil
}

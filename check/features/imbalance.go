package features

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// Rarest says how rare the rarest class is.
type Rarest struct {
	// Class is the rarest class, the first of several.
	Class int
	// Share is how many of the labels are of it, from 0 to 1.
	Share float64
	// Score is, for each label, the share when it is of the rarest class, else 1.
	Score []float64
	// Issue tells that the share is too small.
	Issue bool
}

// Imbalance finds the class with the fewest of the labels, and tells whether its
// share is below the threshold divided by the number of classes; 0 stands for
// 0.1. A class that no label has is the rarest.
func Imbalance(labels []int, classes int, threshold float64) (*Rarest, error) {
	if err := checkLabels(labels, len(labels), classes); err != nil {
		return nil, err
	}
	if threshold == 0 {
		threshold = 0.1
	}
	if !(threshold > 0 && threshold <= 1) {
		return nil, fmt.Errorf("the threshold of a rare class is %g; it must be above 0 and at most 1", threshold)
	}
	count := make([]int, classes)
	for _, y := range labels {
		count[y]++
	}
	r := &Rarest{Score: make([]float64, len(labels))}
	for c, n := range count {
		if n < count[r.Class] {
			r.Class = c
		}
	}
	r.Share = float64(count[r.Class]) / float64(len(labels))
	r.Issue = r.Share < threshold/float64(classes)
	for i, y := range labels {
		r.Score[i] = 1
		if y == r.Class {
			r.Score[i] = r.Share
		}
	}
	return r, nil
}

// Null returns, for each row, the share of values that are numbers, and the rows
// in which none is. Infinite values count as numbers. A row of no values at all
// has the score 1.
func Null(x *matrix.Matrix) (score []float64, empty []int) {
	score = make([]float64, x.Rows)
	for i := range score {
		missing := 0
		for _, v := range x.Row(i) {
			if math.IsNaN(float64(v)) {
				missing++
			}
		}
		score[i] = 1 - float64(missing)/float64(max(1, x.Cols))
		if missing == x.Cols && missing > 0 {
			empty = append(empty, i)
		}
	}
	return score, empty
}

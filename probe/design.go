package probe

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

// A scaling brings embeddings of any origin and unit to the form that training
// takes: columns centred and divided by their standard deviation, so that few
// iterations suffice, with a last column of ones. The penalty undoes the
// division: it is that of columns which keep their relative scale, and whose
// rows have a mean squared length of one.
type scaling struct {
	mean, factor []float32 // column j becomes (x - mean)·factor
	penalty      []float32 // relative weight of the squared coefficients, last 0
}

// spreadFloor is the variance, relative to that of all columns together, that
// is added to each column's before it is scaled.
const spreadFloor = 1e-6

func newScaling(x *matrix.Matrix) *scaling {
	d := x.Cols
	mean, square := make([]float64, d), make([]float64, d)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			mean[j] += float64(v)
		}
	}
	for j := range mean {
		mean[j] /= float64(x.Rows)
	}
	total := 0.0
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			u := float64(v) - mean[j]
			square[j] += u * u
		}
	}
	for j := range square {
		square[j] /= float64(x.Rows)
		total += square[j]
	}
	s := &scaling{make([]float32, d), make([]float32, d), make([]float32, d+1)}
	for j := range d {
		s.mean[j] = float32(mean[j])
		if total > 0 {
			share := square[j]/total + spreadFloor
			s.factor[j] = float32(1 / math.Sqrt(share*total))
			s.penalty[j] = float32(1 / share)
		}
	}
	return s
}

// apply returns the scaled rows order[0], order[1], … of x; nil keeps them all.
func (s *scaling) apply(x *matrix.Matrix, order []int32) *matrix.Matrix {
	n := x.Rows
	if order != nil {
		n = len(order)
	}
	out := matrix.New(n, x.Cols+1)
	matrix.Parallel(n, 256, func(from, to int) {
		for i := from; i < to; i++ {
			src := i
			if order != nil {
				src = int(order[i])
			}
			row := out.Row(i)
			row[x.Cols] = 1
			for j, v := range x.Row(src) {
				row[j] = (v - s.mean[j]) * s.factor[j]
			}
		}
	})
	return out
}

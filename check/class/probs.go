package class

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// Probs is a table of class probabilities, one row for each label and one
// column for each class. It shares memory with what it was made of.
type Probs struct {
	n, k   int
	single []float32
	double []float64
}

// Of wraps a matrix of probabilities.
func Of(m *matrix.Matrix) Probs {
	return Probs{n: m.Rows, k: m.Cols, single: m.Data}
}

// Of64 wraps n rows of k float64 probabilities, row by row.
func Of64(n, k int, data []float64) Probs {
	return Probs{n: n, k: k, double: data}
}

// Shape returns the number of rows and of classes.
func (p Probs) Shape() (n, k int) { return p.n, p.k }

// At returns the probability of class k in row i.
func (p Probs) At(i, k int) float64 {
	if p.double != nil {
		return p.double[i*p.k+k]
	}
	return float64(p.single[i*p.k+k])
}

// Row returns row i in float64: either the table's own memory, which must not
// be changed, or buf filled with it. buf needs room for one value a class.
func (p Probs) Row(i int, buf []float64) []float64 {
	if p.double != nil {
		return p.double[i*p.k : (i+1)*p.k]
	}
	row := p.single[i*p.k : (i+1)*p.k]
	buf = buf[:len(row)]
	for k, v := range row {
		buf[k] = float64(v)
	}
	return buf
}

// maxProbability leaves room for rounding: probabilities that went through
// float16 come out as large as 1.0003.
const maxProbability = 1.001

// checkRow tells what is wrong with one row. Rows need not sum to one.
func checkRow(i int, row []float64) error {
	for k, v := range row {
		if !(v >= 0 && v <= maxProbability) {
			return rowError(i, k, v)
		}
	}
	return nil
}

func rowError(i, k int, v float64) error {
	switch {
	case math.IsNaN(v):
		return fmt.Errorf("the probability of class %d in row %d is not a number; remove the row or predict it again", k, i)
	case math.IsInf(v, 0):
		return fmt.Errorf("the probability of class %d in row %d is infinite; these look like logits, apply softmax to them first", k, i)
	default:
		return fmt.Errorf("the probability of class %d in row %d is %g, but a probability lies between 0 and 1; if these are logits, apply softmax to them first", k, i, v)
	}
}

// checkShape tells whether labels and probabilities fit each other.
func checkShape(labels []int, p Probs) error {
	switch {
	case len(labels) == 0:
		return fmt.Errorf("there are no labels; confident learning needs at least one")
	case p.n != len(labels):
		return fmt.Errorf("there are %d labels but %d rows of probabilities; each label needs its own row", len(labels), p.n)
	case p.k == 0:
		return fmt.Errorf("the probabilities have no columns; each class needs one")
	case p.single == nil && len(p.double) != p.n*p.k, p.single != nil && len(p.single) != p.n*p.k:
		return fmt.Errorf("the probabilities hold %d values, but %d rows of %d classes need %d", len(p.single)+len(p.double), p.n, p.k, p.n*p.k)
	}
	for i, y := range labels {
		if y < 0 || y >= p.k {
			return fmt.Errorf("label %d is class %d, but the probabilities have columns for classes 0 to %d", i, y, p.k-1)
		}
	}
	return nil
}

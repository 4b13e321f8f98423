package multilabel

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// Learning holds labels and probabilities that fit each other. What the
// classes teach is worked out class by class when it is asked for: kept for all
// of them it would need 40 bytes for each picture and class.
type Learning struct {
	Labels Labels
	Probs  class.Probs
	// Counts is the number of pictures labelled with each class.
	Counts []int

	columns [][]int32 // pictures of each class
}

// maxProbability leaves room for rounding, as package class does; what is above
// one counts as one.
const maxProbability = 1.001

// Learn checks that p has a row for each picture and a column for each class,
// and that its values are probabilities. Classes that no picture, or every
// picture, is labelled with are allowed: nothing is found in them by the prune
// filters, and adjusted scores leave them as they are.
func Learn(labels Labels, p class.Probs) (*Learning, error) {
	n, k := p.Shape()
	switch {
	case labels.n == 0:
		return nil, fmt.Errorf("there are no pictures; confident learning needs at least one")
	case n != labels.n:
		return nil, fmt.Errorf("there are labels of %d pictures but %d rows of probabilities; each picture needs its own row", labels.n, n)
	case k != labels.k:
		return nil, fmt.Errorf("there are %d classes but %d columns of probabilities; each class needs its own column", labels.k, k)
	case labels.n > math.MaxInt32:
		return nil, fmt.Errorf("there are %d pictures, but at most %d can be judged at once", labels.n, math.MaxInt32)
	}
	grain := blockRows(k)
	bad := make([]error, (n+grain-1)/grain)
	matrix.Parallel(n, grain, func(from, to int) {
		buf := make([]float64, k)
		for i := from; i < to; i++ {
			for c, v := range p.Row(i, buf) {
				if !(v >= 0 && v <= maxProbability) {
					bad[from/grain] = valueError(i, c, v)
					return
				}
			}
		}
	})
	for _, err := range bad {
		if err != nil {
			return nil, err
		}
	}
	l := &Learning{Labels: labels, Probs: p, Counts: make([]int, k), columns: labels.columns()}
	for c, rows := range l.columns {
		l.Counts[c] = len(rows)
	}
	return l, nil
}

func valueError(i, c int, v float64) error {
	switch {
	case math.IsNaN(v):
		return fmt.Errorf("the probability of class %d in row %d is not a number; remove the row or predict it again", c, i)
	case math.IsInf(v, 0):
		return fmt.Errorf("the probability of class %d in row %d is infinite; these look like logits, apply the sigmoid to them first", c, i)
	default:
		return fmt.Errorf("the probability of class %d in row %d is %g, but a probability lies between 0 and 1; if these are logits, apply the sigmoid to them first", c, i, v)
	}
}

// blockRows is how many rows of k values make a block worth handing to a core.
func blockRows(k int) int { return max(1, 1<<16/max(k, 1)) }

// probability returns P of class c in picture i, at most one.
func (l *Learning) probability(i, c int) float64 { return min(1, l.Probs.At(i, c)) }

// Class learns one class c against all others: label 1 stands for pictures that
// have it, 0 for those that have not, and the probabilities are 1-P and P. It
// panics unless c is in [0, K).
func (l *Learning) Class(c int) *class.Learning {
	n := l.Labels.n
	labels, probs := make([]int, n), make([]float64, 2*n)
	for _, i := range l.columns[c] {
		labels[i] = 1
	}
	for i := range n {
		p := l.probability(i, c)
		probs[2*i], probs[2*i+1] = 1-p, p
	}
	out, err := class.Learn(labels, class.Of64(n, 2, probs))
	if err != nil {
		panic("multilabel: " + err.Error()) // Learn checked every value
	}
	return out
}

// each calls f for every class on all cores and returns the error of the first
// class that has one.
func (l *Learning) each(f func(c int, one *class.Learning) error) error {
	errs := make([]error, l.Labels.k)
	matrix.Parallel(l.Labels.k, 1, func(from, to int) {
		for c := from; c < to; c++ {
			errs[c] = f(c, l.Class(c))
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

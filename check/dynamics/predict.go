package dynamics

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/matrix"
)

const (
	leastProbability = 1e-12
	maxProbability   = 1.001 // probabilities that went through float16 come out as large as 1.0003
	sumTolerance     = 0.02
)

// AddPredictions takes the predictions of one epoch, one row for each sample
// and one column for each class. A row of NaN alone stands for a sample that
// the epoch did not see. Nothing is taken when there is an error.
func (t *Training) AddPredictions(p *matrix.Matrix) error {
	switch {
	case p.Rows != len(t.labels):
		return fmt.Errorf("epoch %d has %d rows of predictions for %d labels; each needs one, NaN where it was not seen", t.epochs, p.Rows, len(t.labels))
	case t.losses:
		return fmt.Errorf("epoch %d has predictions, but the epochs before it have losses; a training has one or the other", t.epochs)
	case p.Cols < 2:
		return fmt.Errorf("epoch %d has predictions of %d classes; a margin needs at least 2", t.epochs, p.Cols)
	case t.classes > 0 && p.Cols != t.classes:
		return fmt.Errorf("epoch %d has predictions of %d classes, but the epochs before it of %d", t.epochs, p.Cols, t.classes)
	}
	if t.classes == 0 {
		for i, y := range t.labels {
			if y >= p.Cols {
				return fmt.Errorf("label %d is class %d, but the predictions have columns for classes 0 to %d", i, y, p.Cols-1)
			}
		}
	}
	values := t.values
	if values == Auto {
		values = Logits
		if eachRow(p, isDistribution) == nil {
			values = Probabilities
		}
	}
	seen := false
	for i := 0; i < p.Rows && !seen; i++ {
		seen = !unseen(p.Row(i))
	}
	if !seen {
		return fmt.Errorf("epoch %d has no prediction that is a number; the training diverged, or leave the epoch out", t.epochs)
	}
	if err := eachRow(p, func(i int, row []float32) error { return t.check(values, i, row) }); err != nil {
		return err
	}
	t.values, t.classes = values, p.Cols
	matrix.Parallel(p.Rows, grain(p.Cols), func(from, to int) {
		for i := from; i < to; i++ {
			if row := p.Row(i); !unseen(row) {
				loss, margin, right := judge(values, row, t.labels[i])
				t.states[i].predict(loss, margin, math.Exp(-loss), right, t.epochs, t.alpha)
			}
		}
	})
	t.epochs++
	return nil
}

// unseen tells whether a row is all NaN.
func unseen(row []float32) bool {
	for _, v := range row {
		if v == v {
			return false
		}
	}
	return true
}

// isDistribution returns an error unless a row could be probabilities.
func isDistribution(i int, row []float32) error {
	if unseen(row) {
		return nil
	}
	sum := 0.0
	for _, v := range row {
		if !(v >= 0 && v <= maxProbability) {
			return fmt.Errorf("row %d holds %g", i, v)
		}
		sum += float64(v)
	}
	if math.Abs(sum-1) > sumTolerance {
		return fmt.Errorf("row %d sums to %g", i, sum)
	}
	return nil
}

// check tells what is wrong with a row.
func (t *Training) check(values Values, i int, row []float32) error {
	if unseen(row) {
		return nil
	}
	for k, v := range row {
		says := ""
		switch {
		case v != v:
			says = "is not a number, though others of its row are"
		case math.IsInf(float64(v), 0):
			says = "is infinite; the training diverged or the values overflowed"
		case values == Probabilities && !(v >= 0 && v <= maxProbability):
			says = fmt.Sprintf("is %g, but a probability lies between 0 and 1; if these are logits, say so", v)
		default:
			continue
		}
		return fmt.Errorf("the prediction of class %d for sample %d in epoch %d %s", k, i, t.epochs, says)
	}
	return nil
}

// judge returns the cross-entropy of a row in nats, the log-odds of the label y
// against the best other class, and whether y is the largest value, the first
// of equals. Log-odds of probabilities are differences of the logits that the
// softmax made them of, so both kinds of values give the same.
func judge(values Values, row []float32, y int) (loss, margin float64, right bool) {
	other, best := math.Inf(-1), 0
	for k, v := range row {
		if k != y && float64(v) > other {
			other = float64(v)
		}
		if v > row[best] {
			best = k
		}
	}
	given := float64(row[y])
	if values == Probabilities {
		given, other = logOf(given), logOf(other)
		return -given, given - other, best == y
	}
	top := float64(row[best])
	sum := 0.0
	for _, v := range row {
		sum += math.Exp(float64(v) - top)
	}
	return math.Log(sum) + top - given, given - other, best == y
}

func logOf(p float64) float64 { return math.Log(min(1, max(leastProbability, p))) }

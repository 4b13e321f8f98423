package class

import (
	"fmt"
	"math"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

const (
	slack          = 1e-6 // comparisons against a threshold or the given class forgive this much
	leastThreshold = 2e-6
	neverExceeded  = 2 // threshold of a class that no label has
)

// Learning is what one pass over labels and probabilities teaches. All slices
// have one element for each label unless said otherwise, and must not be
// changed.
type Learning struct {
	Labels []int
	Probs  Probs
	// Counts is the number of labels of each class.
	Counts []int
	// Thresholds holds, for each class, the probability from which an example
	// counts as confidently of that class: the mean probability of the class
	// among the examples labelled so, and 2 for a class without labels.
	Thresholds []float64
	// Guess is the class an example is confidently of, or dataset.None.
	Guess []int32
	// Best is the most probable class.
	Best []int32
	// Other is the most probable class but the given one; dataset.None when
	// there is only one class.
	Other []int32
	// PGiven and POther are the probabilities of the given class and of Other.
	PGiven, POther []float64
	// Joint counts examples by given label and confident guess, not
	// calibrated; its diagonal is at least one.
	Joint *Joint

	members [][]int32 // labels of each class, ascending
}

// Learn estimates class thresholds and the confident joint. Probabilities must
// lie in [0, 1]; rows need not sum to one and are taken as they are. Classes
// without labels are allowed: nothing is ever confidently of them. It reads
// each row once, in O(N·K) time and about 40 bytes a label.
func Learn(labels []int, p Probs) (*Learning, error) {
	return LearnWith(nil, labels, p)
}

// LearnWith is Learn with given thresholds, one for each class, for example
// those of a larger dataset that this is a part of; nil estimates them.
func LearnWith(thresholds []float64, labels []int, p Probs) (*Learning, error) {
	if err := checkShape(labels, p); err != nil {
		return nil, err
	}
	if thresholds != nil && len(thresholds) != p.k {
		return nil, fmt.Errorf("there are %d thresholds for %d classes; each class needs one", len(thresholds), p.k)
	}
	n := len(labels)
	l := &Learning{
		Labels: labels, Probs: p,
		Counts:     make([]int, p.k),
		Thresholds: thresholds,
		Guess:      make([]int32, n), Best: make([]int32, n), Other: make([]int32, n),
		PGiven: make([]float64, n), POther: make([]float64, n),
		members: make([][]int32, p.k),
	}
	for _, y := range labels {
		l.Counts[y]++
	}
	backing := make([]int32, n)
	for k, c := range l.Counts {
		l.members[k], backing = backing[:0:c], backing[c:]
	}
	for i, y := range labels {
		l.members[y] = append(l.members[y], int32(i))
		l.PGiven[i] = p.At(i, y)
		if !(l.PGiven[i] >= 0 && l.PGiven[i] <= maxProbability) {
			return nil, rowError(i, y, l.PGiven[i])
		}
	}
	if thresholds == nil {
		l.Thresholds = l.meanOfGiven()
	}
	if err := l.judge(); err != nil {
		return nil, err
	}
	l.count()
	return l, nil
}

// meanOfGiven returns the mean probability of each class over its own labels.
func (l *Learning) meanOfGiven() []float64 {
	t := make([]float64, len(l.Counts))
	for k, members := range l.members {
		if len(members) == 0 {
			t[k] = neverExceeded
			continue
		}
		sum := 0.0
		for _, i := range members {
			sum += l.PGiven[i]
		}
		t[k] = max(leastThreshold, sum/float64(len(members)))
	}
	return t
}

// judge fills Guess, Best, Other and POther, and checks every row.
func (l *Learning) judge() error {
	bar := make([]float64, len(l.Thresholds))
	for k, t := range l.Thresholds {
		bar[k] = t - slack
	}
	grain := blockRows(l.Probs.k)
	bad := make([]error, (len(l.Labels)+grain-1)/grain)
	matrix.Parallel(len(l.Labels), grain, func(from, to int) {
		buf := make([]float64, l.Probs.k)
		for i := from; i < to; i++ {
			row := l.Probs.Row(i, buf)
			if !l.judgeRow(i, row, bar) {
				bad[from/grain] = checkRow(i, row)
				return
			}
		}
	})
	for _, err := range bad {
		if err != nil {
			return err
		}
	}
	return nil
}

// judgeRow judges one row; it returns false when a value is no probability.
func (l *Learning) judgeRow(i int, row, bar []float64) bool {
	y := l.Labels[i]
	best, other := 0, dataset.None
	pBest, pOther := math.Inf(-1), math.Inf(-1)
	confident, first := 0, dataset.None
	bar = bar[:len(row)]
	for k, v := range row {
		if v >= bar[k] {
			if confident++; confident == 1 {
				first = k
			}
		}
		if v > pOther {
			if v > pBest {
				best, pBest = k, v
			}
			if k != y {
				other, pOther = k, v
			}
		}
		if !(v >= 0 && v <= maxProbability) {
			return false
		}
	}
	if confident > 1 {
		first = best
	}
	if other == dataset.None {
		pOther = 0
	}
	l.Best[i], l.Other[i], l.POther[i], l.Guess[i] = int32(best), int32(other), pOther, int32(first)
	return true
}

// count makes the confident joint from the guesses.
func (l *Learning) count() {
	k := len(l.Counts)
	l.Joint = &Joint{rows: make([][]Cell, k)}
	seen := make([]int, k)
	for given, members := range l.members {
		for _, i := range members {
			if g := l.Guess[i]; g != dataset.None {
				seen[g]++
			}
		}
		seen[given] = max(seen[given], 1)
		for _, i := range members {
			if g := l.Guess[i]; g != dataset.None && seen[g] > 0 {
				l.Joint.rows[given] = append(l.Joint.rows[given], Cell{int(g), seen[g]})
				seen[g] = 0
			}
		}
		if seen[given] > 0 {
			l.Joint.rows[given] = append(l.Joint.rows[given], Cell{given, seen[given]})
			seen[given] = 0
		}
		sortCells(l.Joint.rows[given])
	}
}

// OffDiagonal returns the examples that are confidently of another class than
// their label, ascending.
func (l *Learning) OffDiagonal() []int {
	var out []int
	for i, g := range l.Guess {
		if g != dataset.None && int(g) != l.Labels[i] {
			out = append(out, i)
		}
	}
	return out
}

// agrees tells whether the given class is the most probable one of example i,
// or within 1e-6 of it.
func (l *Learning) agrees(i int) bool {
	given := l.PGiven[i] + slack
	return given > l.POther[i] || given == l.POther[i] && l.Labels[i] < int(l.Other[i])
}

// blockRows is how many rows of k values make a block worth handing to a core.
func blockRows(k int) int { return max(1, 1<<16/max(k, 1)) }

package class

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Filter names a way to choose the labels that are probably wrong.
type Filter string

// The filters. All but the two Low filters leave out an example whose most
// probable class is its label.
const (
	// PruneByNoiseRate takes, for every pair of given class k and true class
	// j, as many examples labelled k as the calibrated joint says are truly j:
	// those with the largest P(j) - P(k).
	PruneByNoiseRate Filter = "prune_by_noise_rate"
	// PruneByClass takes, for every given class, as many examples as the
	// calibrated joint says are wrong: those with the smallest P(given).
	PruneByClass Filter = "prune_by_class"
	// Both takes what PruneByNoiseRate and PruneByClass agree on.
	Both Filter = "both"
	// ConfidentLearning takes the examples confidently of another class.
	ConfidentLearning Filter = "confident_learning"
	// PredictedNeqGiven takes every example whose most probable class is not
	// its label.
	PredictedNeqGiven Filter = "predicted_neq_given"
	// LowNormalizedMargin and LowSelfConfidence take the NumIssues lowest
	// scores.
	LowNormalizedMargin Filter = "low_normalized_margin"
	LowSelfConfidence   Filter = "low_self_confidence"
)

// Filters lists all filters, the default first.
func Filters() []Filter {
	return []Filter{PruneByNoiseRate, PruneByClass, Both, ConfidentLearning, PredictedNeqGiven, LowNormalizedMargin, LowSelfConfidence}
}

// FilterOptions bound how much the prune filters take; others ignore them.
type FilterOptions struct {
	// FracNoise is the share of the estimated errors to take, in (0, 1];
	// 0 stands for 1.
	FracNoise float64
	// MinExamples is how many examples each class keeps at least, and a class
	// with no more labels than that is left alone; 0 stands for 1.
	MinExamples int
	// Joint is a calibrated joint to use in place of the estimated one.
	Joint *Joint
}

// Filter returns the examples that f flags, ascending; see [Rank] for an order
// to look at them in.
func (l *Learning) Filter(f Filter, o FilterOptions) ([]int, error) {
	if o.FracNoise == 0 {
		o.FracNoise = 1
	}
	if o.MinExamples == 0 {
		o.MinExamples = 1
	}
	switch {
	case !(o.FracNoise > 0 && o.FracNoise <= 1):
		return nil, fmt.Errorf("the share of errors to take is %g, but it must be above 0 and at most 1", o.FracNoise)
	case o.MinExamples < 0:
		return nil, fmt.Errorf("each class is to keep %d examples, but that number must not be negative", o.MinExamples)
	case o.Joint != nil && o.Joint.Classes() != l.Probs.k:
		return nil, fmt.Errorf("the joint given has %d classes, but the probabilities have %d", o.Joint.Classes(), l.Probs.k)
	}
	flagged := make([]bool, len(l.Labels))
	switch f {
	case PruneByNoiseRate:
		l.pruneByNoiseRate(flagged, l.pruneCounts(o), o.MinExamples)
	case PruneByClass:
		l.pruneByClass(flagged, l.pruneCounts(o), o.MinExamples)
	case Both:
		counts := l.pruneCounts(o)
		byClass := make([]bool, len(l.Labels))
		l.pruneByNoiseRate(flagged, counts, o.MinExamples)
		l.pruneByClass(byClass, counts, o.MinExamples)
		for i := range flagged {
			flagged[i] = flagged[i] && byClass[i]
		}
	case ConfidentLearning:
		for _, i := range l.OffDiagonal() {
			flagged[i] = true
		}
	case PredictedNeqGiven:
		for i := range flagged {
			flagged[i] = true
		}
	case LowNormalizedMargin, LowSelfConfidence:
		scores := l.PGiven
		if f == LowNormalizedMargin {
			scores = l.normalizedMargin()
		}
		return lowest(scores, l.NumIssues(), make([]float64, len(scores))), nil
	default:
		return nil, fmt.Errorf("there is no filter %q; the filters are %v", f, Filters())
	}
	var out []int
	for i, is := range flagged {
		if is && !l.agrees(i) {
			out = append(out, i)
		}
	}
	return out, nil
}

// NumIssues estimates the number of wrong labels: the examples confidently of
// another class whose label is not also their most probable class.
func (l *Learning) NumIssues() int {
	n := 0
	for _, i := range l.OffDiagonal() {
		if !l.agrees(i) {
			n++
		}
	}
	return n
}

// NumIssuesCalibrated estimates the number of wrong labels from a calibrated
// joint: the share off its diagonal, times the number of labels. A nil joint
// stands for the estimated one.
func (l *Learning) NumIssuesCalibrated(joint *Joint) int {
	if joint == nil {
		joint = l.Calibrated()
	}
	right := float64(joint.Trace()) / float64(max(1, joint.Total()))
	return int(math.RoundToEven((1 - right) * float64(len(l.Labels))))
}

// Rank orders examples from the most suspicious: ascending by score, equal
// scores in the order in which they come. scores has one element for each label.
func Rank(examples []int, scores []float64) []int {
	out := slices.Clone(examples)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	return out
}

// pruneCounts turns the calibrated joint into how many examples to take from
// each given class for each true class, and on the diagonal how many to keep.
// Fractions of an example are cut off.
func (l *Learning) pruneCounts(o FilterOptions) *Joint {
	joint := o.Joint
	if joint == nil {
		joint = l.Calibrated()
	}
	counts := &Joint{rows: make([][]Cell, joint.Classes())}
	for given, row := range joint.rows {
		diagonal := joint.At(given, given)
		kept := max(diagonal, o.MinExamples)
		less := float64(kept-diagonal) / float64(max(len(row)-1, 1))
		onDiagonal := float64(kept)
		var out []Cell
		for _, c := range row {
			if c.Guess == given {
				continue
			}
			all := max(0, float64(c.Count)-less)
			some := all * o.FracNoise
			onDiagonal += all - some
			out = append(out, Cell{c.Guess, int(some)})
		}
		out = append(out, Cell{given, int(onDiagonal)})
		sortCells(out)
		counts.rows[given] = out
	}
	return counts
}

func (l *Learning) pruneByNoiseRate(flagged []bool, counts *Joint, atLeast int) {
	matrix.Parallel(len(l.members), classGrain(len(l.members)), func(from, to int) {
		var margin, scratch []float64
		for given := from; given < to; given++ {
			members := l.members[given]
			if len(members) <= atLeast {
				continue
			}
			margin, scratch = resize(margin, len(members)), resize(scratch, len(members))
			for _, c := range counts.rows[given] {
				if c.Guess == given {
					continue
				}
				for m, i := range members {
					margin[m] = l.PGiven[i] - l.Probs.At(int(i), c.Guess)
				}
				for _, m := range lowest(margin, c.Count, scratch) {
					flagged[members[m]] = true
				}
			}
		}
	})
}

func (l *Learning) pruneByClass(flagged []bool, counts *Joint, atLeast int) {
	matrix.Parallel(len(l.members), classGrain(len(l.members)), func(from, to int) {
		var given, scratch []float64
		for k := from; k < to; k++ {
			members := l.members[k]
			if len(members) <= atLeast {
				continue
			}
			given, scratch = resize(given, len(members)), resize(scratch, len(members))
			for m, i := range members {
				given[m] = l.PGiven[i]
			}
			for _, m := range lowest(given, len(members)-counts.At(k, k), scratch) {
				flagged[members[m]] = true
			}
		}
	})
}

func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}

// classGrain makes blocks of classes small enough that one large class does not
// keep the other cores waiting.
func classGrain(k int) int { return max(1, k/64) }

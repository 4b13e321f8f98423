package multilabel

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/check/class"
)

// FilterOptions bound how much the prune filters take; others ignore them.
type FilterOptions struct {
	// FracNoise is the share of the estimated errors to take, in (0, 1];
	// 0 stands for 1.
	FracNoise float64
	// MinExamples is how many pictures each side of a class, with and without
	// it, keeps at least; 0 stands for 1.
	MinExamples int
	// Joints are calibrated joints of two classes to use in place of the
	// estimated ones, one for each class; nil, or nil in it, estimates.
	Joints []*class.Joint
}

// FilterClasses returns the pictures whose label for a class is probably wrong,
// ascending, for each class.
func (l *Learning) FilterClasses(f class.Filter, o FilterOptions) ([][]int, error) {
	if o.Joints != nil && len(o.Joints) != l.Labels.k {
		return nil, fmt.Errorf("there are %d joints for %d classes; each class needs one", len(o.Joints), l.Labels.k)
	}
	out := make([][]int, l.Labels.k)
	err := l.each(func(c int, one *class.Learning) (err error) {
		with := class.FilterOptions{FracNoise: o.FracNoise, MinExamples: o.MinExamples}
		if o.Joints != nil {
			with.Joint = o.Joints[c]
		}
		out[c], err = one.Filter(f, with)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Filter returns the pictures of which at least one label is missing or wrong,
// ascending. The two Low filters take those with the lowest scores by [EMA] of
// 0.8, as many as [class.ConfidentLearning] finds.
func (l *Learning) Filter(f class.Filter, o FilterOptions) ([]int, error) {
	score := class.SelfConfidence
	switch f {
	case class.LowNormalizedMargin:
		score = class.NormalizedMargin
	case class.LowSelfConfidence:
	default:
		byClass, err := l.FilterClasses(f, o)
		if err != nil {
			return nil, err
		}
		return union(byClass), nil
	}
	found, err := l.Filter(class.ConfidentLearning, o)
	if err != nil {
		return nil, err
	}
	scores, err := l.Scores(ScoreOptions{Score: score})
	if err != nil {
		return nil, err
	}
	all := make([]int, len(scores))
	for i := range all {
		all[i] = i
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Or(cmp.Compare(scores[a], scores[b]), cmp.Compare(a, b)) })
	lowest := all[:len(found)]
	slices.Sort(lowest)
	return lowest, nil
}

// union returns the rows that are in any of the lists, ascending.
func union(lists [][]int) []int {
	out := slices.Concat(lists...)
	slices.Sort(out)
	return slices.Compact(out)
}

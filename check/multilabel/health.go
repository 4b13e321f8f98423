package multilabel

import (
	"cmp"
	"slices"

	"github.com/errata-cv/errata/check/class"
)

// Common says how often the labels of one class are wrong in one way.
type Common struct {
	Class int
	// Given tells labels that should go (true) from labels that are missing.
	Given bool
	// Examples is the number of pictures, Probability their share of all.
	Examples    int
	Probability float64
}

// Common returns both ways of every class, the most frequent first, equal ones
// by class and labels that should go before labels that are missing. Labels are
// wrong where [class.PruneByNoiseRate] says so.
func (l *Learning) Common() []Common {
	out := make([]Common, 0, 2*l.Labels.k)
	for c, rows := range l.wrong() {
		extra := 0
		for _, i := range rows {
			if l.Labels.Has(i, c) {
				extra++
			}
		}
		for _, w := range []Common{{Class: c, Given: true, Examples: extra}, {Class: c, Examples: len(rows) - extra}} {
			w.Probability = float64(w.Examples) / float64(l.Labels.n)
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b Common) int { return cmp.Compare(b.Examples, a.Examples) })
	return out
}

// Health returns the share of pictures all of whose labels seem right, in
// [0, 1].
func (l *Learning) Health() float64 {
	return 1 - float64(len(union(l.wrong())))/float64(l.Labels.n)
}

// RankClasses returns every class, the worst labelled first, equal quality by
// class index. Issues are labels that should go and Noise their share of the
// labels of the class; InverseIssues are missing labels and InverseNoise their
// share of the pictures that should have the class. (cleanlab divides both by
// the number of all pictures, though it describes them as here; [Learning.Common]
// has its figures.)
func (l *Learning) RankClasses() []class.ClassQuality {
	out := make([]class.ClassQuality, l.Labels.k)
	for _, w := range l.Common() {
		q := &out[w.Class]
		q.Class = w.Class
		if w.Given {
			q.Issues = w.Examples
		} else {
			q.InverseIssues = w.Examples
		}
	}
	for c := range out {
		q := &out[c]
		if l.Counts[c] > 0 {
			q.Noise = float64(q.Issues) / float64(l.Counts[c])
		}
		if should := l.Counts[c] - q.Issues + q.InverseIssues; should > 0 {
			q.InverseNoise = float64(q.InverseIssues) / float64(should)
		}
		q.Quality = 1 - q.Noise
	}
	slices.SortStableFunc(out, func(a, b class.ClassQuality) int { return cmp.Compare(a.Quality, b.Quality) })
	return out
}

// wrong returns the pictures whose label for a class is probably wrong, for
// each class, by the default filter.
func (l *Learning) wrong() [][]int {
	rows, err := l.FilterClasses(class.PruneByNoiseRate, FilterOptions{})
	if err != nil {
		panic("multilabel: " + err.Error()) // the default filter takes no options
	}
	return rows
}

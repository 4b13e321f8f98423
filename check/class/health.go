package class

import (
	"cmp"
	"math"
	"slices"
)

// Health returns the share of labels that seem right, in [0, 1].
func (l *Learning) Health() float64 {
	return 1 - float64(l.NumIssues())/float64(len(l.Labels))
}

// ClassQuality says how far the labels of one class can be trusted.
type ClassQuality struct {
	Class int
	// Issues is the estimated number of examples labelled Class that are of
	// another class; InverseIssues the number of examples of Class that are
	// labelled otherwise.
	Issues, InverseIssues int
	// Noise is the share of labels of Class that are wrong, InverseNoise the
	// share of examples of Class that are labelled otherwise. Quality is
	// 1 - Noise. All are 0 (Quality 1) for a class without examples.
	Noise, InverseNoise, Quality float64
}

// RankClasses returns every class, the worst labelled first, equal quality by
// class index.
func (l *Learning) RankClasses() []ClassQuality {
	joint := l.Calibrated()
	given, truth := joint.sums()
	out := make([]ClassQuality, joint.Classes())
	for k := range out {
		right := joint.At(k, k)
		q := ClassQuality{Class: k, Issues: given[k] - right, InverseIssues: truth[k] - right}
		if given[k] > 0 {
			q.Noise = float64(q.Issues) / float64(given[k])
		}
		if truth[k] > 0 {
			q.InverseNoise = float64(q.InverseIssues) / float64(truth[k])
		}
		q.Quality = 1 - q.Noise
		out[k] = q
	}
	slices.SortStableFunc(out, func(a, b ClassQuality) int { return cmp.Compare(a.Quality, b.Quality) })
	return out
}

// Overlap is a pair of classes that labels mistake for each other.
type Overlap struct {
	A, B int // A < B
	// Probability is the share of all labels that are one of the pair and
	// truly the other; Examples the number of them.
	Probability float64
	Examples    int
}

// OverlappingClasses returns the pairs of classes that are mistaken for each
// other at least once, the most frequent first, equal ones by class index.
// Pairs that never overlap are left out.
func (l *Learning) OverlappingClasses() []Overlap {
	joint := l.Calibrated()
	total, n := float64(joint.Total()), float64(len(l.Labels))
	var out []Overlap
	add := func(a, b, count int) {
		p := float64(count) / total
		out = append(out, Overlap{A: a, B: b, Probability: p, Examples: int(math.RoundToEven(p * n))})
	}
	for a, row := range joint.rows {
		for _, c := range row {
			switch b := c.Guess; {
			case a < b:
				add(a, b, c.Count+joint.At(b, a))
			case a > b && joint.At(b, a) == 0:
				add(b, a, c.Count)
			}
		}
	}
	slices.SortFunc(out, func(x, y Overlap) int {
		if c := cmp.Compare(y.Probability, x.Probability); c != 0 {
			return c
		}
		if x.A != y.A {
			return x.A - y.A
		}
		return x.B - y.B
	})
	return out
}

package features

import (
	"fmt"

	"github.com/errata-cv/errata/neighbor"
)

// ValueOptions say how labels are valued.
type ValueOptions struct {
	// K is how many nearest neighbours vote; 0 stands for 10. Where the graph has
	// fewer places, all of them vote. The more places beyond K the graph has, the
	// nearer the values are to those of the whole dataset.
	K int
	// Compat gives the furthest of the K neighbours the value 0, as cleanlab
	// does, and does not look beyond.
	Compat bool
}

// Values returns what each label is worth to a classifier that lets the K
// nearest neighbours vote: the Shapley value of Jia et al., "Efficient
// Task-Specific Data Valuation for Nearest Neighbor Algorithms", VLDB 2019, over
// leave-one-out queries of all rows, moved to [0, 1] by (s + 1)/2. Below 0.5 a
// label does harm.
//
// For the neighbours 1, 2, … of a query, nearest first, with m = 1 where the
// label is that of the query and else 0, the value is
//
//	s(j) = s(j+1) + (m(j) − m(j+1))·min(K, j)/(j·K)
//
// from the furthest row down. Where the graph does not reach so far, what is
// beyond counts by the share of the query's class among all other labels. On a
// graph of all N−1 neighbours the values are exact.
func Values(g *neighbor.Graph, labels []int, o ValueOptions) ([]float64, error) {
	if err := checkGraph(g); err != nil {
		return nil, err
	}
	n := g.Len()
	classes := 0
	for _, y := range labels {
		classes = max(classes, y+1)
	}
	if err := checkLabels(labels, n, classes); err != nil {
		return nil, err
	}
	if o.K == 0 {
		o.K = 10
	}
	if o.K < 1 {
		return nil, fmt.Errorf("%d neighbours are to vote; there must be at least 1", o.K)
	}
	o.K = min(o.K, g.K)
	count := make([]int, classes)
	for _, y := range labels {
		count[y]++
	}
	sum := make([]float64, n)
	for i, y := range labels {
		index, _ := g.Neighbors(i)
		if o.Compat {
			index = index[:min(len(index), o.K)]
		}
		next, s := 0.0, 0.0 // the match and the value of the one further away
		if !o.Compat {
			next, s = o.beyond(len(index), n-1, count[y]-1, matches(index, labels, y))
		}
		for p := len(index) - 1; p >= 0; p-- {
			match := 0.0
			if labels[index[p]] == y {
				match = 1
			}
			if o.Compat && p == len(index)-1 {
				next = match
			}
			s += (match - next) * float64(min(o.K, p+1)) / float64((p+1)*o.K)
			sum[index[p]] += s
			next = match
		}
	}
	for i, s := range sum {
		sum[i] = (s/float64(n) + 1) / 2
	}
	return sum, nil
}

func matches(index []int32, labels []int, y int) (n int) {
	for _, j := range index {
		if labels[j] == y {
			n++
		}
	}
	return n
}

// beyond returns what row known+1 of all others is expected to match and to be
// worth, when same of all are of the query's class and matched of those known.
// The furthest row of all is worth its match divided by max(K, all).
func (o ValueOptions) beyond(known, all, same, matched int) (match, value float64) {
	if known >= all {
		// Nothing is beyond: a row that matches nothing, one place further,
		// makes the formula give the value of the last.
		return 0, 0
	}
	match = float64(same-matched) / float64(all-known)
	return match, match / float64(max(o.K, all))
}

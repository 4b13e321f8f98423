package features

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/check/class"
)

// DefaultRatio is the share of the usual performance below which a group
// underperforms.
const DefaultRatio = 0.1

// GroupOptions say which groups underperform.
type GroupOptions struct {
	// Ratio is the share of the mean below which a group underperforms; 0 stands
	// for DefaultRatio.
	Ratio float64
	// Least is the size from which a group counts; 0 stands for 5.
	Least int
	// Compat looks for the worst group as cleanlab does: it goes through them by
	// ascending id and compares the mean of each with the ratio of the worst so
	// far, so that it may end at another, and reports that one only.
	Compat bool
}

// Group is one group of rows.
type Group struct {
	// ID is what the group is called in the ids given.
	ID int
	// Size is the number of rows.
	Size int
	// Performance is the mean probability of the given class, in [0, 1].
	Performance float64
	// Ratio is Performance divided by the mean over all groups.
	Ratio float64
}

// Grouping says how well the model does in each group.
type Grouping struct {
	// All holds the groups that count, by ascending id.
	All []Group
	// Mean is the mean probability of the given class in all of them.
	Mean float64
	// Score is, for each row, the ratio of its group, at most 1; 1 for a row in
	// none.
	Score []float64
	// Worst holds places in All: the groups that underperform, the worst first.
	Worst []int
	// Lowest is the ratio of the worst group, at most 1.
	Lowest float64

	ids []int
}

// Groups compares the mean probability of the given class between groups of
// rows, such as those of [Cluster] or of metadata. ids holds the group of each
// row; rows with an id below 0 are in none, and groups that are too small do not
// count. Without any group that counts nothing underperforms. Where the mean of
// all is 0 no group is worse than the others.
func Groups(ids, labels []int, p class.Probs, o GroupOptions) (*Grouping, error) {
	n, k := p.Shape()
	if err := checkLabels(labels, n, k); err != nil {
		return nil, err
	}
	if o.Ratio == 0 {
		o.Ratio = DefaultRatio
	}
	if o.Least == 0 {
		o.Least = 5
	}
	if len(ids) != n || !(o.Ratio > 0) || o.Least < 1 {
		return nil, fmt.Errorf("there are %d group ids for %d rows, with ratio %g and size %d; each row needs an id, and the others must be above 0", len(ids), n, o.Ratio, o.Least)
	}
	type tally struct {
		sum float64
		n   int
	}
	tallies := map[int]*tally{}
	for i, id := range ids {
		v := p.At(i, labels[i])
		if !(v >= 0) || math.IsInf(v, 1) || v > 1.001 {
			return nil, fmt.Errorf("the probability of class %d in row %d is %g, but a probability lies between 0 and 1; if these are logits, apply softmax to them first", labels[i], i, v)
		}
		if id < 0 {
			continue
		}
		if tallies[id] == nil {
			tallies[id] = new(tally)
		}
		tallies[id].sum += v
		tallies[id].n++
	}
	r := &Grouping{Score: make([]float64, n), Lowest: 1, ids: ids}
	rows := 0
	for id, t := range tallies {
		if t.n >= o.Least {
			r.All = append(r.All, Group{ID: id, Size: t.n, Performance: t.sum / float64(t.n), Ratio: 1})
			rows += t.n
		}
	}
	slices.SortFunc(r.All, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range r.All {
		r.Mean += c.Performance * float64(c.Size) / float64(rows)
	}
	ratio := map[int]float64{}
	for at := range r.All {
		c := &r.All[at]
		if r.Mean > 0 {
			c.Ratio = c.Performance / r.Mean
		}
		ratio[c.ID] = min(1, c.Ratio)
	}
	for i, id := range ids {
		r.Score[i] = 1
		if s, ok := ratio[id]; ok {
			r.Score[i] = s
		}
	}
	r.rank(o)
	return r, nil
}

func (r *Grouping) rank(o GroupOptions) {
	if o.Compat {
		worst := none
		for at, c := range r.All {
			if c.Performance < r.Mean && c.Performance < r.Lowest {
				r.Lowest, worst = c.Ratio, at
			}
		}
		if worst != none && r.Lowest < o.Ratio {
			r.Worst = []int{worst}
		}
		return
	}
	for at, c := range r.All {
		r.Lowest = min(r.Lowest, c.Ratio)
		if c.Ratio < o.Ratio {
			r.Worst = append(r.Worst, at)
		}
	}
	slices.SortStableFunc(r.Worst, func(a, b int) int { return cmp.Compare(r.All[a].Ratio, r.All[b].Ratio) })
}

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// classTable is the table of classes, the most doubtful first.
type classTable struct {
	Rows []classRow
	More string
}

type classRow struct {
	Name, Labels, Wrong, Share string
	Bar                        float64 // share of wrong labels against the worst class, in percent
	Mostly                     string  // the class most often suggested instead
}

// newClassTable sums the probabilities of the judged labels by class.
func newClassTable(r *Result, pairs []Pair) classTable {
	labels := r.Dataset.ClassCounts()
	wrong := make([]float64, len(labels))
	for _, s := range r.Scores {
		if p := s.Probability; !math.IsNaN(p) && !math.IsInf(p, 0) {
			wrong[r.Dataset.Annotations[s.Annotation].Class] += p
		}
	}
	mostly := map[int]Pair{}
	for _, p := range pairs {
		if best, ok := mostly[p.Given]; !ok || len(p.Findings) > len(best.Findings) {
			mostly[p.Given] = p
		}
	}
	share := func(c int) float64 {
		if labels[c] == 0 {
			return 0
		}
		return wrong[c] / float64(labels[c])
	}
	order := make([]int, len(labels))
	worst := 1e-9
	for c := range order {
		order[c] = c
		worst = max(worst, share(c))
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wrong[b], wrong[a]) })
	var t classTable
	for i, c := range order {
		if i == maxRows {
			t.More = fmt.Sprintf("%s more, with fewer doubtful labels", counted(len(order)-i, "class", "classes"))
			break
		}
		row := classRow{Name: r.label(c), Labels: thousands(labels[c]), Wrong: thousands(int(wrong[c] + .5)), Share: percent(share(c)), Bar: 100 * share(c) / worst}
		if p, ok := mostly[c]; ok {
			row.Mostly = r.label(p.Suggested)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

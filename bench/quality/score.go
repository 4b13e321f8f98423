package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/rank"
)

// compare prints the scores of the fused ranking and of each signal alone.
func compare(d *data, probs, votes *matrix.Matrix, r *rank.Ranking) {
	y := d.labels
	l, err := class.Learn(y, class.Of(probs))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%-32s %7s %7s %12s\n", "ranking by", "AP", "AUROC", "P@errors")
	show := func(name string, quality []float64) {
		ap, auroc, precision := score(quality, d.wrong)
		fmt.Printf("%-32s %7.4f %7.4f %12.4f\n", name, ap, auroc, precision)
	}
	for _, s := range class.QualityScores() {
		if q, err := l.Scores(s, false); err == nil {
			show("probe, "+string(s), q)
		}
	}
	q := make([]float64, len(y))
	for i := range q {
		q[i] = float64(votes.Row(i)[y[i]])
	}
	show("neighbours' votes", q)
	show("fused quality", r.Score)
	for i, p := range r.Probability {
		q[i] = -p
	}
	show("fused probability", q)
	calibration(d, r)
}

// score returns the average precision, the area under the ROC curve and the
// precision among as many labels as are wrong, for labels taken by ascending
// quality. Equal qualities count as in every order alike for the area, in the
// order of the labels for the others.
func score(quality []float64, wrong []bool) (ap, auroc, precision float64) {
	order := make([]int, len(quality))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(quality[a], quality[b]) })
	errors := 0
	for _, w := range wrong {
		if w {
			errors++
		}
	}
	hits := 0
	for at, i := range order {
		if wrong[i] {
			hits++
			ap += float64(hits) / float64(at+1)
		}
		if at+1 == errors {
			precision = float64(hits) / float64(errors)
		}
	}
	pairs, right := 0.0, 0 // right labels seen so far
	for from := 0; from < len(order); {
		to, w := from, 0
		for to < len(order) && quality[order[to]] == quality[order[from]] {
			if wrong[order[to]] {
				w++
			}
			to++
		}
		rest := float64(len(order)-errors-right) - float64(to-from-w)/2
		pairs += float64(w) * rest
		right += to - from - w
		from = to
	}
	return ap / float64(errors), pairs / float64(errors) / float64(len(order)-errors), precision
}

// calibration prints, for ranges of the fused probability, how many labels are
// really wrong.
func calibration(d *data, r *rank.Ranking) {
	fmt.Println("probability  labels  mean  wrong")
	edges := []float64{0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.000001}
	for b := range len(edges) - 1 {
		n, wrong, sum := 0, 0, 0.0
		for i, p := range r.Probability {
			if p >= edges[b] && p < edges[b+1] {
				n++
				sum += p
				if d.wrong[i] {
					wrong++
				}
			}
		}
		if n > 0 {
			fmt.Printf("%4.2f – %4.2f %7d %5.2f  %5.2f\n", edges[b], min(1, edges[b+1]), n, sum/float64(n), float64(wrong)/float64(n))
		}
	}
}

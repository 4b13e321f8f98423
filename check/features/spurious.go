package features

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// SpuriousOptions say when a property gives the label away.
type SpuriousOptions struct {
	// Threshold is the score below which it does; 0 stands for 0.3.
	Threshold float64
	// Folds is the number of parts of the cross-validation; 0 stands for 5.
	Folds int
	// Compat takes the index of the most common class divided by the number of
	// labels for the accuracy of always naming that class, as cleanlab does. The
	// mended form takes the share of the labels that are of it.
	Compat bool
}

// Correlation says how well one property of the pictures tells their labels.
type Correlation struct {
	Property string
	// Accuracy is that of Gaussian naive Bayes on the property alone, the mean
	// over the folds of a cross-validation.
	Accuracy float64
	// Baseline is the accuracy of always naming the most common class.
	Baseline float64
	// Score is how many of the errors of the baseline are left, at most 1:
	// (1 − Accuracy)/(1 − Baseline).
	Score float64
	// Issue tells that the score is below the threshold.
	Issue bool
}

// Spurious tells for each property, a number for each picture such as its
// brightness, whether it alone gives the label away: a model may then learn the
// property instead of what the picture shows. There must be a value for each
// label, finite all of them, two classes at least, and as many labels of one of
// the classes as there are folds. The folds keep the shares of the classes and
// the order of the rows.
func Spurious(names []string, values [][]float64, labels []int, classes int, o SpuriousOptions) ([]Correlation, error) {
	if o.Threshold == 0 {
		o.Threshold = 0.3
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if err := o.check(names, values, labels, classes); err != nil {
		return nil, err
	}
	count := make([]int, classes)
	most := 0
	for _, y := range labels {
		if count[y]++; count[y] > count[most] || count[y] == count[most] && y < most {
			most = y
		}
	}
	if count[most] == len(labels) {
		return nil, fmt.Errorf("all labels are of class %d; a correlation needs two classes", most)
	}
	if count[most] < o.Folds {
		return nil, fmt.Errorf("no class has more than %d labels, but cross-validation in %d parts needs one with %d", count[most], o.Folds, o.Folds)
	}
	baseline := float64(count[most]) / float64(len(labels))
	if o.Compat {
		baseline = float64(most) / float64(len(labels))
	}
	fold := stratify(labels, classes, o.Folds)
	out := make([]Correlation, len(names))
	matrix.Parallel(len(names), 1, func(from, to int) {
		for p := from; p < to; p++ {
			accuracy := 0.0
			for f := range o.Folds {
				accuracy += trial(values[p], labels, fold, f, classes) / float64(o.Folds)
			}
			score := min(1, max(0, (1-accuracy)/(1-baseline)))
			out[p] = Correlation{Property: names[p], Accuracy: accuracy, Baseline: baseline, Score: score, Issue: score < o.Threshold}
		}
	})
	return out, nil
}

func (o SpuriousOptions) check(names []string, values [][]float64, labels []int, classes int) error {
	if !(o.Threshold > 0 && o.Threshold <= 1) || o.Folds < 2 {
		return fmt.Errorf("the threshold %g must be above 0 and at most 1, and there must be at least 2 folds, not %d", o.Threshold, o.Folds)
	}
	if err := checkLabels(labels, len(labels), classes); err != nil {
		return err
	}
	if len(labels) < o.Folds {
		return fmt.Errorf("there are %d labels for a cross-validation in %d parts; each part needs one", len(labels), o.Folds)
	}
	if len(values) != len(names) {
		return fmt.Errorf("there are %d names for %d properties; each needs one", len(names), len(values))
	}
	for p, column := range values {
		if len(column) != len(labels) {
			return fmt.Errorf("the property %q has %d values for %d labels", names[p], len(column), len(labels))
		}
		if i := slices.IndexFunc(column, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }); i >= 0 {
			return fmt.Errorf("the property %q is %g in row %d; leave out rows without a value", names[p], column[i], i)
		}
	}
	return nil
}

// stratify returns the fold of each row. The labels, sorted by the place at
// which their class first appears, are dealt to the folds in turn; this gives
// the number of each class in each fold, which the rows of the class then fill
// in order.
func stratify(labels []int, classes, folds int) []int {
	rank := make([]int, classes)
	var seen []int
	for i := range rank {
		rank[i] = none
	}
	count := make([]int, classes)
	for _, y := range labels {
		if rank[y] == none {
			rank[y] = len(seen)
			seen = append(seen, y)
		}
		count[y]++
	}
	room := make([][]int, classes)
	at := 0
	for _, y := range seen {
		room[y] = make([]int, folds)
		for range count[y] {
			room[y][at%folds]++
			at++
		}
	}
	fold := make([]int, len(labels))
	next := make([]int, classes)
	for i, y := range labels {
		for room[y][next[y]] == 0 {
			next[y]++
		}
		fold[i] = next[y]
		room[y][next[y]]--
	}
	return fold
}

// trial fits a normal distribution of each class to the rows outside of a fold
// and returns the accuracy inside.
func trial(x []float64, labels, fold []int, f, classes int) float64 {
	n, mean, square := make([]float64, classes), make([]float64, classes), make([]float64, classes)
	total, all, spread := 0.0, 0.0, 0.0
	for i, v := range x {
		if fold[i] != f {
			n[labels[i]]++
			mean[labels[i]] += v
			total++
			all += v
		}
	}
	for c := range mean {
		mean[c] /= max(1, n[c])
	}
	for i, v := range x {
		if fold[i] != f {
			square[labels[i]] += (v - mean[labels[i]]) * (v - mean[labels[i]])
			spread += (v - all/total) * (v - all/total)
		}
	}
	// A billionth of the variance of all keeps a class of equal values from
	// having none; where all are equal the classes differ by their size alone.
	least := 1e-9 * spread / total
	if spread == 0 {
		least = 1
	}
	right, cases := 0.0, 0.0
	for i, v := range x {
		if fold[i] != f {
			continue
		}
		best, top := none, math.Inf(-1)
		for c := range n {
			if n[c] == 0 {
				continue
			}
			variance := square[c]/n[c] + least
			if l := math.Log(n[c]/total) - math.Log(2*math.Pi*variance)/2 - (v-mean[c])*(v-mean[c])/variance/2; best == none || l > top {
				best, top = c, l
			}
		}
		cases++
		if best == labels[i] {
			right++
		}
	}
	return right / max(1, cases)
}

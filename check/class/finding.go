package class

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// shownClasses is how many of the most probable classes the evidence names.
const shownClasses = 3

// FindingOptions choose and describe wrong-class findings.
type FindingOptions struct {
	// Annotations maps each label to Dataset.Annotations; nil when label i is
	// annotation i.
	Annotations []int
	// Rows are the labels to report; nil reports those that Filter flags.
	Rows []int
	// Filter is PruneByNoiseRate when empty.
	Filter  Filter
	Options FilterOptions
	// Score is SelfConfidence when empty.
	Score Score
	// Probability is, for each label, the probability that it is wrong; nil
	// stands for 1 - P(given).
	Probability []float64
	// Suggestion is, for each label, the class to suggest; nil, or None in it,
	// suggests the most probable other class.
	Suggestion []int
}

// Findings returns a wrong-class finding for each label that is probably wrong,
// the most probable first, equal ones from the lowest score, then by index. The
// evidence holds "p_given", "p_suggested", "margin" (their difference) and
// "top", the most probable classes as {"class": name, "p": probability}.
func (l *Learning) Findings(ds *dataset.Dataset, o FindingOptions) ([]dataset.Finding, error) {
	if err := l.checkFindings(ds, &o); err != nil {
		return nil, err
	}
	scores, err := l.Scores(o.Score, false)
	if err != nil {
		return nil, err
	}
	rows := o.Rows
	if rows == nil {
		if rows, err = l.Filter(o.Filter, o.Options); err != nil {
			return nil, err
		}
	}
	out := make([]dataset.Finding, 0, len(rows))
	buf := make([]float64, l.Probs.k)
	for _, i := range rows {
		if i < 0 || i >= len(l.Labels) {
			return nil, fmt.Errorf("row %d was asked for, but the labels have rows 0 to %d", i, len(l.Labels)-1)
		}
		if l.Other[i] == dataset.None {
			continue // one class only: nothing else it could be
		}
		out = append(out, l.finding(ds, o, i, scores[i], l.Probs.Row(i, buf)))
	}
	slices.SortStableFunc(out, func(a, b dataset.Finding) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Score, b.Score), cmp.Compare(a.Annotation, b.Annotation))
	})
	return out, nil
}

func (l *Learning) checkFindings(ds *dataset.Dataset, o *FindingOptions) error {
	n := len(l.Labels)
	if o.Score == "" {
		o.Score = SelfConfidence
	}
	if o.Filter == "" {
		o.Filter = PruneByNoiseRate
	}
	if len(ds.Classes) != l.Probs.k {
		return fmt.Errorf("the dataset has %d classes, but the probabilities have %d columns; each class needs its own", len(ds.Classes), l.Probs.k)
	}
	if o.Probability != nil && len(o.Probability) != n {
		return fmt.Errorf("there are %d error probabilities for %d labels; each label needs one", len(o.Probability), n)
	}
	if o.Suggestion != nil && len(o.Suggestion) != n {
		return fmt.Errorf("there are %d suggestions for %d labels; each label needs one", len(o.Suggestion), n)
	}
	for i, c := range o.Suggestion {
		if c < dataset.None || c >= l.Probs.k {
			return fmt.Errorf("label %d gets the suggestion %d, but there are classes 0 to %d", i, c, l.Probs.k-1)
		}
	}
	if o.Annotations == nil {
		if len(ds.Annotations) != n {
			return fmt.Errorf("the dataset has %d annotations, but there are %d labels; say which annotation each label is", len(ds.Annotations), n)
		}
		o.Annotations = make([]int, n)
		for i := range o.Annotations {
			o.Annotations[i] = i
		}
	}
	if len(o.Annotations) != n {
		return fmt.Errorf("%d labels are mapped to annotations, but there are %d labels", len(o.Annotations), n)
	}
	for i, a := range o.Annotations {
		if a < 0 || a >= len(ds.Annotations) {
			return fmt.Errorf("label %d is mapped to annotation %d, but the dataset has annotations 0 to %d", i, a, len(ds.Annotations)-1)
		}
	}
	return nil
}

func (l *Learning) finding(ds *dataset.Dataset, o FindingOptions, i int, score float64, row []float64) dataset.Finding {
	given, other := l.Labels[i], int(l.Other[i])
	if o.Suggestion != nil && o.Suggestion[i] != dataset.None {
		other = o.Suggestion[i]
	}
	pOther := l.Probs.At(i, other)
	probability := 1 - l.PGiven[i]
	if o.Probability != nil {
		probability = o.Probability[i]
	}
	says := "Labelled %s (probability %.2f), but it looks more like %s (%.2f)."
	if pOther <= l.PGiven[i] {
		says = "Labelled %s (probability %.2f); if that is wrong it is most likely %s (%.2f)."
	}
	a := o.Annotations[i]
	return dataset.Finding{
		Kind:        dataset.WrongClass,
		Image:       ds.Annotations[a].Image,
		Annotation:  a,
		Class:       given,
		Suggestion:  &dataset.Suggestion{Action: dataset.SetClass, Class: other},
		Score:       min(1, max(0, score)),
		Probability: min(1, max(0, probability)),
		Evidence: map[string]any{
			"p_given":     l.PGiven[i],
			"p_suggested": pOther,
			"margin":      l.PGiven[i] - pOther,
			"top":         top(ds.Classes, row),
		},
		Message: fmt.Sprintf(says, ds.Classes[given], l.PGiven[i], ds.Classes[other], pOther),
	}
}

// top names the most probable classes of a row, equal ones by class index.
func top(names []string, row []float64) []map[string]any {
	var chosen []int
	for range min(shownClasses, len(row)) {
		best := dataset.None
		for k, v := range row {
			if (best == dataset.None || v > row[best]) && !slices.Contains(chosen, k) {
				best = k
			}
		}
		chosen = append(chosen, best)
	}
	out := make([]map[string]any, len(chosen))
	for c, k := range chosen {
		out[c] = map[string]any{"class": names[k], "p": row[k]}
	}
	return out
}

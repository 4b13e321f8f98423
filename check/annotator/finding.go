package annotator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// Suggestion is a class of an image that is probably wrong, and a better one.
type Suggestion struct {
	Image int
	// Given is the class at hand and Suggested the consensus.
	Given, Suggested int
	// PGiven and PSuggested are their values in the posterior, in [0, 1].
	PGiven, PSuggested float64
	// Probability is that the class at hand is wrong: 1 − PGiven.
	Probability float64
}

// WrongConsensus returns where classes that somebody settled on differ from the
// consensus, the most probably wrong first, then by image. given has the class
// of each image, dataset.None where there is none; nil stands for the majority
// vote.
func (r *Result) WrongConsensus(given []int) ([]Suggestion, error) {
	if given == nil {
		given = r.Majority
	}
	l := r.labels
	if len(given) != l.images {
		return nil, fmt.Errorf("there are classes of %d images, but labels of %d", len(given), l.images)
	}
	for i, c := range given {
		if c < dataset.None || c >= l.classes {
			return nil, fmt.Errorf("image %d has the class %d, but there are classes 0 to %d", i, c, l.classes-1)
		}
	}
	var out []Suggestion
	post := make([]float64, l.classes)
	for i, c := range given {
		if best := r.Consensus[i]; c != dataset.None && c != best {
			r.Posterior(i, post)
			out = append(out, Suggestion{
				Image: i, Given: c, Suggested: best, PGiven: post[c], PSuggested: post[best],
				Probability: min(1, max(0, 1-post[c])),
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Probability, a.Probability) })
	return out, nil
}

// Findings returns a wrong-class finding for each label that is not the
// consensus and less probable than it, the most probable first, then by
// annotation. rows maps the rows of the columns to Dataset.Annotations, as
// [FromDataset] returns them. The evidence is that of package class, with the
// posterior in place of a model's probabilities.
func (r *Result) Findings(ds *dataset.Dataset, rows []int) ([]dataset.Finding, error) {
	l := r.labels
	if len(rows) != l.Len() || len(ds.Classes) != l.classes {
		return nil, fmt.Errorf("%d labels of %d classes are mapped to annotations of a dataset with %d classes, but there are %d labels of %d classes", len(rows), l.classes, len(ds.Classes), l.Len(), l.classes)
	}
	for row, a := range rows {
		if a < 0 || a >= len(ds.Annotations) {
			return nil, fmt.Errorf("label %d is mapped to annotation %d, but the dataset has annotations 0 to %d", row, a, len(ds.Annotations)-1)
		}
	}
	var out []dataset.Finding
	post := make([]float64, l.classes)
	for i := range l.images {
		_, classes := l.Of(i)
		if !slices.ContainsFunc(classes, func(c int32) bool { return c != r.consensus[i] }) {
			continue
		}
		r.Posterior(i, post)
		for at, c := range classes {
			if c != r.consensus[i] && post[c] < post[r.consensus[i]] {
				out = append(out, r.finding(ds, rows[l.row[l.start[i]+at]], i, int(c), post))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b dataset.Finding) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Annotation, b.Annotation))
	})
	return out, nil
}

func (r *Result) finding(ds *dataset.Dataset, annotation, i, given int, post []float64) dataset.Finding {
	best := r.Consensus[i]
	_, classes := r.labels.Of(i)
	votes := 0
	for _, c := range classes {
		if int(c) == best {
			votes++
		}
	}
	p, q := post[given], post[best]
	return dataset.Finding{
		Kind: dataset.WrongClass, Image: ds.Annotations[annotation].Image, Annotation: annotation, Class: given,
		Suggestion: &dataset.Suggestion{Action: dataset.SetClass, Class: best},
		Score:      min(1, max(0, p)), Probability: min(1, max(0, 1-p)),
		Evidence: map[string]any{
			"p_given": p, "p_suggested": q, "margin": p - q, "top": top(ds.Classes, post),
		},
		Message: fmt.Sprintf("Labelled %s (probability %.2f), but with the %d of %d annotators who chose it and the models it is rather %s (%.2f).",
			ds.Classes[given], p, votes, len(classes), ds.Classes[best], q),
	}
}

// shownClasses is how many of the most probable classes the evidence names.
const shownClasses = 3

// top names the most probable classes, equal ones by index.
func top(names []string, post []float64) []map[string]any {
	order := make([]int, len(post))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(post[b], post[a]) })
	out := make([]map[string]any, min(shownClasses, len(order)))
	for at := range out {
		out[at] = map[string]any{"class": names[order[at]], "p": post[order[at]]}
	}
	return out
}

// FromDataset takes the labels of whole images whose annotator is known. names
// are the annotators in the order in which they first appear, and rows maps each
// label to Dataset.Annotations. A label that repeats one of the same annotator
// is left out, as are objects, labels without an annotator and labels of no
// class. It fails when an annotator gave an image two classes: that is
// multi-label data, or a correction that should replace the first.
func FromDataset(ds *dataset.Dataset) (l *Labels, names []string, rows []int, err error) {
	type place struct{ image, annotator int }
	c := Columns{Images: len(ds.Images), Classes: len(ds.Classes)}
	index, seen := map[string]int{}, map[place]int{}
	for at, a := range ds.Annotations {
		if a.Annotator == "" || a.Geometry != nil || a.Class < 0 {
			continue
		}
		j, ok := index[a.Annotator]
		if !ok {
			j = len(names)
			index[a.Annotator], names = j, append(names, a.Annotator)
		}
		p := place{a.Image, j}
		if first, ok := seen[p]; ok {
			if ds.Annotations[first].Class == a.Class {
				continue
			}
			return nil, nil, nil, fmt.Errorf("%q gave the image %s the classes %s and %s; each annotator gives one", a.Annotator, ds.Images[a.Image].Path, ds.Classes[ds.Annotations[first].Class], ds.Classes[a.Class])
		}
		seen[p] = at
		c.Image, c.Annotator, c.Class = append(c.Image, a.Image), append(c.Annotator, j), append(c.Class, a.Class)
		rows = append(rows, at)
	}
	c.Annotators = len(names)
	l, err = New(c)
	return l, names, rows, err
}

package multilabel

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
)

// FindingOptions choose and describe the findings.
type FindingOptions struct {
	// Images maps each row to Dataset.Images; nil when row i is image i.
	Images []int
	// Rows are the pictures to report for each class; nil reports those that
	// Filter flags.
	Rows [][]int
	// Filter is PruneByNoiseRate when empty.
	Filter  class.Filter
	Options FilterOptions
	// Score is that of each label; SelfConfidence when empty.
	Score class.Score
	// Probability is, for each picture and class as in ClassScores, the
	// probability that the label, or that there is none, is wrong; nil stands
	// for P where the label is missing and 1 - P where it is given.
	Probability []float64
}

// Findings returns a missing-class finding for each label that a picture
// probably lacks, which speaks of the picture and suggests to add it, and an
// extra-class finding for each label that it probably carries in error, which
// speaks of the annotation and suggests to delete it. The most probable come
// first, equal ones from the lowest score, then by image and class. The
// evidence holds "p", the probability of the class in the picture, "p_with" and
// "p_without", its mean over the pictures with and without the label (left out
// where there are none), "labels", the names of the picture's classes, and
// "picture_score", the quality of all labels of the picture by the default
// aggregator.
//
// The labels of a row are annotations of the whole image in ds; one that the
// image does not have, or the lack of one that it has, is an error.
func (l *Learning) Findings(ds *dataset.Dataset, ix *dataset.Index, o FindingOptions) ([]dataset.Finding, error) {
	k := l.Labels.k
	if len(ds.Classes) != k {
		return nil, fmt.Errorf("the dataset has %d classes, but the probabilities have %d columns; each class needs its own", len(ds.Classes), k)
	}
	if o.Images == nil && len(ds.Images) != l.Labels.n {
		return nil, fmt.Errorf("the dataset has %d images, but there are labels of %d; say which image each row is", len(ds.Images), l.Labels.n)
	}
	images, err := rowImages(ds, o.Images)
	if err != nil {
		return nil, err
	}
	if len(images) != l.Labels.n {
		return nil, fmt.Errorf("%d rows are mapped to images, but there are labels of %d", len(images), l.Labels.n)
	}
	if o.Probability != nil && len(o.Probability) != l.Labels.n*k {
		return nil, fmt.Errorf("there are %d error probabilities for %d pictures of %d classes; each pair needs one", len(o.Probability), l.Labels.n, k)
	}
	for at, v := range o.Probability {
		if !(v >= 0 && v <= 1) {
			return nil, fmt.Errorf("the error probability of class %d in row %d is %g, but a probability lies between 0 and 1", at%k, at/k, v)
		}
	}
	if o.Filter == "" {
		o.Filter = class.PruneByNoiseRate
	}
	rows := o.Rows
	if rows == nil {
		if rows, err = l.FilterClasses(o.Filter, o.Options); err != nil {
			return nil, err
		}
	}
	if len(rows) != k {
		return nil, fmt.Errorf("rows were asked for in %d classes, but there are %d", len(rows), k)
	}
	w := writer{l: l, ds: ds, ix: ix, images: images, probability: o.Probability}
	if w.scores, err = l.ClassScores(o.Score, false); err != nil {
		return nil, err
	}
	if w.pictures, err = Aggregate(slices.Clone(w.scores), k, nil); err != nil {
		return nil, err
	}
	var out []dataset.Finding
	for c, rows := range rows {
		with, without := l.means(c)
		for _, i := range rows {
			if i < 0 || i >= l.Labels.n {
				return nil, fmt.Errorf("row %d was asked for, but the labels have rows 0 to %d", i, l.Labels.n-1)
			}
			f, err := w.finding(i, c, with, without)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b dataset.Finding) int { // by class already
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Score, b.Score), cmp.Compare(a.Image, b.Image))
	})
	return out, nil
}

// means returns the mean probability of a class over the pictures that have it
// and over the others; NaN where there are none.
func (l *Learning) means(c int) (with, without float64) {
	all := 0.0
	for i := range l.Labels.n {
		all += l.probability(i, c)
	}
	for _, i := range l.columns[c] {
		with += l.probability(int(i), c)
	}
	n := float64(l.Counts[c])
	return with / n, max(0, all-with) / (float64(l.Labels.n) - n)
}

// writer makes findings.
type writer struct {
	l                *Learning
	ds               *dataset.Dataset
	ix               *dataset.Index
	images           []int
	scores, pictures []float64
	probability      []float64
}

func (w *writer) finding(i, c int, with, without float64) (dataset.Finding, error) {
	image, k := w.images[i], w.l.Labels.k
	p := w.l.probability(i, c)
	a, has := w.annotation(image, c)
	given := w.l.Labels.Has(i, c)
	if has != given {
		says := "has"
		if given {
			says = "lacks"
		}
		return dataset.Finding{}, fmt.Errorf("row %d is image %d, which %s the label %s in the dataset; the labels are not those of the dataset", i, image, says, w.ds.Classes[c])
	}
	names := make([]string, 0, len(w.l.Labels.Row(i)))
	for _, g := range w.l.Labels.Row(i) {
		names = append(names, w.ds.Classes[g])
	}
	f := dataset.Finding{
		Kind:        dataset.MissingClass,
		Image:       image,
		Annotation:  dataset.None,
		Class:       dataset.None,
		Suggestion:  &dataset.Suggestion{Action: dataset.AddObject, Class: c},
		Score:       min(1, max(0, w.scores[i*k+c])),
		Probability: p,
		Evidence:    map[string]any{"p": p, "labels": names, "picture_score": w.pictures[i]},
		Message:     fmt.Sprintf("Not labelled %s, but the picture looks like it (probability %.2f).", w.ds.Classes[c], p),
	}
	if !math.IsNaN(with) {
		f.Evidence["p_with"] = with
	}
	if !math.IsNaN(without) {
		f.Evidence["p_without"] = without
	}
	if given {
		f.Kind, f.Annotation, f.Class = dataset.ExtraClass, a, c
		f.Suggestion = &dataset.Suggestion{Action: dataset.DeleteObject, Class: dataset.None}
		f.Probability = 1 - p
		f.Message = fmt.Sprintf("Labelled %s, but the picture does not look like it (probability %.2f).", w.ds.Classes[c], p)
	}
	if w.probability != nil {
		f.Probability = w.probability[i*k+c]
	}
	return f, nil
}

// annotation returns the first label c of a whole image.
func (w *writer) annotation(image, c int) (int, bool) {
	for _, a := range w.ix.Annotations(image) {
		if an := w.ds.Annotations[a]; an.Class == c && an.Geometry == nil {
			return a, true
		}
	}
	return dataset.None, false
}

package scan

import (
	"github.com/errata-cv/errata/check/annotator"
	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/multilabel"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// multiLabels lists the labels that pictures of several classes lack and those
// that they carry in error, from the probabilities that a person gave.
func (s *scanner) multiLabels() ([]dataset.Finding, error) {
	p := s.opts.Given.Probs
	if s.res.Task != dataset.MultiLabel || p == nil {
		return nil, nil
	}
	labels, err := multilabel.OfDataset(s.res.Dataset, s.res.Index, nil)
	if err != nil {
		return nil, err
	}
	l, err := multilabel.Learn(labels, class.Of(p))
	if err != nil {
		return nil, err
	}
	return l.Findings(s.res.Dataset, s.res.Index, multilabel.FindingOptions{
		Filter: s.opts.Filter, Options: multilabel.FilterOptions{FracNoise: 1, MinExamples: 1},
	})
}

// weakAnnotators lists the people whose labels are right far less often than
// those of the others, by CROWDLAB on the out-of-sample probabilities.
func (s *scanner) weakAnnotators() ([]dataset.Finding, error) {
	ds := s.res.Dataset
	if s.res.Task != dataset.Classification || s.res.Probs == nil {
		return nil, nil
	}
	people := map[string]bool{}
	for _, a := range ds.Annotations {
		if a.Annotator != "" {
			people[a.Annotator] = true
		}
	}
	if len(people) < 2 {
		return nil, nil
	}
	labels, names, _, err := annotator.FromDataset(ds)
	if err != nil {
		s.note("Annotators were not compared: " + err.Error() + ".")
		return nil, nil
	}
	// All labels of an image are predicted from the same folds, so the first
	// stands for the image.
	probs := matrix.New(len(ds.Images), len(ds.Classes))
	for i := range ds.Images {
		of := s.res.Index.Annotations(i)
		if len(of) > 0 && s.usable(i) {
			copy(probs.Row(i), s.res.Probs.Row(of[0]))
			continue
		}
		for c := range ds.Classes {
			probs.Row(i)[c] = 1 / float32(len(ds.Classes))
		}
	}
	s.compared = true
	r, err := annotator.Crowdlab(labels, []class.Probs{class.Of(probs)}, annotator.Options{})
	if err != nil {
		return nil, err
	}
	return annotator.WeakFindings(r.Weak(annotator.WeakOptions{}), names, ds.Classes)
}

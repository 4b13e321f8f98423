package annotator

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// DefaultGap is how far below the others an annotator must be to be weak.
const DefaultGap = 0.1

// WeakOptions say when an annotator is clearly worse than the others.
type WeakOptions struct {
	// Gap is how far the quality must lie below that of the others; 0 stands for
	// DefaultGap.
	Gap float64
	// Confidence is that no good annotator at all is called weak; 0 stands for
	// 0.95.
	Confidence float64
}

// Weak is an annotator whose quality is clearly below that of the others.
type Weak struct {
	Stats
	// Others is the mean quality of all other labels.
	Others float64
	// Gap is the least that Others − Quality can be, with the confidence asked
	// for.
	Gap float64
	// Probability is that Others − Quality is above the gap asked for, by the
	// normal approximation.
	Probability float64
}

// Weak returns the annotators whose quality is below the mean quality of all
// other labels by more than the gap, for certain: the lower bound of the
// difference of the two (Newcombe, "Interval estimation for the difference
// between independent proportions", 1998, method 10, one-sided, each of M
// annotators tested with an M-th of the permitted error after Bonferroni) lies
// above it. The worst come first. An annotator without shared images is judged
// by what the models say of the labels; one without any quality is left out, and
// so is everybody when there is only one.
func (r *Result) Weak(o WeakOptions) []Weak {
	if o.Gap == 0 {
		o.Gap = DefaultGap
	}
	if !(o.Confidence > 0 && o.Confidence < 1) {
		o.Confidence = 0.95
	}
	all, labels := 0.0, 0.0
	people := 0
	for _, s := range r.Annotators {
		if n := s.judged(); n > 0 {
			all += n * s.Quality
			labels += n
			people++
		}
	}
	if people < 2 {
		return nil
	}
	z := math.Sqrt2 * math.Erfinv(1-2*(1-o.Confidence)/float64(people))
	var out []Weak
	for _, s := range r.Annotators {
		n := s.judged()
		if n == 0 {
			continue
		}
		w := Weak{Stats: s, Others: (all - n*s.Quality) / (labels - n)}
		_, high := wilson(s.Quality, n, z)
		low, _ := wilson(w.Others, labels-n, z)
		gap := w.Others - s.Quality
		w.Gap = gap - math.Hypot(w.Others-low, high-s.Quality)
		if w.Gap <= o.Gap {
			continue
		}
		spread := math.Sqrt(variance(s.Quality, n) + variance(w.Others, labels-n))
		w.Probability = math.Erfc(-(gap-o.Gap)/spread/math.Sqrt2) / 2
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b Weak) int { return cmp.Compare(a.Quality, b.Quality) })
	return out
}

// judged is how many labels the quality rests on; 0 when there is none.
func (s Stats) judged() float64 {
	switch {
	case math.IsNaN(s.Quality):
		return 0
	case s.Shared > 0:
		return float64(s.Shared)
	}
	return float64(s.Labels)
}

// variance is that of the mean p of n values that are 0 or 1, with one of each
// added so that it is never 0 (Agresti and Coull 1998).
func variance(p, n float64) float64 {
	p = (p*n + 1) / (n + 2)
	return p * (1 - p) / (n + 2)
}

// WeakFindings describes weak annotators as findings about the whole dataset,
// in the order given. names has one name for each annotator and classes one for
// each class. The evidence holds "annotator", "quality" with its bounds "low"
// and "high", "others", "labels", "agreement" and "worst_class".
func WeakFindings(weak []Weak, names, classes []string) ([]dataset.Finding, error) {
	out := make([]dataset.Finding, 0, len(weak))
	for _, w := range weak {
		if w.Annotator >= len(names) || w.WorstClass >= len(classes) {
			return nil, fmt.Errorf("annotator %d is worst at class %d, but there are %d names of annotators and %d of classes; each needs its own", w.Annotator, w.WorstClass, len(names), len(classes))
		}
		name := names[w.Annotator]
		out = append(out, dataset.Finding{
			Kind: dataset.WeakAnnotator, Image: dataset.None, Annotation: dataset.None, Class: dataset.None,
			Score: w.Quality, Probability: w.Probability,
			Evidence: map[string]any{
				"annotator": name, "quality": w.Quality, "low": w.Low, "high": w.High, "others": w.Others,
				"labels": w.Labels, "agreement": w.Agreement, "worst_class": classes[w.WorstClass],
			},
			Message: fmt.Sprintf("The labels of %q have the quality %.2f (%.2f to %.2f), those of the others %.2f.", name, w.Quality, w.Low, w.High, w.Others),
		})
	}
	return out, nil
}

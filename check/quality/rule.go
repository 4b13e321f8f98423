package quality

import "github.com/errata-cv/errata/dataset"

// The defaults of [Options] and the constants of the package documentation.
const (
	MaxPrevalence = 0.5
	MinPictures   = 10
	TinySide      = 32
)

// Rule says when a picture is an issue of one kind and how likely a person
// will agree.
type Rule struct {
	Kind dataset.Kind
	// Threshold: a picture is an issue when its score is below it.
	Threshold float64
	// Low and High bound the probability of a finding, just below the threshold
	// and at score zero.
	Low, High float64
}

// Rules returns the rules in force, in the order of reports: CleanVision's
// thresholds.
func Rules() []Rule {
	return []Rule{
		{dataset.Unreadable, 1, 1, 1},
		{dataset.Truncated, 1, 0.85, 0.85},
		{dataset.Dark, 0.32, 0.3, 0.9},
		{dataset.Bright, 0.05, 0.3, 0.9},
		{dataset.Blurry, 0.29, 0.3, 0.8},
		{dataset.LowInformation, 0.3, 0.3, 0.9},
		{dataset.OddSize, 0.5, 0.1, 0.6},
		{dataset.OddAspect, 0.35, 0.2, 0.8},
		{dataset.Grayscale, 1, 0.2, 0.2},
		{dataset.RotatedByEXIF, 1, 0.25, 0.25},
	}
}

// probability maps a score below the threshold.
func (r Rule) probability(score float64) float64 {
	depth := min(1, max(0, (r.Threshold-score)/r.Threshold))
	return r.Low + (r.High-r.Low)*depth
}

// alwaysReported tells whether the kind is reported however common it is.
func (r Rule) alwaysReported() bool {
	return r.Kind == dataset.Unreadable || r.Kind == dataset.Truncated
}

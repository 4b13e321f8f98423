package multilabel

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// Aggregator makes one score of a picture from those of its classes, all in
// [0, 1] and at least one. It may reorder the slice, and must give the same
// answer whatever the order.
type Aggregator func(scores []float64) float64

// DefaultAlpha and DefaultTemperature are those of the published benchmark.
const (
	DefaultAlpha       = 0.8
	DefaultTemperature = 0.1
)

// EMA is the exponential moving average over the scores from the best to the
// worst: e ← alpha·s + (1-alpha)·e, beginning with the best. alpha is in
// [0, 1]; 1 gives the worst score, 2/(K+1) weighs K scores as a moving average
// over K periods does. Any other alpha gives NaN.
func EMA(alpha float64) Aggregator {
	return func(s []float64) float64 {
		if !(alpha >= 0 && alpha <= 1) {
			return math.NaN()
		}
		slices.Sort(s)
		e := s[len(s)-1]
		for i := len(s) - 2; i >= 0; i-- {
			e = alpha*s[i] + (1-alpha)*e
		}
		return e
	}
}

// Softmin is the mean of the scores s weighted by exp((1-s)/temperature): the
// lower the temperature, above 0, the nearer to the worst score. A temperature
// of 0 or less gives NaN.
func Softmin(temperature float64) Aggregator {
	return func(s []float64) float64 {
		if !(temperature > 0) {
			return math.NaN()
		}
		slices.Sort(s) // so that the sums do not depend on the order
		sum, weight := 0.0, 0.0
		for _, v := range s {
			w := math.Exp((s[0] - v) / temperature)
			sum, weight = sum+w*v, weight+w
		}
		return sum / weight
	}
}

// Min is the worst score.
func Min(s []float64) float64 { return slices.Min(s) }

// Max is the best score.
func Max(s []float64) float64 { return slices.Max(s) }

// Mean is the arithmetic mean.
func Mean(s []float64) float64 {
	slices.Sort(s)
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

// Median is the middle score, or the mean of the two in the middle.
func Median(s []float64) float64 {
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// ScoreOptions say how pictures are scored.
type ScoreOptions struct {
	// Score is that of each class; SelfConfidence when empty.
	Score class.Score
	// Adjust shifts the probabilities of each class by its thresholds; see
	// [class.Learning.Scores].
	Adjust bool
	// Aggregate is EMA(DefaultAlpha) when nil.
	Aggregate Aggregator
}

// ClassScores returns the quality of every label, given or not: n·K values in
// [0, 1], the classes of the first picture before those of the next.
func (l *Learning) ClassScores(s class.Score, adjust bool) ([]float64, error) {
	if s == "" {
		s = class.SelfConfidence
	}
	k := l.Labels.k
	out := make([]float64, l.Labels.n*k)
	err := l.each(func(c int, one *class.Learning) error {
		scores, err := one.Scores(s, adjust)
		for i, v := range scores {
			out[i*k+c] = v
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Scores returns the quality of the labels of each picture, in [0, 1].
func (l *Learning) Scores(o ScoreOptions) ([]float64, error) {
	scores, err := l.ClassScores(o.Score, o.Adjust)
	if err != nil {
		return nil, err
	}
	return Aggregate(scores, l.Labels.k, o.Aggregate)
}

// Aggregate makes one score of each k of scores, which it reorders; nil stands
// for EMA(DefaultAlpha). A result that is no quality is an error: the alpha or
// the temperature of the aggregator is beyond its range.
func Aggregate(scores []float64, k int, by Aggregator) ([]float64, error) {
	if k < 1 || len(scores)%k != 0 {
		return nil, fmt.Errorf("%d scores cannot be split into pictures of %d classes", len(scores), k)
	}
	if by == nil {
		by = EMA(DefaultAlpha)
	}
	out := make([]float64, len(scores)/k)
	matrix.Parallel(len(out), blockRows(k), func(from, to int) {
		for i := from; i < to; i++ {
			out[i] = by(scores[i*k : (i+1)*k])
		}
	})
	for i, v := range out {
		if !(v >= -tolerance && v <= 1+tolerance) {
			return nil, fmt.Errorf("the scores of picture %d were aggregated to %g, but a quality lies between 0 and 1: alpha must be in [0, 1] and a temperature above 0", i, v)
		}
		out[i] = min(1, max(0, v))
	}
	return out, nil
}

// tolerance is what rounding may add to a mean of scores.
const tolerance = 1e-9

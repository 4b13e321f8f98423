package outlier

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/neighbor"
)

// The defaults of Datalab.
const (
	// DefaultFence sets the fence for distances: a row is an outlier when its
	// mean distance is above Q3 + (1/fence − 1)·(Q3 − Q1), about 1.7 times the
	// interquartile range above the third quartile.
	DefaultFence = 0.37037
	// DefaultShare is the share of the median score below which a row is an
	// outlier by its probabilities.
	DefaultShare = 0.13
	// DefaultNear is the share of the median distance to the nearest neighbour
	// below which two rows are near duplicates.
	DefaultNear = 0.13
)

const epsilon = 0x1p-52

// tiny is the distance up to which rows count as equal.
func tiny(m neighbor.Metric) float64 {
	if m == neighbor.Euclidean {
		return math.Sqrt(100 * epsilon)
	}
	return 100 * epsilon / 2
}

// MetricFor returns the metric that Datalab takes for features of so many
// dimensions: Euclidean up to 3, else Cosine.
func MetricFor(dimensions int) neighbor.Metric {
	if dimensions <= 3 {
		return neighbor.Euclidean
	}
	return neighbor.Cosine
}

// Options say what an outlier is.
type Options struct {
	// Metric is that of the distances.
	Metric neighbor.Metric
	// Fence lies in (0, 1]; the smaller, the fewer outliers. 0 stands for
	// DefaultFence.
	Fence float64
}

// Result says how unusual each row is.
type Result struct {
	// Score is in [0, 1] and low for outliers.
	Score []float64
	// Distance is the mean distance to the neighbours, NaN for a row without
	// any; nil when the scores come from probabilities.
	Distance []float64
	// Outlier tells which rows are outliers.
	Outlier []bool
	// Threshold is the distance above which, or the score below which, a row is
	// an outlier.
	Threshold float64

	neighbors Neighbors
}

// ByDistance judges each row by the mean distance a to its neighbours. The score
// is exp(−a/median a), and 1 for rows that equal all of their neighbours. Where
// most rows are equal, the median is 0 and the score is 1 for these and 0 for
// the others. A row with fewer neighbours than the graph has places is judged
// by those it has; one without any gets the score 1, is no outlier, and does not
// count for the quartiles.
func ByDistance(g Neighbors, o Options) (*Result, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	if o.Fence == 0 {
		o.Fence = DefaultFence
	}
	if !(o.Fence > 0 && o.Fence <= 1) {
		return nil, fmt.Errorf("the fence for outliers is %g; it must be above 0 and at most 1", o.Fence)
	}
	r := &Result{Score: make([]float64, g.n), Distance: make([]float64, g.n), Outlier: make([]bool, g.n), neighbors: g}
	sorted := make([]float64, 0, g.n)
	for i := range g.n {
		sum, n := 0.0, len(g.of(i))
		for p := range n {
			sum += g.distance(i, p)
		}
		r.Distance[i] = sum / float64(n)
		if n > 0 {
			sorted = append(sorted, r.Distance[i])
		}
	}
	slices.Sort(sorted)
	q1, median, q3 := quantile(sorted, .25), quantile(sorted, .5), quantile(sorted, .75)
	r.Threshold = q3 + (1/o.Fence-1)*(q3-q1)
	scale, same := max(median, 100*epsilon), tiny(o.Metric)
	for i, a := range r.Distance {
		r.Score[i] = 1
		if a >= same {
			r.Score[i] = math.Exp(-a / scale)
			r.Outlier[i] = a > r.Threshold
		}
	}
	return r, nil
}

// quantile interpolates linearly between sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

func medianOf(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return quantile(sorted, .5)
}

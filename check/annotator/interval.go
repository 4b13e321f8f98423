package annotator

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// measure computes a statistic with its interval.
func measure(m statistic, o Interval) (Agreement, error) {
	n := m.units()
	all := &sums{cells: make([]float64, m.cells())}
	for i := range n {
		m.add(all, i, 1)
	}
	a := Agreement{Images: n}
	a.Observed, a.Expected = m.value(all)
	if a.Expected >= 1 {
		return Agreement{}, errOneClass
	}
	a.Value = (a.Observed - a.Expected) / (1 - a.Expected)
	if o.Replicates > 0 {
		a.Low, a.High = bootstrap(m, o)
	} else {
		half := twoSided(o.Confidence) * deviation(m, all, a)
		a.Low, a.High = a.Value-half, a.Value+half
	}
	a.Low, a.High = max(-1, a.Low), min(1, a.High)
	return a, nil
}

// deviation is the standard error by the linearised measure. Fewer than two
// images tell nothing of it; it is infinite then.
func deviation(m statistic, all *sums, a Agreement) float64 {
	n := m.units()
	if n < 2 {
		return math.Inf(1)
	}
	const grain = 1 << 13
	parts := make([][2]float64, (n+grain-1)/grain)
	matrix.Parallel(n, grain, func(from, to int) {
		part := &parts[from/grain]
		for i := from; i < to; i++ {
			v := m.influence(all, a.Observed, a.Expected, i)
			part[0] += v
			part[1] += v * v
		}
	})
	first, second := 0.0, 0.0
	for _, p := range parts {
		first += p[0]
		second += p[1]
	}
	mean := first / float64(n)
	return math.Sqrt(max(0, second/float64(n)-mean*mean) / float64(n))
}

// bootstrap returns the percentiles of the measure on resampled images.
func bootstrap(m statistic, o Interval) (low, high float64) {
	n := m.units()
	values := make([]float64, o.Replicates)
	matrix.Parallel(o.Replicates, 1, func(from, to int) {
		s := &sums{cells: make([]float64, m.cells())}
		for b := from; b < to; b++ {
			r := rand.New(rand.NewPCG(o.Seed, uint64(b)))
			clear(s.cells)
			s.units, s.labels, s.observed = 0, 0, 0
			for range n {
				m.add(s, r.IntN(n), 1)
			}
			observed, expected := m.value(s)
			values[b] = 1
			if expected < 1 {
				values[b] = (observed - expected) / (1 - expected)
			}
		}
	})
	slices.Sort(values)
	tail := (1 - o.Confidence) / 2
	return quantile(values, tail), quantile(values, 1-tail)
}

// quantile interpolates between sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

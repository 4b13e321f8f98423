package quality

import (
	"math"
	"slices"
)

// sizes holds the bounds outside of which a size is odd: three interquartile
// ranges beyond the quartiles of sqrt(width)·sqrt(height).
type sizes struct{ low, high, middle float64 }

func newSizes(rows []Row) sizes {
	var all []float64
	for i := range rows {
		if rows[i].measured() {
			all = append(all, rows[i].Quality.Size)
		}
	}
	if len(all) == 0 {
		return sizes{}
	}
	slices.Sort(all)
	q1, q3 := quantile(all, 0.25), quantile(all, 0.75)
	s := sizes{low: q1 - 3*(q3-q1), high: q3 + 3*(q3-q1)}
	s.middle = (s.low + s.high) / 2
	return s
}

// quantile interpolates linearly between the neighbours in sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	lo := int(at)
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + (sorted[hi]-sorted[lo])*(at-math.Floor(at))
}

// score is 1 in the middle of the bounds and 0.5 at each of them. Where the
// bounds are one it falls with the relative distance from it.
func (s sizes) score(size float64) float64 {
	span := s.high - s.low
	if span <= 0 {
		span = s.middle
	}
	if span <= 0 {
		return 1
	}
	return 1 - min(1, math.Abs(size-s.middle)/span)
}

// threshold is 0.5, and 1 where at least half of the pictures have one size.
func (s sizes) threshold() float64 {
	if s.high <= s.low {
		return 1
	}
	return 0.5
}

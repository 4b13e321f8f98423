package object

import (
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// The parts of the rules of crumbs and slivers that compare with other objects.
const (
	crumbOfMedian  = 1.0 / 8
	sliverOfMedian = 1.0 / 4
	sliverRatio    = 0.1
	fences         = 3 // interquartile ranges
)

// typical are the sizes and the ratios of the sides of the objects of each class.
type typical struct {
	size, ratio       []fence
	allSize, allRatio fence
}

// fence bounds what is usual from below.
type fence struct {
	n           int
	low, median float64
}

// measure returns √(w·h) and the ratio of the shorter to the longer side.
func measure(g dataset.Geometry) (size, ratio, short float64, ok bool) {
	b := dataset.Around(g)
	if r, turned := g.(dataset.RotatedBox); turned {
		b = dataset.Box{W: r.W, H: r.H}
	}
	if !finite(b.W*b.H) || !(b.W > 0 && b.H > 0) {
		return 0, 0, 0, false
	}
	return math.Sqrt(b.W * b.H), min(b.W, b.H) / max(b.W, b.H), min(b.W, b.H), true
}

func newTypical(ds *dataset.Dataset) *typical {
	sizes, ratios := make([][]float64, len(ds.Classes)), make([][]float64, len(ds.Classes))
	var allSizes, allRatios []float64
	for i := range ds.Annotations {
		a := &ds.Annotations[i]
		if a.Geometry == nil {
			continue
		}
		if size, ratio, _, ok := measure(a.Geometry); ok {
			sizes[a.Class], ratios[a.Class] = append(sizes[a.Class], size), append(ratios[a.Class], ratio)
			allSizes, allRatios = append(allSizes, size), append(allRatios, ratio)
		}
	}
	t := &typical{allSize: newFence(allSizes), allRatio: newFence(allRatios)}
	for c := range ds.Classes {
		t.size, t.ratio = append(t.size, newFence(sizes[c])), append(t.ratio, newFence(ratios[c]))
	}
	return t
}

// newFence sorts the values.
func newFence(values []float64) fence {
	n := len(values)
	if n == 0 {
		return fence{}
	}
	slices.Sort(values)
	at := func(q float64) float64 { // quantile of the logarithm
		p := q * float64(n-1)
		i := int(p)
		low, high := math.Log(values[i]), math.Log(values[min(i+1, n-1)])
		return low + (high-low)*(p-float64(i))
	}
	q1, q3 := at(.25), at(.75)
	return fence{n: n, low: math.Exp(q1 - fences*(q3-q1)), median: math.Exp(at(.5))}
}

// tiny finds crumbs and slivers.
func (k *checker) tiny(a int, g dataset.Geometry, f frame) bool {
	at := &k.ds.Annotations[a]
	size, ratio, short, ok := measure(g)
	if !ok || !f.known() || at.Crowd {
		return false
	}
	sizes, ratios := k.typ.size[at.Class], k.typ.ratio[at.Class]
	if sizes.n < MinObjects {
		sizes, ratios = k.typ.allSize, k.typ.allRatio
	}
	if sizes.n < MinObjects {
		return false
	}
	// What the border of the picture cuts may be small by right.
	depth := func(share float64) float64 {
		b := dataset.Around(g)
		if b.X <= 1 || b.Y <= 1 || b.X+b.W >= f.w-1 || b.Y+b.H >= f.h-1 {
			return (1 - share) / 2
		}
		return 1 - share
	}
	if limit := min(CrumbShare*f.side(), crumbOfMedian*sizes.median, sizes.low); size < limit {
		e := f.evidence()
		e["side"], e["usual_side"] = size, sizes.median
		k.add(crumb, a, depth(size/limit), remove(), e, "It is a crumb of %.3g pixels a side; usual for %q are %.3g.", size, k.ds.Classes[at.Class], sizes.median)
		return true
	}
	if limit := min(sliverRatio, sliverOfMedian*ratios.median, ratios.low); ratio < limit && short < SliverShare*f.side() {
		e := f.evidence()
		e["ratio"], e["usual_ratio"] = ratio, ratios.median
		k.add(sliver, a, depth(ratio/limit), remove(), e, "It is a sliver, %.3g times as long as it is wide; usual for %q is %.3g.", 1/ratio, k.ds.Classes[at.Class], 1/ratios.median)
		return true
	}
	return false
}

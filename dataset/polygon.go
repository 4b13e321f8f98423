package dataset

import (
	"cmp"
	"math"
	"slices"
)

// side is an edge of an outline that goes down from (x0,y0) to (x1,y1).
type side struct {
	x0, y0, x1, y1 float64
	shape, part    int
}

func (s *side) at(y float64) float64 { return s.x0 + (s.x1-s.x0)*((y-s.y0)/(s.y1-s.y0)) }

// sides lists the edges of outlines that are not level, ordered by where they
// begin; ok is false when a coordinate is no number or without bounds.
func sides(shapes ...Polygon) (out []side, ok bool) {
	for k, p := range shapes {
		for n, part := range p.Parts {
			of, ok := segments(part)
			if !ok {
				return nil, false
			}
			for _, s := range of {
				if s.y0 < s.y1 {
					s.shape, s.part = k, n
					out = append(out, s)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b side) int { return cmp.Compare(a.y0, b.y0) })
	return out, true
}

// segments lists all edges of a part, level ones too, ordered by where they
// begin.
func segments(part []float64) (out []side, ok bool) {
	n := len(part) / 2
	for i := range n {
		j := (i + 1) % n
		s := side{x0: part[2*i], y0: part[2*i+1], x1: part[2*j], y1: part[2*j+1]}
		if math.IsNaN(s.x0-s.x0) || math.IsNaN(s.y0-s.y0) {
			return nil, false
		}
		if s.y0 > s.y1 {
			s.x0, s.y0, s.x1, s.y1 = s.x1, s.y1, s.x0, s.y0
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b side) int { return cmp.Compare(a.y0, b.y0) })
	return out, true
}

// exactWork bounds the pairs of edges that are looked at for where they cross,
// and about how many cuts are made through edges.
const exactWork = 1 << 22

// evenSlabs is into how many slabs outlines are cut that need more work.
const evenSlabs = 1024

// levels returns the heights between which no two edges cross and none begins
// or ends. Where that is too much work the heights are evenly spaced.
func levels(all []side) []float64 {
	var ys []float64
	for _, s := range all {
		ys = append(ys, s.y0, s.y1)
	}
	work := 0
	for i := range all {
		a := &all[i]
		low, high := min(a.x0, a.x1), max(a.x0, a.x1)
		for j := i + 1; j < len(all) && all[j].y0 < a.y1; j++ {
			if work++; work > exactWork {
				return evenLevels(all)
			}
			b := &all[j]
			if min(b.x0, b.x1) > high || max(b.x0, b.x1) < low {
				continue
			}
			y0, y1 := max(a.y0, b.y0), min(a.y1, b.y1)
			d0, d1 := a.at(y0)-b.at(y0), a.at(y1)-b.at(y1)
			if d0 < 0 && d1 > 0 || d0 > 0 && d1 < 0 {
				ys = append(ys, y0+(y1-y0)*(d0/(d0-d1)))
			}
		}
	}
	if len(all) > 0 && len(ys) > evenSlabs && len(ys)*(work/len(all)+1) > exactWork {
		return evenLevels(all)
	}
	slices.Sort(ys)
	return slices.Compact(ys)
}

func evenLevels(all []side) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range all {
		low, high = min(low, s.y0), max(high, s.y1)
	}
	ys := make([]float64, evenSlabs+1)
	for k := range ys {
		ys[k] = low + (high-low)*float64(k)/evenSlabs
	}
	return ys
}

// overlap returns the areas of two outlines and of what they share. Inside is
// what an even number of crossings does not lead out of, in each part; parts are
// united. The plane is cut into level slabs in which no edges cross, where
// everything is a trapezoid and its area the height times the width halfway up.
func overlap(a, b Polygon) (areaA, areaB, both float64) {
	all, ok := sides(a, b)
	if !ok {
		return 0, 0, 0
	}
	ys := levels(all)
	var active []side
	var stretches [2][][2]float64
	var cuts []cut
	next := 0
	for i := 0; i+1 < len(ys); i++ {
		mid, height := ys[i]+(ys[i+1]-ys[i])/2, ys[i+1]-ys[i]
		for next < len(all) && all[next].y0 <= mid {
			active = append(active, all[next])
			next++
		}
		active = slices.DeleteFunc(active, func(s side) bool { return s.y1 <= mid })
		cuts = cuts[:0]
		for k := range active {
			cuts = append(cuts, cut{active[k].at(mid), active[k].shape, active[k].part})
		}
		slices.SortFunc(cuts, cut.compare)
		stretches[0], stretches[1] = stretches[0][:0], stretches[1][:0]
		for j := 0; j+1 < len(cuts); {
			if cuts[j].shape == cuts[j+1].shape && cuts[j].part == cuts[j+1].part {
				stretches[cuts[j].shape] = append(stretches[cuts[j].shape], [2]float64{cuts[j].x, cuts[j+1].x})
				j++
			}
			j++
		}
		stretches[0], stretches[1] = unite(stretches[0]), unite(stretches[1])
		areaA += height * length(stretches[0])
		areaB += height * length(stretches[1])
		both += height * common(stretches[0], stretches[1])
	}
	return areaA, areaB, both
}

// Covered is the area inside of the outline: inside a part by the even-odd rule,
// parts united. It differs from Area where an outline crosses itself or parts
// overlap, and is 0 with NaN.
func (p Polygon) Covered() float64 {
	area, _, _ := overlap(p, Polygon{})
	return area
}

// cut is where an edge of a part of an outline meets a level line.
type cut struct {
	x           float64
	shape, part int
}

func (c cut) compare(d cut) int {
	switch {
	case c.shape != d.shape:
		return c.shape - d.shape
	case c.part != d.part:
		return c.part - d.part
	case c.x < d.x:
		return -1
	case c.x > d.x:
		return 1
	}
	return 0
}

// unite sorts stretches and joins those that overlap, in place.
func unite(s [][2]float64) [][2]float64 {
	slices.SortFunc(s, func(a, b [2]float64) int { return slices.Compare(a[:], b[:]) })
	out := s[:0]
	for _, v := range s {
		if n := len(out); n > 0 && v[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], v[1])
		} else {
			out = append(out, v)
		}
	}
	return out
}

func length(s [][2]float64) (sum float64) {
	for _, v := range s {
		sum += v[1] - v[0]
	}
	return sum
}

// common is the length of what two lists of united stretches have in common.
func common(a, b [][2]float64) (sum float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		sum += max(0, min(a[i][1], b[j][1])-max(a[i][0], b[j][0]))
		if a[i][1] < b[j][1] {
			i++
		} else {
			j++
		}
	}
	return sum
}

// Crossing returns a point where the outline of a part crosses itself. Edges
// that touch or run along each other do not cross. It gives up, and finds
// nothing, where more than some million pairs of edges are beside each other.
func (p Polygon) Crossing() (x, y float64, crosses bool) {
	work := 0
	for _, part := range p.Parts {
		all, ok := segments(part)
		if !ok {
			continue
		}
		for i := range all {
			for j := i + 1; j < len(all) && all[j].y0 <= all[i].y1; j++ {
				if work++; work > exactWork {
					return 0, 0, false
				}
				if x, y, crosses = cross(&all[i], &all[j]); crosses {
					return x, y, true
				}
			}
		}
	}
	return 0, 0, false
}

// cross tells where two edges cross at a point that is an end of neither.
func cross(a, b *side) (x, y float64, ok bool) {
	if max(a.x0, a.x1) < min(b.x0, b.x1) || max(b.x0, b.x1) < min(a.x0, a.x1) {
		return 0, 0, false
	}
	turn := func(s *side, x, y float64) float64 { return (s.x1-s.x0)*(y-s.y0) - (s.y1-s.y0)*(x-s.x0) }
	p, q := turn(a, b.x0, b.y0), turn(a, b.x1, b.y1)
	r, s := turn(b, a.x0, a.y0), turn(b, a.x1, a.y1)
	if !(p < 0 && q > 0 || p > 0 && q < 0) || !(r < 0 && s > 0 || r > 0 && s < 0) {
		return 0, 0, false
	}
	t := p / (p - q)
	return b.x0 + t*(b.x1-b.x0), b.y0 + t*(b.y1-b.y0), true
}

package object

import (
	"math"

	"github.com/errata-cv/errata/dataset"
)

// crossed finds outlines that cross themselves to an effect.
func (k *checker) crossed(a int, g dataset.Geometry) bool {
	p, ok := g.(dataset.Polygon)
	if !ok {
		return false
	}
	x, y, crosses := p.Crossing()
	if !crosses {
		return false
	}
	// Each part by itself: parts that overlap are no crossing.
	drawn, covered := 0.0, 0.0
	for _, part := range p.Parts {
		one := dataset.Polygon{Parts: [][]float64{part}}
		d, c := one.Area(), one.Covered()
		drawn, covered = drawn+min(d, c), covered+max(d, c)
	}
	depth := 1 - drawn/covered
	if !(depth > CrossingShare) {
		return false
	}
	k.add(selfCrossing, a, depth, nil, map[string]any{"crossing": []float64{x, y}, "difference": depth},
		"The outline crosses itself at %.4g, %.4g; which part is inside is not clear for %.0f %% of it.", x, y, 100*depth)
	return true
}

// misboxed finds outlines whose stated box is another than that around them.
func (k *checker) misboxed(a int, g dataset.Geometry) bool {
	var stated dataset.Box
	var mended dataset.Geometry
	b := dataset.Around(g)
	switch v := g.(type) {
	case dataset.Polygon:
		stated, v.Stated = v.Stated, b
		mended = v
	case dataset.Mask:
		stated, v.Stated = v.Stated, b
		mended = v
	}
	if stated == (dataset.Box{}) {
		return false
	}
	off := func(a, b, length float64) bool { return !(math.Abs(a-b) <= max(BoxSlack, BoxSlackShare*length)) }
	if !off(stated.X, b.X, b.W) && !off(stated.Y, b.Y, b.H) && !off(stated.X+stated.W, b.X+b.W, b.W) && !off(stated.Y+stated.H, b.Y+b.H, b.H) {
		return false
	}
	iou := dataset.IoU(stated, b)
	var s *dataset.Suggestion
	if iou >= SameIoU { // else it may as well be the outline that is of another object
		s = move(mended)
	}
	k.add(statedBox, a, 1-iou, s, map[string]any{"outline": corners(b), "iou": iou},
		"The box beside the outline is not the one around it: their IoU is %.2f.", iou)
	return true
}

// clip cuts off what is outside of a box. Rotated boxes and masks are returned
// as they are. A polygon that a border cuts into pieces keeps them joined by
// lines along the border.
func clip(g dataset.Geometry, in dataset.Box) dataset.Geometry {
	switch v := g.(type) {
	case dataset.Box:
		x, y := max(v.X, in.X), max(v.Y, in.Y)
		return dataset.Box{X: x, Y: y, W: min(v.X+v.W, in.X+in.W) - x, H: min(v.Y+v.H, in.Y+in.H) - y}
	case dataset.Polygon:
		var out dataset.Polygon
		for _, part := range v.Parts {
			for side := range 4 {
				part = clipSide(part, side, in)
			}
			if len(part) >= 6 {
				out.Parts = append(out.Parts, part)
			}
		}
		if v.Stated != (dataset.Box{}) {
			out.Stated = out.Bounds()
		}
		return out
	}
	return g
}

// clipSide cuts a part along one side of a box (Sutherland and Hodgman 1974).
func clipSide(part []float64, side int, in dataset.Box) (out []float64) {
	axis := side % 2
	limit, sign := [4]float64{in.X, in.Y, in.X + in.W, in.Y + in.H}[side], 1.0
	if side >= 2 {
		sign = -1
	}
	depth := func(i int) float64 { return sign * (part[2*i+axis] - limit) }
	n := len(part) / 2
	for i := range n {
		j := (i + n - 1) % n
		di, dj := depth(i), depth(j)
		if di < 0 != (dj < 0) {
			t := dj / (dj - di)
			p := [2]float64{part[2*j] + t*(part[2*i]-part[2*j]), part[2*j+1] + t*(part[2*i+1]-part[2*j+1])}
			p[axis] = limit
			out = append(out, p[0], p[1])
		}
		if di >= 0 {
			out = append(out, part[2*i], part[2*i+1])
		}
	}
	return out
}

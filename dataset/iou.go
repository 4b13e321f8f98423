package dataset

// IoU is the area that two geometries share divided by the area that they cover
// together, in [0,1]; 0 when one of them has no area, is Invalid, or holds NaN.
// Stated boxes do not count.
//
// Two upright boxes are compared by their formula, and so is what is drawn by
// corners — boxes, rotated boxes, polygons, in any mix, simple or not, with the
// even-odd rule in each part and the parts united — exactly, save that outlines
// with millions of crossing edges are cut into 1024 slabs. A mask and an upright
// box are compared exactly too, a pixel being a square. Two masks are compared
// run by run; so are a mask and a polygon or rotated box, which is filled in the
// mask's picture as by Polygon.Mask.
func IoU(a, b Geometry) float64 {
	ma, okA := a.(Mask)
	mb, okB := b.(Mask)
	switch {
	case okA && okB:
		return maskIoU(ma, mb)
	case okA:
		return mixedIoU(ma, b)
	case okB:
		return mixedIoU(mb, a)
	}
	if ba, ok := a.(Box); ok {
		if bb, ok := b.(Box); ok {
			return boxIoU(ba, bb)
		}
	}
	pa, okA := drawn(a)
	pb, okB := drawn(b)
	if !okA || !okB {
		return 0
	}
	return ratio(overlap(pa, pb))
}

func ratio(a, b, both float64) float64 {
	if union := a + b - both; union > 0 && both > 0 {
		return min(1, both/union)
	}
	return 0
}

func boxIoU(a, b Box) float64 {
	if !(a.Area() > 0 && b.Area() > 0) {
		return 0
	}
	if a == b {
		return 1
	}
	w := min(a.X+a.W, b.X+b.W) - max(a.X, b.X)
	h := min(a.Y+a.H, b.Y+b.H) - max(a.Y, b.Y)
	if !(w > 0 && h > 0) {
		return 0
	}
	return ratio(a.Area(), b.Area(), w*h)
}

// drawn returns the corners of a geometry that has some.
func drawn(g Geometry) (Polygon, bool) {
	switch g := g.(type) {
	case Polygon:
		return g, true
	case RotatedBox:
		if g.Area() > 0 {
			return Polygon{Parts: [][]float64{g.Corners()}}, true
		}
	case Box:
		if x, y := g.X+g.W, g.Y+g.H; g.Area() > 0 {
			return Polygon{Parts: [][]float64{{g.X, g.Y, x, g.Y, x, y, g.X, y}}}, true
		}
	}
	return Polygon{}, false
}

func maskIoU(a, b Mask) float64 {
	if a.Height != b.Height {
		return columnIoU(a, b)
	}
	var both, areaA, areaB float64
	walkRuns(a.Counts, b.Counts, func(n uint32, va, vb bool) {
		if va && vb {
			both += float64(n)
		}
	})
	areaA, areaB = a.Area(), b.Area()
	return ratio(areaA, areaB, both)
}

// columnIoU compares masks of pictures of different height column by column.
func columnIoU(a, b Mask) float64 {
	type stretch struct{ x, y0, y1 int }
	var of []stretch
	b.columns(func(x, y0, y1 int) { of = append(of, stretch{x, y0, y1}) })
	both, at := 0, 0
	a.columns(func(x, y0, y1 int) {
		for at < len(of) && (of[at].x < x || of[at].x == x && of[at].y1 <= y0) {
			at++
		}
		for i := at; i < len(of) && of[i].x == x && of[i].y0 < y1; i++ {
			both += min(y1, of[i].y1) - max(y0, of[i].y0)
		}
	})
	return ratio(a.Area(), b.Area(), float64(both))
}

func mixedIoU(m Mask, g Geometry) float64 {
	if b, ok := g.(Box); ok {
		return maskBoxIoU(m, b)
	}
	if p, ok := drawn(g); ok {
		return maskIoU(m, p.Mask(m.Width, m.Height))
	}
	return 0
}

func maskBoxIoU(m Mask, b Box) float64 {
	both := 0.0
	m.columns(func(x, y0, y1 int) {
		w := min(float64(x+1), b.X+b.W) - max(float64(x), b.X)
		h := min(float64(y1), b.Y+b.H) - max(float64(y0), b.Y)
		if w > 0 && h > 0 {
			both += w * h
		}
	})
	return ratio(m.Area(), b.Area(), both)
}

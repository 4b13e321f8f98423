package dataset

import "math"

// Geometry says where in a picture an object is. Lengths are in pixels of the
// picture as the source sees it; the origin is the upper left corner of the
// picture, x grows to the right and y down, and the centre of the first pixel
// is at (0.5, 0.5). It is one of [Box], [RotatedBox], [Polygon], [Mask] and
// [Invalid].
type Geometry interface {
	// Bounds is the upright box around it: the one that the source states, or
	// else the smallest.
	Bounds() Box
	// Area is what it covers in square pixels, never negative, holes and
	// overlaps between its parts counted once for a Mask and as drawn for a
	// Polygon.
	Area() float64
	geometry()
}

// Box is an upright rectangle by its upper left corner and its size. A box that
// a source states may have a size of zero or less, or hold NaN.
type Box struct{ X, Y, W, H float64 }

// RotatedBox is a rectangle by its centre and its size. Angle is how far it is
// turned clockwise as seen on the screen, in degrees; at 0 its width is along x.
type RotatedBox struct{ X, Y, W, H, Angle float64 }

// Polygon is an outline of one or several parts.
type Polygon struct {
	// Parts hold x and y of their corners in turn; they are closed, so the first
	// corner is not repeated.
	Parts [][]float64
	// Stated is the upright box that the source gives beside the outline; the
	// zero Box when it gives none.
	Stated Box
}

// Mask is a set of pixels as run lengths.
type Mask struct {
	// Width and Height are those of the picture.
	Width, Height int
	// Counts are the lengths of the runs of pixels outside and inside in turn,
	// outside first, column by column from the left and down in each: the
	// uncompressed RLE of COCO. They add up to Width×Height.
	Counts []uint32
	// Stated is the upright box that the source gives beside the mask; the zero
	// Box when it gives none.
	Stated Box
}

// Invalid is a geometry that the source spells in a way that means nothing,
// such as run lengths that do not fit to the picture.
type Invalid struct {
	// Reason is a clause that says what is wrong.
	Reason string
	// Stated is the upright box that the source gives beside it.
	Stated Box
}

func (Box) geometry()        {}
func (RotatedBox) geometry() {}
func (Polygon) geometry()    {}
func (Mask) geometry()       {}
func (Invalid) geometry()    {}

// Bounds returns b itself.
func (b Box) Bounds() Box { return b }

// Area is width times height, zero when one of them is not above zero.
func (b Box) Area() float64 {
	if !(b.W > 0 && b.H > 0) {
		return 0
	}
	return b.W * b.H
}

// Bounds returns the smallest upright box around the rotated one.
func (r RotatedBox) Bounds() Box {
	sin, cos := math.Sincos(r.Angle * math.Pi / 180)
	w := math.Abs(r.W*cos) + math.Abs(r.H*sin)
	h := math.Abs(r.W*sin) + math.Abs(r.H*cos)
	return Box{r.X - w/2, r.Y - h/2, w, h}
}

// Area is width times height, zero when one of them is not above zero.
func (r RotatedBox) Area() float64 { return Box{W: r.W, H: r.H}.Area() }

// Corners returns the four corners as x and y in turn: the upper left one of the
// unturned box first, then clockwise.
func (r RotatedBox) Corners() []float64 {
	sin, cos := math.Sincos(r.Angle * math.Pi / 180)
	out := make([]float64, 0, 8)
	for _, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := c[0]*r.W/2, c[1]*r.H/2
		out = append(out, r.X+x*cos-y*sin, r.Y+x*sin+y*cos)
	}
	return out
}

// Bounds returns the stated box, or the smallest around all parts.
func (p Polygon) Bounds() Box {
	if p.Stated != (Box{}) {
		return p.Stated
	}
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, part := range p.Parts {
		for i := 0; i+1 < len(part); i += 2 {
			x0, x1 = min(x0, part[i]), max(x1, part[i])
			y0, y1 = min(y0, part[i+1]), max(y1, part[i+1])
		}
	}
	if x0 > x1 {
		return Box{}
	}
	return Box{x0, y0, x1 - x0, y1 - y0}
}

// Area is the sum of the areas of the parts by the shoelace formula.
func (p Polygon) Area() float64 {
	total := 0.0
	for _, part := range p.Parts {
		twice, n := 0.0, len(part)/2
		for i := range n {
			j := (i + 1) % n
			twice += part[2*i]*part[2*j+1] - part[2*j]*part[2*i+1]
		}
		total += math.Abs(twice) / 2
	}
	return total
}

// Bounds returns the stated box, or the smallest around the pixels.
func (m Mask) Bounds() Box {
	if m.Stated != (Box{}) || m.Height <= 0 {
		return m.Stated
	}
	x0, y0, x1, y1 := m.Width, m.Height, 0, 0
	at := 0
	for i, n := range m.Counts {
		next := at + int(n)
		if i%2 == 1 && n > 0 {
			x0, x1 = min(x0, at/m.Height), max(x1, (next-1)/m.Height+1)
			if at/m.Height != (next-1)/m.Height {
				y0, y1 = 0, m.Height
			} else {
				y0, y1 = min(y0, at%m.Height), max(y1, (next-1)%m.Height+1)
			}
		}
		at = next
	}
	if x0 >= x1 {
		return Box{}
	}
	return Box{float64(x0), float64(y0), float64(x1 - x0), float64(y1 - y0)}
}

// Area is the number of pixels.
func (m Mask) Area() float64 {
	n := 0
	for i := 1; i < len(m.Counts); i += 2 {
		n += int(m.Counts[i])
	}
	return float64(n)
}

// Bounds returns the stated box.
func (v Invalid) Bounds() Box { return v.Stated }

// Area is zero.
func (Invalid) Area() float64 { return 0 }

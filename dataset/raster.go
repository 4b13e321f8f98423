package dataset

import (
	"math"
	"slices"
)

// NewMask asks for every pixel whether it is inside, column by column.
// The mask is empty when the size is none or above MaxMaskPixels.
func NewMask(w, h int, inside func(x, y int) bool) Mask {
	if checkSize(w, h) != nil {
		return Mask{}
	}
	m := Mask{Width: w, Height: h}
	in, run := false, uint32(0)
	for x := range w {
		for y := range h {
			if inside(x, y) != in {
				m.Counts = append(m.Counts, run)
				in, run = !in, 0
			}
			run++
		}
	}
	m.Counts = append(m.Counts, run)
	return m
}

// MaskOf is NewMask of w·h values row by row.
func MaskOf(w, h int, pix []bool) Mask {
	return NewMask(w, h, func(x, y int) bool { return pix[y*w+x] })
}

// Pixels returns w·h values row by row. Run lengths that do not fit are cut;
// there are no pixels when the size is above MaxMaskPixels.
func (m Mask) Pixels() []bool {
	if checkSize(m.Width, m.Height) != nil {
		return nil
	}
	pix := make([]bool, m.Width*m.Height)
	m.columns(func(x, y0, y1 int) {
		for y := y0; y < y1; y++ {
			pix[y*m.Width+x] = true
		}
	})
	return pix
}

// columns calls f for every stretch of pixels y0 to y1 inside, column by column.
func (m Mask) columns(f func(x, y0, y1 int)) {
	if m.Height <= 0 || m.Width <= 0 {
		return
	}
	at, end := 0, m.Width*m.Height
	for i, n := range m.Counts {
		next := min(at+int(n), end)
		if i%2 == 1 {
			for at < next {
				x, y := at/m.Height, at%m.Height
				length := min(next-at, m.Height-y)
				f(x, y, y+length)
				at += length
			}
		}
		at = next
	}
}

// Mask fills the outline in a picture of w by h pixels, bit for bit as
// pycocotools does: corners are rounded to a fifth of a pixel, a pixel is inside
// by the crossings of the middle of its column, each part by the even-odd rule,
// and the parts are united. What lies outside of the picture is cut. Parts of
// less than two corners or with NaN are left out. The mask is empty when the
// size is none or above MaxMaskPixels.
func (p Polygon) Mask(w, h int) Mask {
	if checkSize(w, h) != nil {
		return Mask{}
	}
	m := Mask{Width: w, Height: h, Counts: []uint32{uint32(w * h)}}
	first := true
	for _, part := range p.Parts {
		counts, ok := fill(part, w, h)
		switch {
		case !ok:
		case first:
			m.Counts, first = counts, false
		default:
			m.Counts = mergeRuns(m.Counts, counts, func(a, b bool) bool { return a || b })
		}
	}
	return m
}

// Mask fills the box as Polygon.Mask does its four corners.
func (b Box) Mask(w, h int) Mask {
	x, y := b.X+b.W, b.Y+b.H
	return Polygon{Parts: [][]float64{{b.X, b.Y, b.X, y, x, y, x, b.Y}}}.Mask(w, h)
}

// upsampled is how many steps a pixel has while an outline is followed.
const upsampled = 5

// fill returns the run lengths of one part. It is rleFrPoly of pycocotools,
// which walks along the outline in steps of a fifth of a pixel and notes where
// it passes from the third to the fourth fifth of a column. Those steps are
// found here without the others, so the cost does not depend on how far
// outside of the picture the outline goes.
func fill(part []float64, w, h int) (counts []uint32, ok bool) {
	k := len(part) / 2
	if k < 2 {
		return nil, false
	}
	points := make([][2]float64, k+1)
	for i := range k {
		x, y := part[2*i], part[2*i+1]
		if x != x || y != y {
			return nil, false
		}
		points[i] = [2]float64{step(x), step(y)}
	}
	points[k] = points[0]
	var crossings []uint32
	for i := range k {
		crossings = appendCrossings(crossings, points[i], points[i+1], w, h)
	}
	crossings = append(crossings, uint32(w*h))
	slices.Sort(crossings)
	return runsBetween(crossings), true
}

// step rounds a coordinate as C does when it converts to an integer. Beyond any
// picture the value does not matter, only its side.
func step(v float64) float64 {
	const far = 1 << 40
	return math.Trunc(float64(upsampled*max(-far, min(far, v))) + 0.5) // no fused multiply-add
}

// appendCrossings adds the position, in the order of run lengths, of every
// middle of a column that the line from a to b crosses.
func appendCrossings(out []uint32, a, b [2]float64, w, h int) []uint32 {
	dx, dy := math.Abs(a[0]-b[0]), math.Abs(a[1]-b[1])
	flat := dx >= dy
	if flat && a[0] > b[0] || !flat && a[1] > b[1] {
		a, b = b, a
	}
	low, high := min(a[0], b[0]), max(a[0], b[0])
	// Column x is crossed between the steps 5x+2 and 5x+3.
	from := max(0, math.Ceil((low-2)/upsampled))
	to := min(float64(w-1), math.Floor((high-3)/upsampled))
	for x := from; x <= to; x++ {
		u := x*upsampled + 2
		var v float64
		if flat {
			s := (b[1] - a[1]) / dx
			t := u - a[0]
			v = min(math.Trunc(a[1]+float64(s*t)+0.5), math.Trunc(a[1]+float64(s*(t+1))+0.5))
		} else {
			s := (b[0] - a[0]) / dy
			v = a[1] + crossingStep(a[0], s, u, dy)
		}
		y := (v+0.5)/upsampled - 0.5
		y = math.Ceil(max(0, min(float64(h), y)))
		out = append(out, uint32(int(x)*h+int(y)))
	}
	return out
}

// crossingStep returns the lesser of the two neighbouring steps t on a steep
// line between which its column trunc(x0 + s·t + ½) passes from u to u+1 or back.
func crossingStep(x0, s, u, steps float64) float64 {
	beyond := func(t float64) bool { // of the passage
		return (math.Trunc(x0+float64(s*t)+0.5) > u) == (s > 0)
	}
	t := max(0, min(steps, math.Floor((u+0.5-x0)/s)))
	for t > 0 && beyond(t) {
		t--
	}
	for t < steps && !beyond(t+1) {
		t++
	}
	return t
}

// runsBetween turns sorted positions, the last of which is the number of
// pixels, into run lengths; two equal positions annul each other.
func runsBetween(sorted []uint32) []uint32 {
	last := uint32(0)
	for i, p := range sorted {
		sorted[i], last = p-last, p
	}
	out := sorted[:1]
	for j := 1; j < len(sorted); j++ {
		if sorted[j] > 0 {
			out = append(out, sorted[j])
		} else if j++; j < len(sorted) {
			out[len(out)-1] += sorted[j]
		}
	}
	return out
}

// mergeRuns combines the run lengths of two masks of one size.
func mergeRuns(a, b []uint32, inside func(a, b bool) bool) []uint32 {
	out := make([]uint32, 0, len(a)+len(b))
	in, run := false, uint32(0)
	walkRuns(a, b, func(n uint32, va, vb bool) {
		if v := inside(va, vb); v != in {
			out = append(out, run)
			in, run = v, 0
		}
		run += n
	})
	return append(out, run)
}

// walkRuns calls f for every stretch in which neither mask changes.
func walkRuns(a, b []uint32, f func(n uint32, va, vb bool)) {
	var left [2]uint32
	at := [2]int{-1, -1}
	runs := [2][]uint32{a, b}
	for {
		for k := range 2 {
			for left[k] == 0 {
				if at[k]++; at[k] >= len(runs[k]) {
					return
				}
				left[k] = runs[k][at[k]]
			}
		}
		n := min(left[0], left[1])
		f(n, at[0]%2 == 1, at[1]%2 == 1)
		left[0] -= n
		left[1] -= n
	}
}

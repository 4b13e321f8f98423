package scalabel

import "math"

// flatness is how far a line may be from the curve it stands for, in pixels.
const flatness = 0.25

// flatten returns the corners of an outline, x and y in turn, whose curves are
// lines. Types say of each point whether it is on the outline ("L") or steers a
// curve ("C"): a "C" and the two points after it are one cubic Bézier curve that
// starts at the point before, as matplotlib reads them. The outline is closed, so
// its first point comes after the last.
func flatten(points [][2]float64, types string) []float64 {
	out := make([]float64, 0, 2*len(points))
	at := func(i int) [2]float64 { return points[i%len(points)] }
	for i := 0; i < len(points); i++ {
		if i == 0 || i >= len(types) || types[i] != 'C' || i+1 > len(points)-1 && len(points) < 3 {
			out = append(out, points[i][0], points[i][1])
			continue
		}
		p := [4][2]float64{at(i - 1), at(i), at(i + 1), at(i + 2)}
		n := pieces(p)
		for k := 1; k <= n; k++ {
			if k == n && i+2 >= len(points) {
				break // the first point, which is there
			}
			x, y := bezier(p, float64(k)/float64(n))
			out = append(out, x, y)
		}
		i += 2
	}
	return out
}

// pieces is how many lines a curve needs: its distance from them is at most an
// eighth of its second derivative over the square of their number.
func pieces(p [4][2]float64) int {
	bend := 0.0
	for i := range 2 {
		bend = max(bend, math.Hypot(p[i][0]-2*p[i+1][0]+p[i+2][0], p[i][1]-2*p[i+1][1]+p[i+2][1]))
	}
	n := math.Ceil(math.Sqrt(6 * bend / 8 / flatness))
	if !(n >= 1) {
		return 1
	}
	return int(min(n, 256))
}

func bezier(p [4][2]float64, t float64) (x, y float64) {
	if t == 1 {
		return p[3][0], p[3][1]
	}
	s := 1 - t
	a, b, c, d := s*s*s, 3*s*s*t, 3*s*t*t, t*t*t
	return a*p[0][0] + b*p[1][0] + c*p[2][0] + d*p[3][0], a*p[0][1] + b*p[1][1] + c*p[2][1] + d*p[3][1]
}

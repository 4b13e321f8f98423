package embed

import "math"

// contrast is what is added to the variance of a patch, in squared levels of 0
// to 255, before it is brought to unit contrast: flat patches stay weak.
const contrast = 10

// fold writes the patch at (x, y) of a picture in its even and odd halves: for
// each pixel of its left half and its mirror image, (left + right)/√2 and
// (left - right)/√2, after the mean of the whole patch was taken away and its
// contrast brought to one. A mirror keeps the even half and negates the odd
// one. Both have patch·patch·3/2 values.
func fold(even, odd, picture []float32, side, patch, x, y int) {
	run := patch / 2 * 3
	var sum, square float32
	for dy := range patch {
		row := picture[((y+dy)*side+x)*3:][:patch*3]
		e, o := even[dy*run:][:run], odd[dy*run:][:run]
		for i := 0; i+3 <= run; i += 3 {
			j := len(row) - 3 - i
			for c := range 3 {
				l, r := row[i+c], row[j+c]
				u, v := l+r, l-r
				e[i+c], o[i+c] = u, v
				sum += u
				square += u*u + v*v
			}
		}
	}
	count := float32(2 * len(even))
	mean := sum / count
	variance := max(0, square/2/count-mean*mean)
	scale := float32(math.Sqrt(0.5 / float64(variance+contrast)))
	mean *= 2
	for i, v := range even {
		even[i] = (v - mean) * scale
	}
	for i, v := range odd {
		odd[i] = v * scale
	}
}

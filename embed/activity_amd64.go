package embed

import "github.com/errata-cv/errata/matrix"

//go:noescape
func distancesAVX2(d, even, odd, norms *float32, n int, length float32) float32

//go:noescape
func accumulateAVX2(total, d *float32, n int, mean float32)

// The vector loops run where the products run on vectors, too.
func init() {
	if matrix.Kernel() != "portable" {
		distances, accumulate = vectorDistances, vectorAccumulate
	}
}

func vectorDistances(d, even, odd, norms []float32, length float32) float32 {
	n := len(norms)
	if n == 0 || n%8 != 0 {
		return portableDistances(d, even, odd, norms, length)
	}
	_, _, _ = d[2*n-1], even[n-1], odd[n-1]
	return distancesAVX2(&d[0], &even[0], &odd[0], &norms[0], n, length)
}

func vectorAccumulate(total, d []float32, mean float32) {
	n := len(d) &^ 7
	if n > 0 {
		_ = total[n-1]
		accumulateAVX2(&total[0], &d[0], n, mean)
	}
	portableAccumulate(total[n:], d[n:], mean)
}

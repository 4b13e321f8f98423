package matrix

import "fmt"

// Dot returns Σ a_i·b_i. The slices must have the same length.
func Dot(a, b []float32) float32 {
	sameLength(len(a), len(b))
	return active.dot(a, b)
}

// Axpy adds alpha·x to y. The slices must have the same length.
func Axpy(alpha float32, x, y []float32) {
	sameLength(len(x), len(y))
	active.axpy(alpha, x, y)
}

// SquaredDistance returns Σ (a_i−b_i)². It is exactly zero for equal slices of
// finite values. The slices must have the same length.
func SquaredDistance(a, b []float32) float32 {
	sameLength(len(a), len(b))
	return active.squaredDistance(a, b)
}

func sameLength(a, b int) {
	if a != b {
		panic(fmt.Sprintf("matrix: vectors of %d and %d values", a, b))
	}
}

package matrix

import "os"

// A tile computes a small product of packed panels. For i < mr and j < nr,
//
//	c[i*ldc+j] = Σ_p a[p*mr+i] · b[p*nr+j]        (add false)
//	c[i*ldc+j] += Σ_p a[p*mr+i] · b[p*nr+j]       (add true)
//
// over p < depth in ascending order, with the sum rounded before it is added
// to c. Every tile of a kernel gives the same bits for the same element.
type tile struct {
	mr, nr int
	// cost is the time of one multiplication relative to the other tiles of
	// the kernel.
	cost float64
	run  func(depth int, a, b, c *float32, ldc int, add bool)
}

// A kernel is one instruction set's implementation of the inner loops.
type kernel struct {
	name  string
	tiles []tile
	// transpose copies four rows of n elements, stride apart, into columns:
	// dst[p*dstStride+r] = src[r*stride+p].
	transpose func(n int, src *float32, stride int, dst *float32, dstStride int)
	// gather copies width values of each of n rows, stride apart, one after
	// the other. It may read and write up to seven values beyond the last.
	gather func(n int, src *float32, stride int, dst *float32, width int)

	dot             func(a, b []float32) float32
	axpy            func(alpha float32, x, y []float32)
	squaredDistance func(a, b []float32) float32
	// maximum returns the largest value that is not NaN, or minus infinity.
	maximum func(values []float32) float32
	// above returns the index of the first value above threshold, or
	// len(values).
	above func(values []float32, threshold float32) int
}

// active is the kernel that runs. Tests replace it; nothing else may.
var active = choose(os.Getenv("ERRATA_KERNEL"), kernels())

// choose returns the kernel of that name, or the first and therefore fastest.
func choose(name string, available []*kernel) *kernel {
	for _, k := range available {
		if k.name == name {
			return k
		}
	}
	return available[0]
}

// Kernel says which kernel runs: "avx512", "avx2" or "portable".
func Kernel() string { return active.name }

// tileFor returns the tile that wastes the least on an m×n product.
func (k *kernel) tileFor(m, n int) *tile {
	best, least := 0, 0.0
	for i, t := range k.tiles {
		cost := float64(roundUp(m, t.mr)) * float64(roundUp(n, t.nr)) * t.cost
		if i == 0 || cost < least {
			best, least = i, cost
		}
	}
	return &k.tiles[best]
}

func roundUp(n, to int) int { return (n + to - 1) / to * to }

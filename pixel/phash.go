package pixel

import (
	"math"
	"slices"
)

// hashSide is the side of the picture that the perceptual hash looks at.
const hashSide = 32

// hashCosines[u][x] is the DCT-II kernel cos(π(2x+1)u/64), twice.
var hashCosines = func() (c [8][hashSide]float64) {
	for u := range c {
		for x := range c[u] {
			c[u][x] = 2 * math.Cos(math.Pi*float64((2*x+1)*u)/(2*hashSide))
		}
	}
	return
}()

// phash is imagehash.phash of a grey picture of 32×32 pixels: the 8×8 lowest
// coefficients of its two-dimensional DCT-II, one bit each, row after row from
// the highest bit: set where the coefficient is above the median of the 64.
func phash(grey []byte) uint64 {
	var rows [8][hashSide]float64 // DCT down the columns
	for u := range rows {
		for y := range hashSide {
			k := hashCosines[u][y]
			for x := range hashSide {
				rows[u][x] += k * float64(grey[y*hashSide+x])
			}
		}
	}
	var c [64]float64
	for u := range rows {
		for v := range 8 {
			sum := 0.0
			for x := range hashSide {
				sum += hashCosines[v][x] * rows[u][x]
			}
			// Coefficients that are zero but for rounding are zero.
			c[8*u+v] = math.Round(sum*(1<<20)) / (1 << 20)
		}
	}
	sorted := c
	slices.Sort(sorted[:])
	median := (sorted[31] + sorted[32]) / 2
	var h uint64
	for _, v := range c {
		h <<= 1
		if v > median {
			h |= 1
		}
	}
	return h
}

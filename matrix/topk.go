package matrix

import (
	"cmp"
	"math"
	"slices"
)

// TopK returns the indices of the k largest values, largest first; equal values
// keep the order of their indices and NaN counts as the least. It returns all
// indices when k exceeds their number.
func TopK(values []float32, k int) []int {
	k = min(k, len(values))
	if k <= 0 {
		return nil
	}
	key := func(i int) float32 {
		if v := values[i]; v == v {
			return v
		}
		return float32(math.Inf(-1))
	}
	// before orders by value, then by index.
	before := func(i, j int) int {
		if c := cmp.Compare(key(j), key(i)); c != 0 {
			return c
		}
		return cmp.Compare(i, j)
	}
	heap := make([]int, k) // the worst of the kept at the root
	for i := range heap {
		heap[i] = i
	}
	down := func(at int) {
		for {
			child := 2*at + 1
			if child >= k {
				return
			}
			if child+1 < k && before(heap[child+1], heap[child]) > 0 {
				child++
			}
			if before(heap[child], heap[at]) <= 0 {
				return
			}
			heap[at], heap[child] = heap[child], heap[at]
			at = child
		}
	}
	for i := k/2 - 1; i >= 0; i-- {
		down(i)
	}
	for i := k; i < len(values); i++ {
		// A later index never displaces an equal value.
		if key(i) > key(heap[0]) {
			heap[0] = i
			down(0)
		}
	}
	slices.SortFunc(heap, before)
	return heap
}

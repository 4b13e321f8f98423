package class

import (
	"math"
	"slices"
)

// lowest returns the indices of the n lowest values, ascending; of equal values
// it takes the first. scratch is as long as values.
func lowest(values []float64, n int, scratch []float64) []int {
	n = min(n, len(values))
	if n <= 0 {
		return nil
	}
	cut := cutAt(values, n, scratch)
	equal := n
	for _, v := range values {
		if v < cut {
			equal--
		}
	}
	out := make([]int, 0, n)
	for i, v := range values {
		if v < cut {
			out = append(out, i)
		} else if v == cut && equal > 0 {
			out = append(out, i)
			equal--
		}
	}
	return out
}

// cutAt returns the n-th smallest value, counted from 1. Where n is a small part
// of values, most of them are read once and never moved. scratch is as long as
// values.
func cutAt(values []float64, n int, scratch []float64) float64 {
	room := max(2*n, 64)
	kept := scratch[:0]
	bar := math.Inf(1)
	for _, v := range values {
		if v > bar {
			continue
		}
		if len(kept) == min(room, cap(kept)) {
			bar = nthSmallest(kept, n-1)
			kept = kept[:n]
			if v > bar {
				continue
			}
		}
		kept = append(kept, v)
	}
	return nthSmallest(kept, n-1)
}

// nthSmallest returns the element that would stand at index n if v were sorted.
// It reorders v so that the elements before index n are no larger and those after
// it no smaller. It takes time linear in len(v), and n log n at the worst.
func nthSmallest(v []float64, n int) float64 {
	for limit := 64; len(v) > 32 && limit > 0; limit-- {
		pivot := median(v[0], v[len(v)/2], v[len(v)-1])
		// Three parts: below the pivot, equal to it, above it.
		lo, mid, hi := 0, 0, len(v)
		for mid < hi {
			switch x := v[mid]; {
			case x < pivot:
				v[lo], v[mid] = x, v[lo]
				lo++
				mid++
			case x > pivot:
				hi--
				v[mid], v[hi] = v[hi], x
			default:
				mid++
			}
		}
		switch {
		case n < lo:
			v = v[:lo]
		case n < hi:
			return pivot
		default:
			v, n = v[hi:], n-hi
		}
	}
	slices.Sort(v)
	return v[n]
}

func median(a, b, c float64) float64 {
	if a > b {
		a, b = b, a
	}
	return max(a, min(b, c))
}

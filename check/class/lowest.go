package class

import "slices"

// lowest returns the indices of the n lowest scores, equal scores in order of
// their index, lowest first.
func lowest(scores []float64, n int) []int {
	n = min(n, len(scores))
	if n <= 0 {
		return nil
	}
	cut := nthSmallest(slices.Clone(scores), n-1)
	out := make([]int, 0, n)
	for i, s := range scores {
		if s < cut {
			out = append(out, i)
		}
	}
	for i, s := range scores {
		if len(out) == n {
			break
		}
		if s == cut {
			out = append(out, i)
		}
	}
	return Rank(out, scores)
}

// nthSmallest returns the element that would stand at index n if v were sorted.
// It reorders v. It takes time linear in len(v), and n log n at the worst.
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

package main

import (
	"cmp"
	"slices"
)

// measure scores a ranking by falling probability. Ties share their ranks:
// AUROC counts half of them, AP takes them in the order of the file.
func measure(rows []score, wrong map[string]bool) (n int, ap, auroc, precision float64) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b score) int { return cmp.Compare(b.probability, a.probability) })
	for _, r := range rows {
		if wrong[r.image] {
			n++
		}
	}
	if n == 0 || n == len(rows) {
		return n, 0, 0, 0
	}
	hits := 0
	for i, r := range rows {
		if !wrong[r.image] {
			continue
		}
		hits++
		ap += float64(hits) / float64(i+1)
		if i < n {
			precision++
		}
	}
	// Mann–Whitney U over runs of equal probability.
	var u float64
	right := 0
	for i := len(rows); i > 0; {
		j := i
		w, c := 0, 0
		for ; j > 0 && rows[j-1].probability == rows[i-1].probability; j-- {
			if wrong[rows[j-1].image] {
				w++
			} else {
				c++
			}
		}
		u += float64(w) * (float64(right) + float64(c)/2)
		right += c
		i = j
	}
	return n, ap / float64(n), u / float64(n) / float64(len(rows)-n), precision / float64(n)
}

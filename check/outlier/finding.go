package outlier

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// shownNeighbors is how many neighbours the evidence names.
const shownNeighbors = 3

// Findings returns an outlier finding for each outlier, the most unusual first,
// equal ones by index. images maps rows to Dataset.Images; nil when row i is
// image i. An image is reported once, for its first row in that order.
//
// The probability is how far the row is beyond the threshold t: 1 − t/a for the
// distance a, or 1 − score/t. The evidence holds "threshold" and either
// "distance", "median" (the distance of the row in the middle) and "nearest",
// the paths of the nearest pictures, or "confidence", the score.
func (r *Result) Findings(ds *dataset.Dataset, images []int) ([]dataset.Finding, error) {
	if images == nil && len(ds.Images) != len(r.Score) || images != nil && len(images) != len(r.Score) {
		return nil, fmt.Errorf("there are %d rows for %d images; say which image each row is", len(r.Score), len(ds.Images))
	}
	for i, im := range images {
		if im < 0 || im >= len(ds.Images) {
			return nil, fmt.Errorf("row %d is mapped to image %d, but the dataset has images 0 to %d", i, im, len(ds.Images)-1)
		}
	}
	image := func(i int) int {
		if images == nil {
			return i
		}
		return images[i]
	}
	middle := 0.0
	if r.Distance != nil {
		known := slices.DeleteFunc(slices.Clone(r.Distance), func(a float64) bool { return a != a })
		middle = medianOf(known)
	}
	var out []dataset.Finding
	for i, is := range r.Outlier {
		if !is {
			continue
		}
		f := dataset.Finding{
			Kind: dataset.Outlier, Image: image(i), Annotation: dataset.None, Class: dataset.None, Score: r.Score[i],
		}
		if r.Distance != nil {
			var nearest []string
			for _, j := range r.neighbors.of(i) {
				if path := ds.Images[image(int(j))].Path; len(nearest) < shownNeighbors && !slices.Contains(nearest, path) {
					nearest = append(nearest, path)
				}
			}
			f.Probability = 1 - r.Threshold/r.Distance[i]
			f.Evidence = map[string]any{"distance": r.Distance[i], "median": middle, "threshold": r.Threshold, "nearest": nearest}
			f.Message = fmt.Sprintf("Like none of the others: %.3g from its nearest pictures, where %.3g is usual.", r.Distance[i], middle)
		} else {
			f.Probability = 1 - r.Score[i]/r.Threshold
			f.Evidence = map[string]any{"confidence": r.Score[i], "threshold": r.Threshold}
			f.Message = fmt.Sprintf("The model knows no class for it: its certainty is %.3f, below %.3f.", r.Score[i], r.Threshold)
		}
		f.Probability = min(1, max(0, f.Probability))
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b dataset.Finding) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Score, b.Score), cmp.Compare(a.Image, b.Image))
	})
	seen := map[int]bool{}
	return slices.DeleteFunc(out, func(f dataset.Finding) bool {
		again := seen[f.Image]
		seen[f.Image] = true
		return again
	}), nil
}

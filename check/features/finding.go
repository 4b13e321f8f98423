package features

import (
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// mostOthers bounds Finding.Others; a group may have thousands of members.
const mostOthers = 24

// about is a finding on the whole dataset.
func about(k dataset.Kind, score, probability float64) dataset.Finding {
	return dataset.Finding{
		Kind: k, Image: dataset.None, Annotation: dataset.None, Class: dataset.None,
		Score: min(1, max(0, score)), Probability: min(1, max(0, probability)),
	}
}

// imageOf maps a row to an image; nil stands for the row itself.
func imageOf(ds *dataset.Dataset, images []int, rows int) (func(row int) int, error) {
	if images == nil {
		if rows != len(ds.Images) {
			return nil, fmt.Errorf("there are %d rows for %d images; say which image each row is", rows, len(ds.Images))
		}
		return func(row int) int { return row }, nil
	}
	if len(images) != rows {
		return nil, fmt.Errorf("%d rows are mapped to images, but there are %d rows", len(images), rows)
	}
	for row, i := range images {
		if i < 0 || i >= len(ds.Images) {
			return nil, fmt.Errorf("row %d is mapped to image %d, but the dataset has images 0 to %d", row, i, len(ds.Images)-1)
		}
	}
	return func(row int) int { return images[row] }, nil
}

// Finding returns a non-iid finding when the order is not random, else none.
// images maps rows to Dataset.Images; nil when row i is image i. The probability
// is 1 − P, and at most 1 − 1/(random orders + 1). The evidence holds "p_value",
// "ks" and "image", the path of the picture whose neighbours stand least at
// random.
func (o *Order) Finding(ds *dataset.Dataset, images []int) ([]dataset.Finding, error) {
	image, err := imageOf(ds, images, len(o.Score))
	if err != nil || !o.Issue {
		return nil, err
	}
	least := 1 / float64(len(o.Permuted)+1)
	f := about(dataset.NonIID, o.P, 1-max(o.P, least))
	f.Evidence = map[string]any{"p_value": o.P, "ks": o.KS, "image": ds.Images[image(o.Lowest)].Path}
	p := fmt.Sprintf("of %.3f", o.P)
	if o.P < 0.001 {
		p = "below 0.001"
	}
	f.Message = fmt.Sprintf("Where a picture stands in the order tells what it shows: chance would do so with a probability %s.", p)
	return []dataset.Finding{f}, nil
}

// Findings returns an underperforming-group finding for each group that is worse
// than the others, the worst first. images maps rows to Dataset.Images; nil when
// row i is image i. Others holds up to 24 pictures of the group. The probability
// is 1 − ratio. The evidence holds "group", its id, "size", "performance", the
// mean probability of the given class, "mean", that of all groups, and "ratio".
func (r *Grouping) Findings(ds *dataset.Dataset, images []int) ([]dataset.Finding, error) {
	image, err := imageOf(ds, images, len(r.ids))
	if err != nil {
		return nil, err
	}
	var out []dataset.Finding
	for _, at := range r.Worst {
		c := r.All[at]
		f := about(dataset.UnderperformingGroup, c.Ratio, 1-c.Ratio)
		for row, id := range r.ids {
			if id == c.ID && len(f.Others) < mostOthers && !slices.Contains(f.Others, image(row)) {
				f.Others = append(f.Others, image(row))
			}
		}
		f.Evidence = map[string]any{"group": c.ID, "size": c.Size, "performance": c.Performance, "mean": r.Mean, "ratio": c.Ratio}
		f.Message = fmt.Sprintf("The model fails at a group of %d pictures (%s and others like it): it gives their labels the probability %.2f, all groups together %.2f.",
			c.Size, ds.Images[f.Others[0]].Path, c.Performance, r.Mean)
		out = append(out, f)
	}
	return out, nil
}

// Findings returns a spurious-correlation finding for each property that gives
// the label away, in the order given. The probability is 1 − score. The evidence
// holds "property", "accuracy" and "baseline".
func Findings(correlations []Correlation) []dataset.Finding {
	var out []dataset.Finding
	for _, c := range correlations {
		if !c.Issue {
			continue
		}
		f := about(dataset.SpuriousCorrelation, c.Score, 1-c.Score)
		f.Evidence = map[string]any{"property": c.Property, "accuracy": c.Accuracy, "baseline": c.Baseline}
		f.Message = fmt.Sprintf("%q alone tells the label of %.0f %% of the pictures, where always naming one class is right for %.0f %%.", c.Property, 100*c.Accuracy, 100*c.Baseline)
		out = append(out, f)
	}
	return out
}

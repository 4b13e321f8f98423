package object

import "github.com/errata-cv/errata/dataset"

// unlabelled finds images without any annotation in a dataset of objects. A
// split without a single annotation is meant to have none.
func (k *checker) unlabelled() {
	if k.ds.Predictions || !k.ofObjects() {
		return
	}
	labelled := map[string]int{}
	for i, im := range k.ds.Images {
		if len(k.ix.Annotations(i)) > 0 {
			labelled[im.Split]++
		}
	}
	for i, im := range k.ds.Images {
		if labelled[im.Split] == 0 {
			continue
		}
		k.looked(unlabelled)
		if len(k.ix.Annotations(i)) == 0 {
			k.put(unlabelled, i, dataset.None, dataset.None, 1, nil, map[string]any{}, "Nothing is marked in this picture.")
		}
	}
}

func (k *checker) ofObjects() bool {
	for i := range k.ds.Annotations {
		if k.ds.Annotations[i].Geometry != nil {
			return true
		}
	}
	return false
}

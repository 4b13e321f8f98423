package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// KeepSplit leaves only the images of one split in ds, with their annotations
// and problems. Classes stay as they are. A split without images is an error
// that names those there are.
func KeepSplit(ds *dataset.Dataset, split string) error {
	splits := ds.Splits()
	if !slices.Contains(splits, split) {
		if len(splits) == 0 {
			return fmt.Errorf("%s has no splits, so it has no split %q", Show(ds.Name), split)
		}
		return fmt.Errorf("%s has no split %q; its splits are %s", Show(ds.Name), split, strings.Join(splits, ", "))
	}
	place := make([]int, len(ds.Images))
	elsewhere := map[string]bool{}
	images := ds.Images[:0]
	for i, im := range ds.Images {
		place[i] = dataset.None
		if im.Split == split {
			place[i] = len(images)
			images = append(images, im)
		} else {
			elsewhere[im.Path] = true
		}
	}
	annotations := ds.Annotations[:0]
	for _, a := range ds.Annotations {
		if a.Image = place[a.Image]; a.Image != dataset.None {
			annotations = append(annotations, a)
		}
	}
	ds.Images, ds.Annotations = images, annotations
	ds.Problems = slices.DeleteFunc(ds.Problems, func(p dataset.Problem) bool { return elsewhere[p.Image] })
	return nil
}

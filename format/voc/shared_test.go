package voc

import (
	"maps"
	"testing"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// TestShared reads the real datasets; their numbers were counted with grep.
func TestShared(t *testing.T) {
	const datumaro = "formats/datumaro-assets/"
	for path, want := range map[string]struct {
		images, objects, classes, found int
		splits                          map[string]int
	}{
		"voc100-formats/gts/pascalvoc_format":             {100, 273, 20, 100, map[string]int{"": 100}},
		"voc100-formats/gts/imagenet_format":              {100, 273, 20, 100, map[string]int{"": 100}},
		"voc100-formats/gts/imagenet_format/Annotations":  {100, 273, 20, 100, map[string]int{"": 100}},
		"bccd/Annotations_corrected":                      {205, 2805, 3, 205, map[string]int{"train": 205}},
		"bccd/Annotations_original":                       {192, 2199, 1, 192, map[string]int{"train": 192}},
		datumaro + "voc_dataset/voc_dataset1":             {2, 2, 2, 2, map[string]int{"train": 1, "test": 1}},
		datumaro + "voc_dataset/voc_dataset2":             {5, 4, 22, 0, map[string]int{"trainval": 5}},
		datumaro + "voc_dataset/voc_dataset3":             {1, 1, 1, 1, map[string]int{"train": 1}},
		datumaro + "roboflow_dataset/voc":                 {3, 4, 2, 3, map[string]int{"train": 2, "val": 1}},
		datumaro + "kaggle_dataset/relaxed_voc1":          {2, 2, 2, 2, map[string]int{"": 2}},
		datumaro + "kaggle_dataset/relaxed_voc2":          {2, 2, 2, 2, map[string]int{"": 2}},
		"formats/labelme/bbox_detection/data_dataset_voc": {3, 9, 3, 3, map[string]int{"": 3}},
	} {
		t.Run(path, func(t *testing.T) {
			dir := shared.Dir(t, "data", path)
			if m := formattest.Detect(t, Format, dir); m.Confidence != source.Sure {
				t.Errorf("detected as %v", m)
			}
			ds := formattest.Read(t, Format, dir)
			splits, found := map[string]int{}, 0
			for i := range ds.Images {
				splits[ds.Images[i].Split]++
				if _, _, err := source.StatPicture(ds, &ds.Images[i]); err == nil {
					found++
				}
			}
			if len(ds.Images) != want.images || len(ds.Annotations) != want.objects || len(ds.Classes) != want.classes || found != want.found {
				t.Errorf("%d images, %d objects, %d classes, %d pictures found", len(ds.Images), len(ds.Annotations), len(ds.Classes), found)
			}
			if !maps.Equal(splits, want.splits) {
				t.Errorf("splits are %v", splits)
			}
			for _, p := range ds.Problems {
				t.Logf("%+v", p)
			}
		})
	}
}

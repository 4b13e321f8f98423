package yolo

import (
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func TestShared(t *testing.T) {
	for _, c := range []struct {
		path                                  string
		images, annotations, classes, problem int
		geometry                              dataset.Geometry
		splits                                int
		predictions                           bool
		confidence                            source.Confidence
	}{
		{"voc100-formats/gts/yolo_format", 100, 273, 20, 0, dataset.Box{}, 1, false, source.Sure},
		{"voc100-formats/gts/yolo_format/obj.data", 100, 273, 20, 0, dataset.Box{}, 1, false, source.Sure},
		{"coco128/object_detection", 128, 929, 80, 3, dataset.Box{}, 1, false, source.Sure},
		{"coco128/instance_segmentation/config.yaml", 100, 746, 80, 1, dataset.Polygon{}, 1, false, source.Sure},
		{"formats/datumaro-assets/yolo_dataset/annotations", 1, 2, 10, 0, dataset.Box{}, 0, false, source.Sure},
		{"formats/datumaro-assets/yolo_dataset/labels", 2, 4, 10, 0, dataset.Box{}, 2, false, source.Sure},
		{"formats/datumaro-assets/yolo_dataset/strict", 1, 2, 10, 0, dataset.Box{}, 1, false, source.Sure},
		{"formats/datumaro-assets/roboflow_dataset/yolo", 3, 4, 2, 0, dataset.Box{}, 2, false, source.Sure},
		{"formats/datumaro-assets/kaggle_dataset/relaxed_yolo", 2, 4, 4, 1, dataset.Box{}, 0, false, source.Likely},
		{"formats/label-studio/test_import_yolo_data", 4, 13, 4, 2, dataset.Box{}, 0, false, source.Sure},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := shared.Dir(t, "data", filepath.FromSlash(c.path))
			if m := formattest.Detect(t, Format, path); m.Confidence != c.confidence {
				t.Errorf("detection: %+v", m)
			}
			ds, err := Format.Read(t.Context(), path, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes || len(ds.Problems) != c.problem || len(ds.Splits()) != c.splits || ds.Predictions != c.predictions {
				t.Errorf("%d images, %d annotations, %d classes, %d problems, splits %q, predictions %v", len(ds.Images), len(ds.Annotations), len(ds.Classes), len(ds.Problems), ds.Splits(), ds.Predictions)
				for i, p := range ds.Problems {
					if i < 5 {
						t.Logf("%+v", p)
					}
				}
			}
			for _, a := range ds.Annotations {
				if !sameType(a.Geometry, c.geometry) {
					t.Fatalf("%s has %#v", ds.Images[a.Image].Path, a.Geometry)
				}
			}
		})
	}
}

func sameType(a, b dataset.Geometry) bool {
	switch a.(type) {
	case dataset.Box:
		_, ok := b.(dataset.Box)
		return ok
	case dataset.RotatedBox:
		_, ok := b.(dataset.RotatedBox)
		return ok
	case dataset.Polygon:
		_, ok := b.(dataset.Polygon)
		return ok
	}
	return false
}

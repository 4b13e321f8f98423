package coco

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

const resultsList = `[{"image_id": 9, "category_id": 7, "bbox": [1.5, 2, 3, 4], "score": 0.5},
 {"image_id": 9, "category_id": 1, "bbox": [5, 6, 7, 8], "score": 0.25},
 {"image_id": 9, "category_id": 1, "segmentation": {"size": [4, 3], "counts": "1234"}, "score": 0.125},
 {"image_id": 10, "category_id": 8, "bbox": [0, 0, 1, 1], "score": 1}]
`

func TestResultsWithReference(t *testing.T) {
	dir := lonely(t)
	write(t, dir, "annotations/instances_val.json", sources["python"])
	file := write(t, dir, "predictions/results.json", resultsList)
	ds := read(t, Results, file, source.Options{})
	if !ds.Predictions || len(ds.Images) != 2 || ds.Images[0].Path != "a.jpg" || ds.Images[0].Width != 64 || ds.Images[0].Split != "val" {
		t.Errorf("%+v", ds.Images)
	}
	if len(ds.Annotations) != 4 || ds.Classes[ds.Annotations[0].Class] != "dog" || ds.Annotations[1].Score != 0.25 || ds.Classes[ds.Annotations[3].Class] != "8" {
		t.Errorf("%q %+v", ds.Classes, ds.Annotations)
	}
	if len(ds.Problems) != 1 || ds.Problems[0].Kind != dataset.UndefinedClass || ds.Problems[0].Image != "b.jpg" {
		t.Errorf("%+v", ds.Problems)
	}
	formattest.PatchCase{
		Format: Results.(source.Patcher), Root: dir, Path: "predictions/results.json",
		Actions:   []dataset.Action{dataset.MoveObject, dataset.DeleteObject, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "seen", Value: "true"},
	}.Patch(t)
	drop := dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, From: dataset.None, To: dataset.None}
	if _, err := Results.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{drop}); err == nil || !strings.Contains(err.Error(), "drop it there") {
		t.Errorf("an image of another file is dropped: %v", err)
	}
}

func TestResultsAlone(t *testing.T) {
	dir := lonely(t)
	write(t, dir, "images/000000000009.jpg", "")
	file := write(t, dir, "results.json", resultsList)
	ds := read(t, Results, file, source.Options{})
	if ds.Images[0].Path != "000000000009.jpg" || ds.Images[1].Path != "10" || strings.Join(ds.Classes, " ") != "7 1 8" {
		t.Errorf("%+v %q", ds.Images, ds.Classes)
	}
	ds = read(t, Results, file, source.Options{Classes: []string{"a", "b"}})
	if ds.Classes[ds.Annotations[1].Class] != "a" || ds.Classes[ds.Annotations[0].Class] != "7" || len(ds.Problems) != 2 {
		t.Errorf("%q %+v", ds.Classes, ds.Problems)
	}
	formattest.PatchCase{Format: Results.(source.Patcher), Root: dir, Path: "results.json", Attribute: dataset.Attribute{Name: "seen", Value: "true"},
		Actions: []dataset.Action{dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute},
		Compare: formattest.Comparison{NoScores: true, NoUnused: true, AnyOrder: true},
	}.Patch(t)
}

func TestReadResultsShared(t *testing.T) {
	for _, c := range []struct {
		path                         string
		images, annotations, classes int
	}{
		{"coco128/predictions/yolox_nano_coco_results.json", 128, 1030, 80},
		{"cocoeval-reference/instances_val2014_fakebbox100_results.json", 100, 734, 80},
		{"cocoeval-reference/instances_val2014_fakesegm100_results.json", 100, 734, 80},
		{"cocoeval-reference/small/dt_dataset.json", 3, 9, 4},
		{"cocoeval-reference/small/dt_ignore_test.json", 1, 63, 1},
		{"penn-fudan/yolox_nano_predictions.json", 74, 704, 27},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := shared.Dir(t, "data", filepath.FromSlash(c.path))
			if m := formattest.Detect(t, Results, path); m.Confidence != source.Sure {
				t.Errorf("detected as %v", m)
			}
			if m := formattest.Detect(t, Format, path); m.Confidence != source.No {
				t.Errorf("detected as instances: %v", m)
			}
			ds := read(t, Results, path, source.Options{})
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes {
				t.Errorf("%d images, %d annotations, %d classes", len(ds.Images), len(ds.Annotations), len(ds.Classes))
			}
			t.Logf("%d pictures of %s missing, first %s; %d problems", missing(ds), ds.Root, ds.Images[0].Path, len(ds.Problems))
		})
	}
}

package coco

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func read(t testing.TB, f source.Format, path string, o source.Options) *dataset.Dataset {
	t.Helper()
	ds, err := f.Read(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range ds.Annotations {
		if a.Image < 0 || a.Image >= len(ds.Images) || a.Class < 0 || a.Class >= len(ds.Classes) {
			t.Fatalf("annotation %d has image %d of %d and class %d of %d", i, a.Image, len(ds.Images), a.Class, len(ds.Classes))
		}
	}
	return ds
}

// missing counts the pictures that are not there.
func missing(ds *dataset.Dataset) (n int) {
	for _, im := range ds.Images {
		if _, err := os.Stat(filepath.Join(ds.Root, im.Path)); err != nil {
			n++
		}
	}
	return n
}

func geometries(ds *dataset.Dataset) (boxes, polygons, masks, labels, invalid int) {
	for _, a := range ds.Annotations {
		switch a.Geometry.(type) {
		case dataset.Box:
			boxes++
		case dataset.Polygon:
			polygons++
		case dataset.Mask:
			masks++
		case nil:
			labels++
		case dataset.Invalid:
			invalid++
		}
	}
	return
}

// The counts are those that Python finds in the files.
func TestReadShared(t *testing.T) {
	for _, c := range []struct {
		path                                                          string
		images, annotations, classes, boxes, polygons, masks, missing int
		splits                                                        int
	}{
		{"voc100-formats/gts/coco_format_v1", 100, 273, 20, 273, 0, 0, 0, 0},
		{"voc100-formats/gts/coco_format_v1/instances_default.json", 100, 273, 20, 273, 0, 0, 0, 0},
		{"voc100-formats/gts/coco_format_v2", 100, 273, 20, 273, 0, 0, 0, 0},
		{"voc100-formats/dets/coco_format", 98, 452, 20, 452, 0, 0, 0, 0},
		{"coco128", 128, 939, 80, 0, 929, 10, 0, 1},
		{"coco128/annotations/instances_train2017.json", 128, 939, 80, 0, 929, 10, 0, 1},
		{"cocoeval-reference/instances_val2014_100.json", 100, 839, 80, 0, 830, 9, 100, 1},
		{"cocoeval-reference/small/gt_dataset.json", 3, 9, 4, 0, 9, 0, 3, 0},
		{"cocoeval-reference/small/gt_ignore_test.json", 1, 14, 1, 14, 0, 0, 1, 1},
		{"formats/datumaro-assets/coco_dataset/coco", 2, 3, 3, 1, 1, 1, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_instances", 2, 3, 3, 1, 1, 1, 0, 2},
		{"formats/datumaro-assets/coco_dataset/mmdet_coco", 2, 3, 3, 1, 1, 1, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_roboflow", 2, 3, 3, 1, 1, 1, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_labels", 2, 3, 2, 0, 0, 0, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_captions", 2, 0, 0, 0, 0, 0, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_image_info", 2, 0, 0, 0, 0, 0, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_person_keypoints", 2, 3, 2, 1, 1, 1, 0, 2},
		{"formats/datumaro-assets/coco_dataset/coco_stuff", 2, 2, 2, 0, 0, 2, 0, 2},
		{"formats/datumaro-assets/roboflow_dataset/coco", 3, 4, 2, 4, 0, 0, 0, 2},
		{"formats/datumaro-assets/kaggle_dataset/relaxed_coco", 2, 2, 2, 2, 0, 0, 0, 0},
		{"formats/labelme/instance_segmentation/data_dataset_coco", 3, 12, 21, 0, 12, 0, 0, 0},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := shared.Dir(t, "data", filepath.FromSlash(c.path))
			if m := formattest.Detect(t, Format, path); m.Confidence < source.Likely {
				t.Errorf("detected as %v", m)
			}
			ds := read(t, Format, path, source.Options{})
			boxes, polygons, masks, labels, invalid := geometries(ds)
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Classes) != c.classes || boxes != c.boxes || polygons != c.polygons || masks != c.masks || invalid > 0 {
				t.Errorf("%d images, %d annotations, %d classes; %d boxes, %d polygons, %d masks, %d labels, %d invalid", len(ds.Images), len(ds.Annotations), len(ds.Classes), boxes, polygons, masks, labels, invalid)
			}
			if n := missing(ds); n != c.missing {
				t.Errorf("%d pictures are missing below %s, the first image is %s", n, ds.Root, ds.Images[0].Path)
			}
			if s := ds.Splits(); len(s) != c.splits {
				t.Errorf("splits %q", s)
			}
			for _, p := range ds.Problems {
				t.Logf("%+v", p)
			}
		})
	}
}

// lonely returns an empty folder whose parents hold nothing else, because
// pictures are looked for beside annotations.
func lonely(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "parent", "child", "dataset")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

package scalabel

import (
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// The counts are those of a few lines of Python over the files.
func TestSharedSources(t *testing.T) {
	for _, c := range []struct {
		path                     string
		images, boxes, polygons  int
		masks, invalid, problems int
		classes, crowds          int
		sized, metadata          int
	}{
		{path: "bdd100k/example_annotation.json", images: 1, polygons: 4, classes: 1, metadata: 1, problems: 1},
		{path: "bdd100k/example_ignore_annotation.json", images: 2, boxes: 2, classes: 2, metadata: 2},
		{path: "bdd100k/to_rle/test-rle.json", images: 1, masks: 11, classes: 11},
		{path: "bdd100k/to_rle/test-out-rle.json", images: 1, masks: 11, classes: 11},
		{path: "scalabel-bdd/label/testcases/image_list_with_auto_labels.json", images: 10, boxes: 24, polygons: 1, classes: 5},
		{path: "scalabel-bdd/label/testcases/image_list_with_auto_labels_graph.json", images: 10, boxes: 24, polygons: 1, classes: 5, problems: 1},
		{path: "scalabel-bdd/label/testcases/kitti_detection.json", images: 4, boxes: 8, classes: 6, sized: 4, problems: 2},
		{path: "scalabel-bdd/label/testcases/kitti_tracking.json", images: 4, boxes: 28, classes: 6, sized: 4, metadata: 4, problems: 2},
		{path: "scalabel-bdd/label/testcases/rles/insseg_rle.json", images: 1, polygons: 4, classes: 1, metadata: 1},
		{path: "scalabel-bdd/label/testcases/rles/pred.json", images: 1, polygons: 4, invalid: 1, classes: 1, metadata: 1},
		{path: "scalabel-bdd/label/testcases/rles/segtrack", images: 1, polygons: 4, classes: 1, metadata: 1},
		{path: "scalabel-bdd/label/testcases/scalabel_box_track.json", images: 1, boxes: 8, classes: 1, metadata: 1, problems: 1},
		{path: "scalabel-bdd/label/testcases/scalabel_det.json", images: 1, boxes: 4, classes: 1, metadata: 1},
		{path: "scalabel-bdd/label/testcases/scalabel_ins_seg.json", images: 1, polygons: 2, classes: 1},
		{path: "scalabel-bdd/label/testcases/scalabel_pose.json", images: 1, boxes: 2, classes: 1, problems: 1},
		{path: "scalabel-bdd/label/testcases/waymo_cam_anns.json", images: 10, boxes: 21, classes: 4, sized: 10, metadata: 10, problems: 1},
		{path: "scalabel-bdd/label/testcases/waymo_lidar_anns.json", images: 10, boxes: 6, classes: 4, sized: 10, metadata: 10, problems: 2},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := shared.Dir(t, "data", "formats", filepath.FromSlash(c.path))
			if m := formattest.Detect(t, Format, path); m.Confidence != source.Sure {
				t.Errorf("detected as %v", m)
			}
			ds, err := Format.Read(t.Context(), path, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := c
			got.images, got.classes, got.problems = len(ds.Images), len(ds.Classes), len(ds.Problems)
			got.boxes, got.polygons, got.masks, got.invalid, got.crowds, got.sized, got.metadata = 0, 0, 0, 0, 0, 0, 0
			for _, a := range ds.Annotations {
				switch a.Geometry.(type) {
				case dataset.Box:
					got.boxes++
				case dataset.Polygon:
					got.polygons++
				case dataset.Mask:
					got.masks++
				case dataset.Invalid:
					got.invalid++
				}
				if a.Crowd {
					got.crowds++
				}
			}
			for _, im := range ds.Images {
				if im.Width > 0 {
					got.sized++
				}
				if im.Metadata != nil {
					got.metadata++
				}
			}
			if got != c {
				t.Errorf("read %+v\nwant %+v", got, c)
			}
			for _, p := range ds.Problems {
				t.Log(p.Message)
			}
		})
	}
}

// What is no frame of Scalabel beside the files must not be claimed.
func TestSharedFilesOfOthers(t *testing.T) {
	for _, path := range []string{
		"bdd100k/panseg_coco/panseg_coco.json", "bdd100k/to_rle/ins_seg/scores.json", "scalabel-bdd/common/testcases/config.json",
		"scalabel-bdd/label/testcases/coco_rle.json", "scalabel-bdd/label/testcases/poly2ds.json", "scalabel-bdd/label/testcases/scalabel_rle.json",
		"cvat-api", "datumaro-assets/coco_dataset", "label-studio", "labelme", "datumaro-assets/roboflow_dataset/createml", "datumaro-assets/vott_json_dataset",
	} {
		if m := formattest.Detect(t, Format, shared.Dir(t, "data", "formats", filepath.FromSlash(path))); m.Confidence != source.No {
			t.Errorf("%s is detected as %v", path, m)
		}
	}
}

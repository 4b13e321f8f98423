package yolo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// photo is a PNG.
var photo = string(formattest.Picture(333, 251))

var ultralytics = map[string]string{
	"data.yaml":          "# birds\npath: ../datasets/source\ntrain: images/train\nval: images/val\nnames:\n  0: wren\n  1: robin\n",
	"images/train/a.png": photo, "images/train/b.png": photo, "images/train/c.png": photo, "images/val/d.png": photo,
	"labels/train/a.txt": "0 0.500000 0.500000 0.250000 0.400000\n1 0.100000 0.200000 0.050000 0.060000\r\n  0\t0.300000 0.300000 0.100000 0.100000  \n",
	"labels/train/b.txt": "",
	"labels/val/d.txt":   "1 0.5 0.5 0.25 0.125",
	"labels/val/e.txt":   "1 0.5 0.5 0.25 0.125",
}

var segments = map[string]string{
	"dataset.yaml":       "train: ../train/images\nval: ../valid/images\nnames: [wren, robin]\n",
	"train/images/a.png": photo, "valid/images/b.png": photo,
	"train/labels/a.txt": "0 0.1 0.1 0.4 0.1 0.4 0.5 0.1 0.1\n1 0.5 0.5 0.75 0.5 0.75 0.75 0.5 0.75 0.45 0.6\n1 0.2 0.2 0.3 0.2 0.3 0.4\n",
	"valid/labels/b.txt": "1 0.5 0.5 0.75 0.5 0.75 0.75 0.5 0.75 0.45 0.6",
}

var rotated = map[string]string{
	"obb.yaml":     "train: images\nval: images\nnames: [wren, robin]\n",
	"images/a.png": photo, "images/b.png": photo,
	"labels/a.txt": "0 0.1 0.1 0.4 0.1 0.4 0.5 0.1 0.5\n1 0.5 0.5 0.5 0.75 0.75 0.75 0.75 0.5\n1 0.2 0.2 0.35 0.22 0.3 0.4 0.2 0.3\n",
	"labels/b.txt": "1 0.5 0.5 0.75 0.5 0.75 0.75 0.5 0.75\n",
}

var darknet = map[string]string{
	"obj.data":  "classes = 2\ntrain = data/train.txt\nvalid = data/valid.txt\nnames = data/obj.names\nbackup = backup/\n",
	"obj.names": "wren\nrobin\n\n", "train.txt": "data/obj_train_data/a.png\ndata/obj_train_data/b.png\n", "valid.txt": "data/obj_valid_data/c.png",
	"obj_train_data/a.png": photo, "obj_train_data/b.png": photo, "obj_valid_data/c.png": photo,
	"obj_train_data/a.txt": "0 0.5 0.5 0.25 0.4\n1 0.1 0.2 0.05 0.06\n1 0.3 0.2 0.05 0.06",
	"obj_train_data/b.txt": "0 0.5 0.5 0.25 0.4\n", "obj_valid_data/c.txt": "0 0.5 0.5 0.25 0.4\n",
}

var predictions = map[string]string{
	"classes.txt": "wren\nrobin\n", "a.png": photo, "b.png": photo, "c.png": photo,
	"a.txt": "0 0.5 0.5 0.25 0.4 0.75\n1 0.1 0.2 0.05 0.06 0.5\n1 0.3 0.2 0.05 0.06 0.25\n", "b.txt": "1 0.1 0.2 0.05 0.06 0.5\n",
}

func read1(t *testing.T, f source.Format, path string, o source.Options) *dataset.Dataset {
	t.Helper()
	ds, err := f.Read(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		name                string
		files               map[string]string
		images, annotations int
		splits              string
		problems            []string
	}{
		{"ultralytics", ultralytics, 4, 4, "train val", []string{"labels/val/e.txt has labels, but its picture is not there"}},
		{"segments", segments, 2, 4, "train val", nil},
		{"rotated", rotated, 2, 4, "", nil},
		{"darknet", darknet, 3, 5, "train val", nil},
		{"predictions", predictions, 3, 4, "", nil},
		{"folders", map[string]string{"train/images/a.png": photo, "train/labels/a.txt": "3 0.5 0.5 1 1\n", "test/images/b.png": photo}, 2, 1, "test train", []string{"No list of classes"}},
		{"lists in data.yaml", map[string]string{"x.yml": "train: [one.txt, two.txt]\nval: val\nnames: [wren]\n", "one.txt": "./images/a.png\n", "two.txt": "images\\b.png\nimages/a.png\nimages/gone.png\n", "images/a.png": photo, "images/b.png": photo, "labels/a.txt": "0 0.5 0.5 1 1\n", "labels/gone.txt": "0 0.5 0.5 1 1\n"}, 3, 1, "train", []string{"x.yml names val as its val part", "1 pictures of the part", "The 1 labels of images/gone.png are left out"}},
		{"undefined class", map[string]string{"data.yaml": "train: images\nval:\nnames: {1: wren}\n", "images/a.png": photo, "labels/a.txt": "0 .5 .5 1 1\n1.0 .5 .5 1 1\n"}, 1, 2, "train", []string{"labels/a.txt line 1 has class 0, which is not in the list of classes in data.yaml"}},
		{"bad rows", map[string]string{"classes.txt": "wren", "a.png": photo, "a.txt": "wren 1 2 3 4\n0\n0 1 2\n0 x 1 1 1\n0 nan 0.5 inf 1\n0 1 1 1 1 1 1 1\n0 .5 .5 .1 .1 7\n", "c.txt": "hello"}, 1, 6, "", []string{"a.txt line 1 does not start with the number of a class", "1 rows have a further number"}},
		{"keypoints", map[string]string{"data.yaml": "train: images\nval: images\nkpt_shape: [2, 3]\nnames: [wren]\n", "images/a.png": photo, "labels/a.txt": "0 .5 .5 .1 .1 .5 .5 2 .6 .6 1\n"}, 1, 1, "", []string{"1 rows have keypoints"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, c.files)
			if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure && c.name != "bad rows" {
				t.Errorf("detection: %+v", m)
			}
			ds := read1(t, Format, root, source.Options{})
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || strings.Join(ds.Splits(), " ") != c.splits {
				t.Errorf("%d images, %d annotations, splits %q", len(ds.Images), len(ds.Annotations), ds.Splits())
			}
			for i, p := range ds.Problems {
				if i >= len(c.problems) || !strings.Contains(p.Message, c.problems[i]) {
					t.Errorf("problem %+v", p)
				}
			}
			if len(ds.Problems) < len(c.problems) {
				t.Errorf("there are %d problems, expected %q", len(ds.Problems), c.problems)
			}
		})
	}
}

func TestGeometry(t *testing.T) {
	ds := read1(t, Format, formattest.Plant(t, ultralytics), source.Options{})
	if got, want := ds.Annotations[0].Geometry, (dataset.Box{X: 124.875, Y: 75.3, W: 83.25, H: 100.4}); got != want {
		t.Errorf("box %v, expected %v", got, want)
	}
	ds = read1(t, Format, formattest.Plant(t, rotated), source.Options{})
	if got, want := ds.Annotations[1].Geometry, (dataset.RotatedBox{X: 208.125, Y: 156.875, W: 83.25, H: 62.75}); got != want {
		t.Errorf("rotated box %v, expected %v", got, want)
	}
	if _, ok := ds.Annotations[2].Geometry.(dataset.Polygon); !ok {
		t.Errorf("four corners that are no rectangle are %T", ds.Annotations[2].Geometry)
	}
	ds = read1(t, Format, formattest.Plant(t, segments), source.Options{})
	if got := len(ds.Annotations[0].Geometry.(dataset.Polygon).Parts[0]); got != 6 {
		t.Errorf("a closed outline has %d numbers", got)
	}
	ds = read1(t, Format, formattest.Plant(t, predictions), source.Options{})
	if !ds.Predictions || ds.Annotations[0].Score != 0.75 {
		t.Errorf("predictions %v, score %v", ds.Predictions, ds.Annotations[0].Score)
	}
	four := map[string]string{"classes.txt": "wren", "a.png": photo, "a.txt": "0 0.2 0.2 0.35 0.22 0.3 0.4 0.2 0.3\n0 0.1 0.1 0.4 0.1 0.4 0.5 0.1 0.5\n"}
	if _, ok := read1(t, Format, formattest.Plant(t, four), source.Options{}).Annotations[1].Geometry.(dataset.Polygon); !ok {
		t.Error("four corners beside others that are no rectangle are no outline")
	}
	if _, ok := read1(t, OBB, formattest.Plant(t, four), source.Options{}).Annotations[1].Geometry.(dataset.RotatedBox); !ok {
		t.Error("yolo-obb reads no rotated box")
	}
}

func TestPatch(t *testing.T) {
	for name, files := range map[string]map[string]string{"ultralytics": ultralytics, "segments": segments, "rotated": rotated, "darknet": darknet, "predictions": predictions} {
		t.Run(name, func(t *testing.T) {
			c := formattest.PatchCase{Format: Format.(source.Patcher), Root: formattest.Plant(t, files)}
			c.Compare.NoScores = name == "predictions"
			if name == "ultralytics" {
				c.Compare.NoSizes = true // an empty label file needs no size
			}
			c.Patch(t)
		})
	}
}

func TestPatchShared(t *testing.T) {
	for _, name := range []string{"formats/datumaro-assets/roboflow_dataset/yolo", "formats/datumaro-assets/yolo_dataset/strict", "formats/datumaro-assets/kaggle_dataset/relaxed_yolo", "formats/label-studio/test_import_yolo_data"} {
		t.Run(name, func(t *testing.T) {
			c := formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data", filepath.FromSlash(name))}
			c.Compare.NoUnused = strings.HasSuffix(name, "relaxed_yolo") // its classes are those that occur
			c.Patch(t)
		})
	}
	t.Run("voc100", func(t *testing.T) {
		images, err := filepath.Abs(shared.Dir(t, "data", "voc100-formats", "images"))
		if err != nil {
			t.Fatal(err)
		}
		formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data", "voc100-formats", "gts", "yolo_format"), Options: source.Options{Images: images}}.Patch(t)
	})
	for _, task := range []string{"object_detection", "instance_segmentation"} {
		t.Run(task, func(t *testing.T) {
			images, err := filepath.Abs(shared.Dir(t, "data", "coco128", "images"))
			if err != nil {
				t.Fatal(err)
			}
			formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data", "coco128", task), Options: source.Options{Images: images}, MaxOld: 4000}.Patch(t)
		})
	}
}

// TestBytes shows which bytes a correction changes.
func TestBytes(t *testing.T) {
	root := formattest.Plant(t, ultralytics)
	ds := read1(t, Format, root, source.Options{})
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 2, Image: 0, From: 0, To: 1},
		{Action: dataset.MoveObject, Annotation: 2, Image: 0, From: -1, To: -1, Geometry: dataset.Box{X: 10, Y: 62.75, W: 33.3, H: 25.1}},
		{Action: dataset.DeleteObject, Annotation: 1, Image: 0, From: -1, To: -1},
		{Action: dataset.AddObject, Annotation: -1, Image: 2, From: -1, To: 1, Geometry: dataset.Box{X: 0, Y: 0, W: 333, H: 251}},
		{Action: dataset.DropImage, Annotation: -1, Image: 3, From: -1, To: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	for name, want := range map[string]string{
		"labels/train/a.txt": "0 0.500000 0.500000 0.250000 0.400000\n  1\t0.08003003003 0.300000 0.100000 0.100000  \n",
		"labels/train/c.txt": "1 0.500000 0.500000 1.000000 1.000000\n",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, name)); string(got) != want {
			t.Errorf("%s is %q, expected %q", name, got, want)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "images/val/d.png")); err == nil {
		t.Error("the dropped picture is still there")
	}
}

// TestTwoNames corrects a row whose class has the name of another.
func TestTwoNames(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"classes.txt": "wren\nwren\nrobin\n", "a.png": photo, "a.txt": "1 0.5 0.5 1 1\n"})
	ds := read1(t, Format, root, source.Options{})
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass, From: 0, To: 1}})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	if got, _ := os.ReadFile(filepath.Join(root, "a.txt")); string(got) != "2 0.5 0.5 1 1\n" {
		t.Errorf("the row is %q", got)
	}
}

func TestRefusals(t *testing.T) {
	root := formattest.Plant(t, ultralytics)
	ds := read1(t, Format, root, source.Options{})
	ds.Classes = append(ds.Classes, "owl")
	change := func(c dataset.Change) error {
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c})
		return err
	}
	for want, c := range map[string]dataset.Change{
		`data.yaml does not list the class "owl"`: {Action: dataset.SetClass, From: 0, To: 2},
		"its rows are boxes":                      {Action: dataset.MoveObject, From: -1, To: -1, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 5, 0, 5, 5}}}},
		"no place for attributes":                 {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "a"}},
		"whole picture has no place":              {Action: dataset.AddObject, Annotation: -1, From: -1, To: 1},
	} {
		if err := change(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected %q", c.Action, err, want)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "labels/train/a.txt"), []byte("1 0.5 0.5 1 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, a := range []int{0, 1} {
		if err := change(dataset.Change{Action: dataset.DeleteObject, Annotation: a, From: -1, To: -1}); err == nil || !strings.Contains(err.Error(), "changed") {
			t.Errorf("annotation %d of a changed file: %v", a, err)
		}
	}
	for name, files := range map[string]map[string]string{"no labels": {"data.yaml": "names: [a]\ntrain: x\n"}, "no pictures": {"classes.txt": "a\n", "labels/a.txt": "0 1 1 1 1\n"}} {
		if _, err := Format.Read(t.Context(), formattest.Plant(t, files), source.Options{}); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
}

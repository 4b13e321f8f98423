package coco

import (
	"fmt"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// says tells whether a problem of the kind speaks of what is given.
func says(ds *dataset.Dataset, kind dataset.Kind, image string, ordinal int, words string) bool {
	for _, p := range ds.Problems {
		if p.Kind == kind && p.Image == image && p.Ordinal == ordinal && strings.Contains(p.Message+" "+p.Place, words) {
			return true
		}
	}
	return false
}

func TestReadProblems(t *testing.T) {
	file := write(t, lonely(t), "x.json", `{
"annotations": [
 {"id": 1, "image_id": 5, "category_id": 1, "bbox": [1, 2, 3, 4]},
 {"id": 2, "image_id": 99, "category_id": 1, "bbox": [1, 2, 3, 4]},
 {"id": 1, "image_id": "5", "category_id": 7, "bbox": [1, 2, NaN, -4]},
 {"id": 3, "image_id": 5.0, "bbox": [1, 2, 3]},
 {"id": 4, "image_id": 5, "category_id": 1, "segmentation": [[1, 2, 3]]},
 {"id": 5, "image_id": 5, "category_id": 1, "segmentation": [], "bbox": null},
 {"id": 6, "image_id": 5, "category_id": 1, "segmentation": {"size": [2, 2], "counts": [1, 2]}, "bbox": [0, 0, 1, 1]},
 {"id": 7, "image_id": 5, "category_id": 1, "segmentation": {"size": [200000000, 200000000], "counts": "0"}},
 {"id": 8, "image_id": 5, "category_id": 1, "segmentation": [["a", 1]]},
 {"id": 9, "image_id": 5, "category_id": 1, "bbox": [1, 2, 3, 4], "keypoints": [1, 1, 2]},
 {"id": 10, "image_id": 5, "caption": "a cat"},
 17,
 {"id": 11, "category_id": 1}
],
"images": [{"id": 5, "file_name": "sub/a.jpg", "width": 10, "height": -3}, {"id": 5, "file_name": "b.jpg"}, {"id": 6, "file_name": "../../sub/a.jpg"}, {"id": 8}, "x"],
"categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "cat"}, {"id": 1, "name": "dog"}, {"name": "no id"}]
}`)
	ds := read(t, Format, file, source.Options{})
	if len(ds.Images) != 3 || ds.Images[0].Path != "sub/a.jpg" || ds.Images[0].Width != 10 || ds.Images[0].Height != 0 || ds.Images[2].Path != "8" {
		t.Errorf("images %+v", ds.Images)
	}
	if got := strings.Join(ds.Classes, ","); got != "cat,7,without category_id" {
		t.Errorf("classes %s", got)
	}
	var kinds []string
	for _, a := range ds.Annotations {
		kind := strings.TrimPrefix(fmt.Sprintf("%T", a.Geometry), "dataset.")
		if v, ok := a.Geometry.(dataset.Invalid); ok {
			kind += ": " + v.Reason
		}
		kinds = append(kinds, a.ID+" "+kind)
	}
	want := `1 Box
1 Box
3 Invalid: its bbox is no list of four numbers
4 Invalid: a part of its segmentation has an odd number of coordinates
5 Invalid: its segmentation is empty and it has no bbox
6 Invalid: its run lengths cannot be read: the run lengths add up to 3, and 2 × 2 pixels are 4
7 Invalid: its run lengths cannot be read: their size is no list of height and width
8 Invalid: a part of its segmentation is no list of numbers
9 Box`
	if got := strings.Join(kinds, "\n"); got != want {
		t.Errorf("annotations\n%s\nnot\n%s", got, want)
	}
	for _, c := range []struct {
		kind    dataset.Kind
		image   string
		ordinal int
		words   string
	}{
		{dataset.OrphanAnnotation, "", 0, "its image_id is 99, and no image has that id; add the image or delete the annotation annotation 2"},
		{dataset.UndefinedClass, "sub/a.jpg", 2, "its category is 7"},
		{dataset.UndefinedClass, "sub/a.jpg", 3, "without category_id"},
		{dataset.DuplicateID, "sub/a.jpg", 2, "has the id 1 as well"},
		{dataset.DuplicateID, "b.jpg", 0, "two images have the id 5"},
		{"", "sub/a.jpg", 0, "listed more than once"},
		{"", "", 0, "two categories have the id 1"},
		{"", "", 0, "record 12 of the list annotations is no object"},
		{"", "", 0, "record 13 of the list annotations has no image_id"},
		{"", "", 0, "record 5 of the list images is no object with a file_name"},
		{"", "", 0, "record 4 of the list categories is no object with an id"},
		{"", "", 0, "1 caption is kept"},
		{"", "", 0, "1 set of keypoints is kept"},
	} {
		if !says(ds, c.kind, c.image, c.ordinal, c.words) {
			t.Errorf("no problem of kind %q about %q %d says %q", c.kind, c.image, c.ordinal, c.words)
		}
	}
	if t.Failed() {
		for _, p := range ds.Problems {
			t.Logf("%+v", p)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for content, want := range map[string]string{
		``:                           "x.json: line 1 column 1: expected a value, found the end of the file",
		`{"images": [{]}`:            "x.json: line 1 column 14: expected a key in double quotes or }, found ]",
		`{"a": 1}`:                   "neither a list images nor a list annotations",
		`[1, 2]`:                     "it is a list",
		"{\"images\":\n[{\"id\": 1}": "x.json: line 2 column 11: expected a comma or ], found the end of the file",
	} {
		_, err := Format.Read(t.Context(), write(t, lonely(t), "x.json", content), source.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v does not say %q", content, err, want)
		}
	}
	if _, err := Format.Read(t.Context(), lonely(t), source.Options{}); err == nil || !strings.Contains(err.Error(), "holds no COCO file") {
		t.Errorf("an empty folder: %v", err)
	}
	for content, want := range map[string]string{
		`{"a": 1}`: "it is an object", `[`: "line 1 column 2", `{"a": [1]}`: "it is an object",
	} {
		_, err := Results.Read(t.Context(), write(t, lonely(t), "x.json", content), source.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("results %s: %v does not say %q", content, err, want)
		}
	}
}

func TestReadClassesAndSplit(t *testing.T) {
	dir := lonely(t)
	write(t, dir, "train/_annotations.coco.json", sources["python"])
	write(t, dir, "train/a.jpg", "")
	write(t, dir, "valid/_annotations.coco.json", sources["only one"])
	write(t, dir, "valid/a.jpg", "")
	ds := read(t, Format, dir, source.Options{})
	if ds.Images[0].Path != "train/a.jpg" || ds.Images[1].Path != "train/b.jpg" || ds.Images[2].Path != "valid/a.jpg" || ds.Images[2].Split != "valid" || len(ds.Annotations) != 5 {
		t.Errorf("%+v", ds.Images)
	}
	ds = read(t, Format, dir, source.Options{Split: "valid", Classes: []string{"dog"}})
	if len(ds.Images) != 1 || len(ds.Annotations) != 1 || len(ds.Problems) != 1 || ds.Problems[0].Kind != dataset.UndefinedClass {
		t.Errorf("%+v %+v", ds.Images, ds.Problems)
	}
}

// A file where all annotations have a score is a model's.
func TestReadScores(t *testing.T) {
	ds := read(t, Format, write(t, lonely(t), "x.json", `{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}], "categories": [{"id": 1, "name": "a"}]}`), source.Options{})
	if !ds.Predictions || ds.Annotations[0].Score != 0.5 {
		t.Errorf("%+v", ds)
	}
}

func TestSplits(t *testing.T) {
	for name, want := range map[string]string{
		"instances_train2017.json": "train2017", "instances_default.json": "", "instances_v2.json": "", "lvis_v1_val.json": "val", "annotations.json": "",
	} {
		p, err := source.NewPeek(write(t, lonely(t), name, sources["only one"]))
		if err != nil {
			t.Fatal(err)
		}
		if files := discover(p); files[0].split != want {
			t.Errorf("%s is of the split %q, not %q", name, files[0].split, want)
		}
	}
}

// LVIS has addresses in place of names.
func TestReadLVIS(t *testing.T) {
	dir := lonely(t)
	write(t, dir, "images/val2017/000000000009.jpg", "")
	write(t, dir, "annotations/lvis_v1_val.json", `{"images": [{"id": 9, "coco_url": "http://images.example/val2017/000000000009.jpg", "neg_category_ids": [3], "height": 5, "width": 6}], "annotations": [{"id": 1, "image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4]}], "categories": [{"id": 1, "name": "aerosol_can", "synset": "aerosol.n.02", "frequency": "c"}]}`)
	ds := read(t, Format, dir, source.Options{})
	if ds.Images[0].Path != "images/val2017/000000000009.jpg" || ds.Images[0].Split != "val" {
		t.Errorf("%+v", ds.Images)
	}
}

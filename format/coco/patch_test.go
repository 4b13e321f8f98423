package coco

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

var everything = []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}

// sources are fixtures by name: COCO in the spellings that are found.
var sources = map[string]string{
	"python": `{"info": {"x": null}, "images": [{"id": 9, "file_name": "a.jpg", "width": 64, "height": 48}, {"id": 10, "file_name": "b.jpg", "width": 20, "height": 10}], "annotations": [{"id": 3, "image_id": 9, "category_id": 1, "bbox": [1.50, 2, 30.0, 4.25], "area": 127.5, "segmentation": [], "iscrowd": 0, "more": {"deep": [1]}}, {"id": 5, "image_id": 10, "category_id": 7, "bbox": [0, 0, 2, 3], "area": 6, "segmentation": [], "iscrowd": 0}, {"id": 4, "image_id": 9, "category_id": 7, "bbox": [5, 6, 7.0, 8], "area": 56.0, "segmentation": [], "iscrowd": 0, "attributes": {"occluded": false, "n": 1}}, {"id": 6, "image_id": 9, "category_id": 1, "bbox": [9, 9, 9, 9], "area": 81, "segmentation": [], "iscrowd": 1, "occluded": true}], "categories": [{"id": 1, "name": "cat"}, {"id": 7, "name": "dog"}]}`,
	"annotations first, ids as texts, indented": `{
  "annotations": [
    {
      "segmentation": [
        [
          1.0,
          2.0,
          5.0,
          2.0,
          5.0,
          9.5
        ]
      ],
      "category_id": "c1",
      "image_id": "i1",
      "bbox": [
        1.0,
        2.0,
        4.0,
        7.5
      ],
      "id": "7"
    },
    {
      "image_id": "i2",
      "category_id": "c2",
      "id": "9",
      "bbox": [
        1,
        2,
        3,
        4
      ]
    },
    {
      "image_id": "i1",
      "category_id": "c2",
      "segmentation": {
        "size": [
          4,
          3
        ],
        "counts": [
          1,
          2,
          3,
          6
        ]
      },
      "iscrowd": true,
      "bbox": [
        0,
        1,
        1,
        2
      ],
      "area": 8
    },
    {
      "image_id": "i1",
      "category_id": "c1",
      "segmentation": {
        "size": [
          4,
          3
        ],
        "counts": "1234"
      }
    }
  ],
  "categories": [
    {
      "id": "c1",
      "name": "cat"
    },
    {
      "id": "c2",
      "name": "dog"
    }
  ],
  "images": [
    {
      "id": "i2",
      "file_name": "b.jpg"
    },
    {
      "id": "i1",
      "file_name": "a.jpg"
    }
  ]
}
`,
	"outlines": "\xef\xbb\xbf{\"type\":\"instances\",\r\n\"images\":[\r\n{\"id\":1,\"file_name\":\"a.jpg\"},\r\n{\"id\":2,\"file_name\":\"b.jpg\"}],\r\n\"annotations\":[\r\n{\"id\":1,\"image_id\":1,\"category_id\":1,\"bbox\":[1,2,3,4],\"segmentation\":[[1,2,1,6,4,6,4,2]],\"area\":12},\r\n{\"id\":2,\"image_id\":1,\"category_id\":2,\"bbox\":[5,5,3,4],\"segmentation\":[[5,5,5,9,8,9,8,5]],\"area\":12}\r\n],\"categories\":[{\"id\":1,\"name\":\"cat\"},{\"id\":2,\"name\":\"dog\"}]}",
	"labels":   `{"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1}, {"id": 2, "image_id": 1, "category_id": 2}, {"id": 3, "image_id": 1, "category_id": 1}, {"id": 4, "image_id": 2, "category_id": 2}, {"id": 5, "image_id": 2, "caption": "two cats"}], "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]}`,
	"only one": `{"images":[{"id":1,"file_name":"a.jpg"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1,"name":"cat"},{"id":2,"name":"dog"}]}`,
}

// write makes a file in a folder and returns its path.
func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	return filepath.Join(formattest.Put(t, dir, map[string]string{name: content}), filepath.FromSlash(name))
}

func TestPatch(t *testing.T) {
	for name, content := range sources {
		t.Run(name, func(t *testing.T) {
			dir := lonely(t)
			write(t, dir, "instances.json", content)
			actions := everything
			if name == "labels" {
				actions = []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}
			}
			formattest.PatchCase{
				Format: Format.(source.Patcher), Root: dir, Path: "instances.json", Actions: actions,
				Attribute: dataset.Attribute{Name: "occluded", Value: "true"},
			}.Patch(t)
		})
	}
}

// Each correction by its bytes.
func TestPatchBytes(t *testing.T) {
	python := sources["python"]
	first := `{"id": 3, "image_id": 9, "category_id": 1, "bbox": [1.50, 2, 30.0, 4.25], "area": 127.5, "segmentation": [], "iscrowd": 0, "more": {"deep": [1]}}`
	for _, c := range []struct {
		name     string
		change   dataset.Change
		old, new string
	}{
		{"class", dataset.Change{Action: dataset.SetClass, Annotation: 0, From: 0, To: 1}, `"category_id": 1, "bbox": [1.50`, `"category_id": 7, "bbox": [1.50`},
		{"box", dataset.Change{Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.Box{X: 1.5, Y: 3, W: 31, H: 4.25}}, `[1.50, 2, 30.0, 4.25], "area": 127.5`, `[1.50, 3, 31.0, 4.25], "area": 131.75`},
		{"box to polygon", dataset.Change{Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.Polygon{Parts: [][]float64{{1.5, 2, 31.5, 2, 31.5, 6.25}}}}, `"area": 127.5, "segmentation": []`, `"area": 63.75, "segmentation": [[1.50, 2.0, 31.5, 2.0, 31.5, 6.25]]`},
		{"delete", dataset.Change{Action: dataset.DeleteObject, Annotation: 0}, first + ", ", ""},
		{"add", dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}}, `"occluded": true}]`, `"occluded": true}, {"id": 7, "image_id": 9, "category_id": 7, "bbox": [1.0, 2.0, 3.0, 4.0], "area": 12.0, "segmentation": [], "iscrowd": 0}]`},
		{"attribute", dataset.Change{Action: dataset.SetAttribute, Annotation: 2, Attribute: dataset.Attribute{Name: "n", Value: "2"}}, `"n": 1`, `"n": 2`},
		{"new attribute", dataset.Change{Action: dataset.SetAttribute, Annotation: 0, Attribute: dataset.Attribute{Name: "n", Value: "two"}}, `"more": {"deep": [1]}}`, `"more": {"deep": [1]}, "attributes": {"n": "two"}}`},
		{"attribute outside", dataset.Change{Action: dataset.SetAttribute, Annotation: 3, Attribute: dataset.Attribute{Name: "occluded", Value: "false"}}, `"occluded": true`, `"occluded": false`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := lonely(t)
			file := write(t, dir, "instances.json", python)
			ds := read(t, Format, file, source.Options{})
			if c.change.Annotation != dataset.None {
				c.change.Image = ds.Annotations[c.change.Annotation].Image
			}
			if err := c.change.Check(ds); err != nil {
				t.Fatal(err)
			}
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(python, c.old, c.new, 1); string(got) != want {
				t.Errorf("got\n%s\nnot\n%s", got, want)
			}
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := lonely(t)
	file := write(t, dir, "instances.json", sources["python"])
	ds := read(t, Format, file, source.Options{})
	set := dataset.Change{Action: dataset.SetClass, Annotation: 0, Image: 0, From: 0, To: 1}
	refused := func(what, sentence string, c dataset.Change) {
		t.Helper()
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c})
		if err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: %v does not say %q", what, err, sentence)
		}
	}
	refused("rotated box", "no rotated boxes", dataset.Change{Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.RotatedBox{W: 1, H: 1}})
	ds.Classes = append(ds.Classes, "new")
	refused("new class", `do not list the class "new"`, dataset.Change{Action: dataset.SetClass, Annotation: 0, From: 0, To: 2})
	write(t, dir, "instances.json", strings.Replace(sources["python"], `"id": 3`, `"id": 33`, 1))
	refused("another id", "has changed since it was read", set)
	write(t, dir, "instances.json", strings.Replace(sources["python"], `"image_id": 9`, `"image_id": 10`, 3))
	refused("fewer annotations", "has changed since it was read", dataset.Change{Action: dataset.DeleteObject, Annotation: 3, Image: 0, From: dataset.None, To: dataset.None})
	write(t, dir, "instances.json", strings.Replace(sources["python"], `a.jpg`, `c.jpg`, 1))
	refused("no image", "does not list the image a.jpg any more", set)
	write(t, dir, "instances.json", `{"images": [`)
	refused("cut off", "line 1 column 13", set)
}

func TestPatchShared(t *testing.T) {
	for _, c := range []struct{ root, path string }{
		{"voc100-formats/gts/coco_format_v1", ""},
		{"voc100-formats/gts/coco_format_v2", "instances_v2.json"},
		{"coco128/annotations", "instances_train2017.json"},
		{"cocoeval-reference/small", "gt_dataset.json"},
		{"formats/datumaro-assets/coco_dataset/coco", ""},
		{"formats/datumaro-assets/coco_dataset/coco_roboflow", ""},
		{"formats/datumaro-assets/coco_dataset/coco_person_keypoints", ""},
		{"formats/datumaro-assets/coco_dataset/coco_stuff", ""},
		{"formats/datumaro-assets/kaggle_dataset/relaxed_coco", ""},
		{"formats/labelme/instance_segmentation/data_dataset_coco", ""},
	} {
		t.Run(c.root, func(t *testing.T) {
			formattest.PatchCase{
				Format: Format.(source.Patcher), Root: shared.Dir(t, "data", filepath.FromSlash(c.root)), Path: c.path,
				Actions: everything, Attribute: dataset.Attribute{Name: "checked", Value: "yes"}, MaxOld: 8000,
			}.Patch(t)
		})
	}
}

// The first annotation of an indented file is indented, too.
func TestPatchEmptyList(t *testing.T) {
	file := write(t, lonely(t), "instances.json", "{\n  \"images\": [\n    {\"id\": 1, \"file_name\": \"a.jpg\"}\n  ],\n  \"annotations\": [],\n  \"categories\": [{\"id\": 1, \"name\": \"cat\"}]\n}\n")
	ds := read(t, Format, file, source.Options{})
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.AddObject, Annotation: dataset.None, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4.5}, From: dataset.None}})
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Files[0].Edits; len(e) != 1 || string(e[0].New) != "\n    {\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4.5], \"area\": 13.5, \"iscrowd\": 0}\n  " {
		t.Errorf("%s", p.Files[0].Edits[0].New)
	}
}

package datumaro

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func TestReadShared(t *testing.T) {
	for _, c := range []struct {
		dir                           string
		images, annotations, problems int
		classes                       []string
		splits                        []string
		found                         bool
	}{
		{"datumaro_dataset/legacy", 4, 7, 0, []string{"car", "bicycle", "tom", "mary"}, []string{"test", "train", "validation"}, true},
		{"algorithms/noisy_label_detection_cls", 6, 6, 2, []string{"label_1", "label_0"}, []string{"train"}, true},
		{"algorithms/noisy_label_detection_det", 10, 67, 4, []string{"dice3", "dice5", "dice4", "dice6", "dice1", "dice2"}, []string{"train"}, false},
	} {
		t.Run(c.dir, func(t *testing.T) {
			ds := formattest.Read(t, Format, shared.Dir(t, "data", "formats", "datumaro-assets", c.dir))
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || len(ds.Problems) != c.problems || !slices.Equal(ds.Classes, c.classes) || !slices.Equal(ds.Splits(), c.splits) {
				t.Errorf("%d images, %d annotations, %q, %q, problems:\n%s", len(ds.Images), len(ds.Annotations), ds.Classes, ds.Splits(), formattest.Messages(ds))
			}
			for i := range ds.Images {
				if _, _, err := source.StatPicture(ds, &ds.Images[i]); (err == nil) != c.found {
					t.Errorf("%s: %v", ds.Images[i].Path, err)
				}
			}
		})
	}
}

// spread holds everything that is read, and what is passed over.
var spread = map[string]string{
	"annotations/train.json": `{
    "dm_format_version": "1.0",
    "infos": {"author": "\u00e9"},
    "categories": {
        "label": {
            "labels": [
                {"name": "car", "parent": "", "attributes": []},
                {"name": "b\u00fcs", "parent": "car", "attributes": []},
                {"name": "unused", "parent": "", "attributes": []}
            ],
            "attributes": []
        }
    },
    "items": [
        {
            "id": "a",
            "annotations": [
                {
                    "id": 7,
                    "type": "bbox",
                    "attributes": {
                        "occluded": false,
                        "score": 1.0,
                        "loss": [1, 2, 3],
                        "pose": "left",
                        "rotation": 0.0
                    },
                    "group": 3,
                    "label_id": 0,
                    "z_order": 0,
                    "bbox": [10.50, 2e1, 30.0, 4]
                },
                {
                    "id": 8,
                    "type": "polygon",
                    "attributes": {"is_crowd": true},
                    "group": 2,
                    "label_id": 1,
                    "points": [1.0, 2.0, 30.0, 2.5, 20.0, 40.0],
                    "z_order": 1
                },
                {
                    "id": 8,
                    "type": "polygon",
                    "attributes": {"is_crowd": true},
                    "group": 2,
                    "label_id": 1,
                    "points": [50.0, 2.0, 80.0, 2.5, 70.0, 40.0],
                    "z_order": 1
                },
                {"id": 9, "type": "mask", "attributes": {}, "group": 0, "label_id": 1, "rle": {"counts": "52=", "size": [4, 5]}, "z_order": 0},
                {"id": 10, "type": "bbox", "attributes": {"rotation": 30.0}, "group": 0, "label_id": 0, "z_order": 0, "bbox": [10, 20, 30, 40]},
                {"id": 11, "type": "label", "attributes": {}, "group": 0, "label_id": 5},
                {"id": 12, "type": "points", "label_id": 0, "points": [1, 2], "visibility": [2]},
                {"id": 13, "type": "points", "label_id": 0, "points": [1, 2], "visibility": [2]},
                {"id": 14, "type": "caption", "caption": "a car"},
                {"id": 15, "type": "bbox", "label_id": null, "bbox": [1, 2, 3, 4]}
            ],
            "attr": {"frame": 0},
            "image": {
                "path": "a.jpg",
                "size": [100, 200]
            }
        },
        {"id": "cloud", "annotations": [], "point_cloud": {"path": "x.pcd"}},
        {
            "id": "sub/b",
            "annotations": [],
            "image": {
                "path": ""
            }
        }
    ]
}
`,
	"annotations/default.json": `{"items": [{"id": "c", "annotations": [{"id": 0, "type": "label", "label_id": 0}], "image": {"path": "c.png"}}], "categories": {"label": {"labels": [{"name": "car"}, {"name": "tree"}]}}}`,
	"images/train/a.jpg":       "a",
	"images/train/sub/b.bmp":   "b",
	"images/val/a.jpg":         "another",
	"images/c.png":             "c",
}

func TestReadSpread(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Put(t, t.TempDir(), spread))
	if !slices.Equal(ds.Classes, []string{"car", "tree", "büs", "unused", "5"}) {
		t.Errorf("classes %q", ds.Classes)
	}
	images := []dataset.Image{
		{Path: "images/c.png", ID: "c"},
		{Path: "images/train/a.jpg", ID: "a", Split: "train", Width: 200, Height: 100},
		{Path: "images/train/sub/b.bmp", ID: "sub/b", Split: "train"},
	}
	for i, want := range images {
		got := ds.Images[i]
		if len(ds.Images) != 3 || got.Path != want.Path || got.ID != want.ID || got.Split != want.Split || got.Width != want.Width || got.Height != want.Height {
			t.Errorf("image %+v, want %+v", got, want)
		}
	}
	want := &dataset.Dataset{Classes: ds.Classes, Images: ds.Images, Annotations: []dataset.Annotation{
		{Image: 0, Class: 0, ID: "0"},
		{Image: 1, Class: 0, ID: "7", Geometry: dataset.Box{X: 10.5, Y: 20, W: 30, H: 4}, Attributes: []dataset.Attribute{{Name: "occluded", Value: "false"}, {Name: "score", Value: "1.0"}, {Name: "pose", Value: "left"}, {Name: "group", Value: "3"}}},
		{Image: 1, Class: 2, ID: "8", Crowd: true, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 30, 2.5, 20, 40}, {50, 2, 80, 2.5, 70, 40}}}, Attributes: []dataset.Attribute{{Name: "z_order", Value: "1"}}},
		{Image: 1, Class: 2, ID: "9", Geometry: dataset.Mask{Width: 5, Height: 4, Counts: []uint32{5, 2, 13}}},
		{Image: 1, Class: 0, ID: "10", Geometry: dataset.RotatedBox{X: 25, Y: 40, W: 30, H: 40, Angle: 30}},
		{Image: 1, Class: 4, ID: "11"},
	}}
	for _, d := range formattest.Diff(ds, want, formattest.Comparison{}) {
		t.Error(d)
	}
	text := formattest.Messages(ds)
	for _, part := range []string{
		`undefined-class images/train/a.jpg annotations/train.json item 1: the label_id 5`,
		`2 annotations of the type "points" are kept`, `1 annotation of the type "caption" is kept`,
		`1 bbox without a label_id`, `1 attribute "loss", a list or an object, is kept`, `1 item without a picture`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("problems do not say %q:\n%s", part, text)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), spread)
	ds := formattest.Read(t, Format, filepath.Join(dir, "annotations", "train.json"))
	if ds.Root != dir || len(ds.Images) != 2 || ds.Images[0].Path != "images/train/a.jpg" || ds.Source != filepath.Join(dir, "annotations", "train.json") {
		t.Errorf("root %s, source %s, images %+v", ds.Root, ds.Source, ds.Images)
	}
	ds = formattest.Read(t, Format, filepath.Join(dir, "annotations"))
	if ds.Root != dir || len(ds.Images) != 3 {
		t.Errorf("root %s, images %+v", ds.Root, ds.Images)
	}
	ds, err := Format.Read(t.Context(), dir, source.Options{Split: "train", Images: filepath.Join(dir, "images")})
	if err != nil || len(ds.Images) != 2 || ds.Images[0].Path != "train/a.jpg" {
		t.Errorf("%+v, %v", ds, err)
	}
	ds, err = Format.Read(t.Context(), dir, source.Options{Classes: []string{"car"}})
	if err != nil || !strings.Contains(formattest.Messages(ds), `the label "büs" is not in the list`) {
		t.Errorf("%v, %v", formattest.Messages(ds), err)
	}
}

func TestReadBad(t *testing.T) {
	item := func(annotation string) string {
		return `{"categories": {"label": {"labels": [{"name": "car"}]}}, "items": [{"id": "a", "annotations": [` + annotation + `], "image": {"path": "a.jpg"}}, {"id": "z", "image": {"path": "z.jpg"}}]}`
	}
	for name, c := range map[string]struct{ content, want string }{
		"cut":               {`{"categories": {}, "items": [{"id": "z", "image": {"path": "z.jpg"}}, {`, "it cannot be read to its end: line 1"},
		"other JSON":        {`{"images": []}`, "1 JSON file that is no subset"},
		"no object":         {item(`7`), "no object of JSON"},
		"same id":           {`{"items": [{"id": "a", "image": {"path": "a.jpg"}}, {"id": "a", "image": {"path": "b.jpg"}}]}`, "duplicate-id b.jpg"},
		"same picture":      {`{"items": [{"id": "a", "image": {"path": "a.jpg"}}, {"id": "b", "image": {"path": "a.jpg"}}]}`, "listed before"},
		"short box":         {item(`{"type": "bbox", "label_id": 0, "bbox": [1, 2, 3]}`), "Invalid its bbox is wrong: it has 3 numbers"},
		"text in a box":     {item(`{"type": "bbox", "label_id": 0, "bbox": [1, 2, 3, "x"]}`), "element 4 is no number"},
		"no box":            {item(`{"type": "bbox", "label_id": 0}`), "it is no list"},
		"odd points":        {item(`{"type": "polygon", "label_id": 0, "points": [1, 2, 3]}`), "they are 3 numbers, not pairs"},
		"no run lengths":    {item(`{"type": "mask", "label_id": 0, "rle": {"size": [4, 5]}}`), "it has no counts"},
		"huge mask":         {item(`{"type": "mask", "label_id": 0, "rle": {"counts": "1", "size": [1048576, 1048576]}}`), "larger than"},
		"mask does not fit": {item(`{"type": "mask", "label_id": 0, "rle": {"counts": [1, 2], "size": [4, 5]}}`), "add up to 3"},
		"bad counts":        {item(`{"type": "mask", "label_id": 0, "rle": {"counts": [1, -2], "size": [4, 5]}}`), "count 2 is no number of pixels"},
		"escaping path":     {`{"items": [{"id": "a", "image": {"path": "../../../etc/passwd"}}]}`, "image etc/passwd"},
	} {
		t.Run(name, func(t *testing.T) {
			ds := formattest.Read(t, Format, formattest.Put(t, t.TempDir(), map[string]string{"a.json": c.content, "b.json": item("")}))
			text := formattest.Messages(ds)
			for _, a := range ds.Annotations {
				if v, ok := a.Geometry.(dataset.Invalid); ok {
					text += "\nInvalid " + v.Reason
				}
			}
			for _, im := range ds.Images {
				text += "\nimage " + im.Path
			}
			if !strings.Contains(text, c.want) {
				t.Errorf("%q is not in\n%s", c.want, text)
			}
			if len(ds.Images) < 2 {
				t.Error("the other file was not read")
			}
		})
	}
	for content, want := range map[string]string{`{"items": [{`: "line 1 column 13", `{"images": []}`: "expected JSON with categories and items"} {
		dir := formattest.Put(t, t.TempDir(), map[string]string{"a.json": content})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", content, err)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), spread)
	formattest.Put(t, dir, map[string]string{
		"coco/annotations/a.json": `{"info": {}, "images": [], "annotations": [], "categories": []}`,
		"flat/default.json":       spread["annotations/train.json"],
	})
	for name, want := range map[string]source.Confidence{
		"": source.Sure, "annotations": source.Sure, "annotations/train.json": source.Sure, "flat": source.Sure,
		"annotations/default.json": source.Sure, "coco": source.No, "coco/annotations/a.json": source.No, "images/c.png": source.No,
	} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v, want %d", name, m, want)
		}
	}
}

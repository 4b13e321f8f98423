package nucleus

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

const one = `{
    "items": [
        {"image_url": "s3://bucket/a.jpg", "reference_id": "a", "metadata": {"weather": "rain", "split": "train", "n": 3, "deep": {"x": 1}}},
        {"image_url": "pictures/b.jpg", "reference_id": "b", "metadata": {"weather": "sun"}},
        {"pointcloud_url": "c.json", "reference_id": "c"}
    ],
    "annotations": [
        {
            "label": "car",
            "type": "box",
            "geometry": {
                "x": 1.0,
                "y": 2.50,
                "width": 3,
                "height": 4
            },
            "reference_id": "a",
            "annotation_id": "a-1",
            "metadata": {
                "occluded": false,
                "color": "red"
            },
            "embedding_vector": null
        },
        {
            "label": "bus",
            "type": "polygon",
            "geometry": {
                "vertices": [
                    {
                        "x": 0,
                        "y": 0
                    },
                    {
                        "x": 9,
                        "y": 0
                    },
                    {
                        "x": 9,
                        "y": 9
                    }
                ]
            },
            "reference_id": "a",
            "annotation_id": "a-2",
            "metadata": {}
        },
        {"label": "street", "type": "category", "taxonomy_name": "scene", "reference_id": "a", "geometry": {}},
        {"labels": ["wet", "dirty"], "type": "multicategory", "reference_id": "b", "geometry": {}},
        {"label": "x", "type": "line", "geometry": {"vertices": []}, "reference_id": "a"},
        {"mask_url": "m.png", "annotations": [{"label": "car", "index": 1}], "reference_id": "a"}
    ]
}
`

const rows = `[
  {"item": {"reference_id": "a", "image_url": "a.jpg"}, "annotations": {"box": [{"label": "car", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "a"}], "polygon": []}},
  {"item": {"reference_id": "b", "image_url": "b.jpg"}, "annotations": {"box": []}},
  {"item": {"reference_id": "d", "image_url": "d.jpg"}, "annotations": {"box": [{"label": "bus", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "d"}, {"label": "car", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "d"}]}}
]
`

const itemLines = `{"reference_id": "a", "image_url": "x/a.jpg"}
{"reference_id": "b", "image_url": "x/b.jpg"}
`

const annotationLines = `{"type": "box", "label": "car", "reference_id": "a", "geometry": {"x": 1, "y": 2, "width": 3, "height": 4}, "annotation_id": "1"}
{"type": "box", "label": "bus", "reference_id": "b", "geometry": {"height": 4, "width": 3, "y": 2, "x": 1.5}, "annotation_id": "2"}
{"type": "box", "label": "car", "reference_id": "a", "geometry": {"x": 1, "y": 2, "width": 3, "height": 4}, "annotation_id": "3"}
{"type": "box", "label": "car", "reference_id": "z", "geometry": {"x": 1, "y": 2, "width": 3, "height": 4}}
`

const byType = `{"items": [{"reference_id": "a", "image_url": "a.jpg"}, {"reference_id": "b", "image_url": "b.jpg"}],
 "annotations": {"box": [{"label": "car", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "a"}, {"label": "bus", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "a"}],
  "category": [{"label": "day", "type": "category", "geometry": {}, "reference_id": "b"}]}}
`

const annotationsOnly = `[{"label": "car", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "a.jpg"}, {"label": "bus", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "b.jpg"}]`

const predictions = `{"items": [{"reference_id": "a", "image_url": "a.jpg"}],
"predictions": [{"label": "car", "type": "box", "geometry": {"x": 1, "y": 1, "width": 2, "height": 2}, "reference_id": "a", "confidence": 0.75, "class_pdf": {"car": 0.75, "bus": 0.25}}]}`

func TestRead(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"a.json": one, "pictures/b.jpg": ""})
	ds := formattest.Read(t, Format, filepath.Join(root, "a.json"))
	if ds.Root != root || ds.Images[0].Path != "bucket/a.jpg" || ds.Images[1].Path != "pictures/b.jpg" {
		t.Errorf("root %s, images %+v", ds.Root, ds.Images)
	}
	if im := ds.Images[0]; im.ID != "a" || im.Split != "train" || !slices.Equal(im.Metadata, []string{"rain", "3"}) || !slices.Equal(ds.MetadataColumns, []string{"weather", "n"}) {
		t.Errorf("the first image is %+v of %v", im, ds.MetadataColumns)
	}
	if got := strings.Join(ds.Classes, " "); got != "bus car dirty street wet" {
		t.Errorf("classes are %s", got)
	}
	if len(ds.Annotations) != 5 {
		t.Fatalf("annotations are %+v", ds.Annotations)
	}
	if a := ds.Annotations[0]; a.Geometry != (dataset.Box{X: 1, Y: 2.5, W: 3, H: 4}) || a.ID != "a-1" || !slices.Equal(a.Attributes, []dataset.Attribute{{Name: "occluded", Value: "false"}, {Name: "color", Value: "red"}}) {
		t.Errorf("the first annotation is %+v", a)
	}
	if p, ok := ds.Annotations[1].Geometry.(dataset.Polygon); !ok || !slices.Equal(p.Parts[0], []float64{0, 0, 9, 0, 9, 9}) {
		t.Errorf("the second annotation is %+v", ds.Annotations[1])
	}
	if a := ds.Annotations[2]; a.Geometry != nil || len(a.Attributes) != 1 || a.Attributes[0] != (dataset.Attribute{Name: "taxonomy_name", Value: "scene"}) {
		t.Errorf("the third annotation is %+v", a)
	}
	if ds.Classes[ds.Annotations[4].Class] != "dirty" || ds.Annotations[4].Image != 1 {
		t.Errorf("the last annotation is %+v", ds.Annotations[4])
	}
	var got []string
	for _, p := range ds.Problems {
		got = append(got, p.Message)
	}
	for i, want := range []string{"it is a point cloud", "1 line is kept in the file as it is and not checked", "1 segmentation is kept"} {
		if i >= len(got) || !strings.Contains(got[i], want) {
			t.Errorf("problem %d of %q is not %q", i, got, want)
		}
	}
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		name                string
		files               map[string]string
		images, annotations int
		problem             string
		predictions         bool
	}{
		{"rows", map[string]string{"a.json": rows}, 3, 3, "", false},
		{"lines in two files, annotations first", map[string]string{"annotations.jsonl": annotationLines, "items.jsonl": itemLines}, 2, 3, "speaks of the item z, which is not listed", false},
		{"lists by type", map[string]string{"a.json": byType}, 2, 3, "", false},
		{"annotations only", map[string]string{"a.json": annotationsOnly}, 2, 2, "", false},
		{"predictions", map[string]string{"a.json": predictions}, 1, 1, "", true},
		{"predictions beside annotations", map[string]string{"a.json": byType, "p.json": predictions}, 2, 3, "prediction is kept", false},
		{"one line", map[string]string{"a.jsonl": strings.SplitAfter(itemLines, "\n")[0]}, 1, 0, "", false},
		{"a scored list", map[string]string{"a.json": `[{"label": "x", "type": "category", "reference_id": "q", "confidence": 0.5}]`}, 1, 1, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, c.files)
			if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
				t.Errorf("detected as %v", m)
			}
			ds := formattest.Read(t, Format, root)
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || ds.Predictions != c.predictions {
				t.Errorf("%d images, %d annotations, predictions %v", len(ds.Images), len(ds.Annotations), ds.Predictions)
			}
			found := c.problem == ""
			for _, p := range ds.Problems {
				found = found || strings.Contains(p.Message, c.problem)
			}
			if !found || c.problem == "" && len(ds.Problems) > 0 {
				t.Errorf("the problems are %+v", ds.Problems)
			}
		})
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, content, fails, problem string }{
		{"no JSON", `{"items": [`, "cannot be read", ""},
		{"nothing of it", `{"images": []}`, "holds no items", ""},
		{"an item that is a number", `{"items": [5, {"reference_id": "a"}]}`, "", "it is a number"},
		{"an item without anything", `{"items": [{}, {"reference_id": "a"}]}`, "", "no image_url and no reference_id"},
		{"two items", `{"items": [{"reference_id": "a"}, {"reference_id": "a"}]}`, "", "which an item before has already"},
		{"one picture twice", `{"items": [{"reference_id": "a", "image_url": "x.jpg"}, {"reference_id": "b", "image_url": "x.jpg"}]}`, "", "is a further item of the picture x.jpg"},
		{"no reference", `{"items": [{"reference_id": "a"}], "annotations": [{"type": "box", "label": "x"}]}`, "", "names no item"},
		{"no label", `{"items": [{"reference_id": "a"}], "annotations": [{"type": "box", "reference_id": "a"}]}`, "", "1 annotation without a label"},
		{"an odd type", `{"items": [{"reference_id": "a"}], "annotations": [{"type": "blob", "label": "x", "reference_id": "a"}]}`, "", `annotation of the type "blob"`},
		{"a record that is a list", `{"items": [{"reference_id": "a"}], "annotations": [[]]}`, "", "record that is no object"},
		{"ids", `{"items": [{"reference_id": "a"}], "annotations": [{"type": "category", "label": "x", "reference_id": "a", "annotation_id": 1}, {"type": "category", "label": "x", "reference_id": "a", "annotation_id": 1}]}`, "", "has the annotation_id 1"},
		{"cut", `{"items": [{"reference_id": "a"}], "annotations": [{"type": `, "", "cannot be read to its end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), formattest.Plant(t, map[string]string{"a.json": c.content})+"/a.json", source.Options{})
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, c.problem) {
				t.Errorf("the problems are %+v", ds.Problems)
			}
		})
	}
	for shape, reason := range map[string]string{
		`{"type": "box", "geometry": {"x": 1, "y": 2, "width": 3}}`:           "no number height",
		`{"type": "polygon", "geometry": {}}`:                                 "no vertices",
		`{"type": "polygon", "geometry": {"vertices": [{"x": 1}]}}`:           "vertex 1 of the polygon",
		`{"type": "polygon", "geometry": {"vertices": [{"x": 1, "y": "2"}]}}`: "vertex 1 of the polygon",
	} {
		ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"a.json": `[{"reference_id": "a", "label": "x", ` + shape[1:] + `]`}))
		if g, ok := ds.Annotations[0].Geometry.(dataset.Invalid); !ok || !strings.Contains(g.Reason, reason) {
			t.Errorf("%s is read as %+v", shape, ds.Annotations[0].Geometry)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"a.png": "a picture", "b/c.png": "another"})
	ds := &dataset.Dataset{
		Name: "all", Root: root, Classes: []string{"car", "röd"}, MetadataColumns: []string{"weather"},
		Images: []dataset.Image{{Path: "a.png", Split: "fold 1", Metadata: []string{"sun"}}, {Path: "b/c.png", Metadata: []string{""}}},
		Annotations: []dataset.Annotation{
			{Geometry: dataset.Box{X: 0.1, Y: 0.2, W: 3, H: 1e-7}, Attributes: []dataset.Attribute{{Name: "a", Value: "1.50"}, {Name: "b", Value: "x\"y"}}},
			{Class: 1, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 5.5, 0, 5, 5}}}, Score: 0.5},
			{Class: 1, Attributes: []dataset.Attribute{{Name: "taxonomy_name", Value: "scene"}, {Name: "z", Value: "true"}}},
			{Class: 0},
		},
	}
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	ds.Predictions = true
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	if out, ok := shape(dataset.Mask{Width: 4, Height: 1, Counts: []uint32{0, 1, 1, 1, 1}}); !ok || out.Bounds() != (dataset.Box{W: 3, H: 1}) {
		t.Errorf("a mask of two parts becomes %v", out)
	}
	if out, ok := shape(dataset.RotatedBox{X: 5, Y: 5, W: 2, H: 4, Angle: 90}); !ok || out.Bounds() != (dataset.Box{X: 3, Y: 4, W: 4, H: 2}) {
		t.Errorf("a rotated box becomes %v", out)
	}
	if out, ok := shape(dataset.Invalid{}); ok {
		t.Errorf("an unreadable shape becomes %v", out)
	}
}

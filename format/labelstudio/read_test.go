package labelstudio

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
	root := shared.Dir(t, "data", "formats", "label-studio")
	for _, c := range []struct {
		path                string
		images, annotations int
		classes             []string
		problems            []string
	}{
		{"csv_test.json", 2, 3, []string{"Car"}, []string{"2 predictions are kept"}},
		{".", 2, 3, []string{"Car"}, []string{"2 predictions are kept"}},
		{"test_export_yolo", 2, 6, []string{"parasites", "white"}, nil},
		{"test_export_json_min/data.json", 1, 1, []string{"Airplane", "Car"}, nil},
		{"test_export_json_min/data_repeater.json", 3, 1, []string{"Airplane", "Car", "Document Title"}, nil},
		{"test_export_json_min", 4, 2, []string{"Airplane", "Car", "Document Title"}, []string{"1 JSON file without a task"}},
	} {
		t.Run(c.path, func(t *testing.T) {
			ds := formattest.Read(t, Format, filepath.Join(root, c.path))
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || !slices.Equal(ds.Classes, c.classes) || len(ds.Problems) != len(c.problems) {
				t.Errorf("%d images, %d annotations, %q, problems:\n%s", len(ds.Images), len(ds.Annotations), ds.Classes, formattest.Messages(ds))
			}
			for _, p := range c.problems {
				if !strings.Contains(formattest.Messages(ds), p) {
					t.Errorf("problems do not say %q:\n%s", p, formattest.Messages(ds))
				}
			}
		})
	}
}

func TestReadFull(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Put(t, t.TempDir(), tree()))
	if want := []string{"Truck", "Car", "day", "street", "Büs", "Van"}; !slices.Equal(ds.Classes, want) {
		t.Errorf("classes %q, want %q", ds.Classes, want)
	}
	class := func(name string) int { return slices.Index(ds.Classes, name) }
	want := &dataset.Dataset{
		Classes: ds.Classes,
		Images: []dataset.Image{
			{Path: "pictures/one street.jpg", Width: 200, Height: 100}, {Path: "pictures/deep/two.png"},
			{Path: "pictures/p0.jpg"}, {Path: "pictures/p1.jpg", Width: 40, Height: 40},
		},
		Annotations: []dataset.Annotation{
			{Class: class("Car"), ID: "r1", Annotator: "ann@example.org", Geometry: dataset.Box{X: 21, Y: 20, W: 60, H: 40}, Attributes: []dataset.Attribute{{Name: "colour", Value: "red"}, {Name: "plate", Value: "AB 1"}}},
			{Class: class("Büs"), ID: "r2", Annotator: "ann@example.org", Geometry: dataset.Polygon{Parts: [][]float64{{20, 20, 60, 20.5, 50, 60}}}, Attributes: []dataset.Attribute{{Name: "quality", Value: "3"}}},
			{Class: class("Car"), ID: "r3", Annotator: "ann@example.org", Geometry: brushed},
			{Class: class("day"), ID: "q1", Annotator: "6"},
			{Class: class("street"), ID: "q1", Annotator: "6"},
			// A quarter turn around the corner (100, 50) puts a box of 20 × 10 at its left.
			{Class: class("Van"), ID: "r4", Annotator: "6", Geometry: dataset.RotatedBox{X: 95, Y: 60, W: 20, H: 10, Angle: 90}},
			{Class: class("Car"), ID: "r4", Annotator: "6", Geometry: dataset.RotatedBox{X: 95, Y: 60, W: 20, H: 10, Angle: 90}},
			{Image: 3, Class: class("Car"), ID: "p1", Annotator: "6", Geometry: dataset.Box{X: 10, Y: 10, W: 20, H: 20}},
		},
	}
	for _, d := range formattest.Diff(ds, want, formattest.Comparison{}) {
		t.Error(d)
	}
	text := formattest.Messages(ds)
	for _, part := range []string{
		"1 cancelled annotation is", "1 draft is", "1 prediction is", "1 result of the type relation", "1 result of the type keypointlabels", "1 result of the type ellipselabels",
		"1 region on a picture that was turned", "1 result without a label", "1 result on a picture that its task does not have", "1 task without a picture",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("problems do not say %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "undefined") {
		t.Errorf("nothing is undefined in controls that the configuration does not know:\n%s", text)
	}
}

func TestReadShort(t *testing.T) {
	ds := formattest.Read(t, Format, filepath.Join(formattest.Put(t, t.TempDir(), map[string]string{"val.json": short}), "val.json"))
	want := &dataset.Dataset{
		Classes: []string{"Car", "Van", "Bus", "day", "night", "dusk"},
		Images:  []dataset.Image{{Path: "data/upload/3/a.jpg", Split: "val", Width: 200, Height: 100}, {Path: "data/upload/3/b.jpg", Split: "val"}, {Path: "data/upload/3/c.jpg", Split: "val"}},
		Annotations: []dataset.Annotation{
			{Class: 0, Annotator: "3", Geometry: dataset.Box{X: 20, Y: 20, W: 60, H: 40}},
			{Class: 1, Annotator: "3", Geometry: dataset.Box{X: 100, Y: 20, W: 60, H: 40}},
			{Class: 2, Annotator: "3", Geometry: dataset.Box{X: 120, Y: 20, W: 60, H: 40}},
			{Image: 1, Class: 3, Annotator: "ann@example.org"},
			{Image: 2, Class: 3, Annotator: "4"}, {Image: 2, Class: 4, Annotator: "4"}, {Image: 2, Class: 5, Annotator: "4"},
		},
	}
	for _, d := range formattest.Diff(ds, want, formattest.Comparison{}) {
		t.Error(d)
	}
	if text := formattest.Messages(ds); !strings.Contains(text, "2 values of text") {
		t.Errorf("problems: %s", text)
	}
}

func TestReadSingle(t *testing.T) {
	const result = `{"id": "a", "type": "choices", "from_name": "scene", "to_name": "image", "value": {"choices": ["day"]}}`
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"1.json": `{"id": 1, "data": {"image": "a.jpg"}, "completions": [{"id": 1, "result": [` + result + `]}]}`,
		"2.json": `{"id": 2, "result": [` + result + `], "completed_by": 3, "task": {"id": 5, "data": {"image": "b.jpg"}}}`,
		"3.json": lines(`{"id": 6, "data": {"image": "c.jpg"}, "annotations": [{"result": [`+result+`]}]}`, `{"id": 7, "data": {"image": "d.jpg"}, "annotations": []}`),
	})
	ds := formattest.Read(t, Format, dir)
	if len(ds.Images) != 4 || len(ds.Annotations) != 3 || ds.Annotations[1].Annotator != "3" || ds.Images[1].ID != "5" {
		t.Errorf("%+v %+v", ds.Images, ds.Annotations)
	}
}

func TestReadUndefined(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), tree())
	formattest.Put(t, dir, map[string]string{"export.json": strings.Replace(full, `"Car"`, `"Cra"`, 1)})
	if text := formattest.Messages(formattest.Read(t, Format, dir)); !strings.Contains(text, `undefined-class pictures/one street.jpg export.json task 1: the label "Cra" is not in the labels of label`) {
		t.Errorf("problems: %s", text)
	}
	ds, err := Format.Read(t.Context(), dir, source.Options{Classes: []string{"Car"}, Images: filepath.Join(dir, "pictures")})
	if err != nil || ds.Images[0].Path != "one street.jpg" || !strings.Contains(formattest.Messages(ds), `the label "Van" is not in the list of classes`) {
		t.Errorf("%v: %s", err, formattest.Messages(ds))
	}
}

func TestReadBad(t *testing.T) {
	result := func(r string) string {
		return `[{"id": 1, "data": {"image": "a.jpg"}, "annotations": [{"result": [` + r + `]}]}]`
	}
	region := func(value string) string {
		return result(`{"id": "a", "type": "rectanglelabels", "original_width": 6, "original_height": 4, "value": {` + value + `, "rectanglelabels": ["x"]}}`)
	}
	const good = `[{"id": 1, "data": {"image": "z.jpg"}, "annotations": [], "predictions": []}]`
	for name, c := range map[string]struct{ content, want string }{
		"cut":           {`[{"id": 1, "data": {"image": "a.jpg"}}, {`, "it cannot be read to its end: line 1"},
		"other JSON":    {`{"images": []}`, "1 JSON file without a task"},
		"text":          {region(`"x": "1", "y": 2, "width": 3, "height": 4`), "Invalid its x is no number"},
		"points":        {region(`"points": [[1, 2], [3]]`), "Invalid its point 2 is no pair"},
		"no points":     {region(`"points": []`), "Invalid it has no points"},
		"no bytes":      {region(`"format": "rle", "rle": [256]`), "Invalid element 1 of its run lengths is no byte"},
		"no list":       {region(`"rle": 4`), "Invalid it has no run lengths"},
		"other format":  {region(`"format": "png", "rle": [1]`), "only rle is known"},
		"short rle":     {region(`"rle": [0, 0, 0]`), "Invalid its mask is wrong: the run lengths end before they begin"},
		"wrong rle":     {region(`"rle": [0, 0, 0, 8, 56, 36, 63, 0]`), "the run lengths are of 8 values, and 6 × 4 pixels have 96"},
		"no size":       {result(`{"type": "rectanglelabels", "value": {"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["x"]}}`), "does not state the size"},
		"escaping path": {`[{"id": 1, "data": {"image": "../../../etc/passwd.jpg"}, "annotations": []}]`, "image etc/passwd.jpg"},
		"numbers":       {`[1, 2, null]`, "1 JSON file without a task"},
	} {
		t.Run(name, func(t *testing.T) {
			ds := formattest.Read(t, Format, formattest.Put(t, t.TempDir(), map[string]string{"a.json": c.content, "b.json": good}))
			text := formattest.Messages(ds)
			for _, a := range ds.Annotations {
				if v, ok := a.Geometry.(dataset.Invalid); ok {
					text += "\nInvalid " + v.Reason
				}
			}
			for _, im := range ds.Images {
				text += "\nimage " + im.Path
			}
			if !strings.Contains(text, c.want) || !strings.Contains(text, "image z.jpg") {
				t.Errorf("%q is not in\n%s", c.want, text)
			}
		})
	}
	for content, want := range map[string]string{`[{`: "line 1 column 3", `{"images": []}`: "expected a JSON or JSON-MIN export", `[{"data": {"text": "a"}, "annotations": []}]`: "with a picture"} {
		dir := formattest.Put(t, t.TempDir(), map[string]string{"a.json": content})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", content, err)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"full/a.json": full, "short/a.json": short, "empty/a.json": `[{"id": 1, "data": {"image": "a.jpg"}, "annotations": [], "predictions": []}]`,
		"coco/a.json": `{"images": [], "annotations": [], "categories": []}`, "results/a.json": `[{"image_id": 1, "bbox": [1, 2, 3, 4]}]`,
	})
	for name, want := range map[string]source.Confidence{
		"full": source.Sure, "full/a.json": source.Sure, "short": source.Sure, "empty": source.Sure,
		"coco": source.No, "coco/a.json": source.No, "results/a.json": source.No,
	} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v, want %d", name, m, want)
		}
	}
}

func TestBrush(t *testing.T) {
	for name, m := range map[string]dataset.Mask{
		"some": brushed, "none": dataset.MaskOf(6, 4, inside()),
		"large":  dataset.NewMask(700, 300, func(x, y int) bool { return (x-300)*(x-300)+(y-100)*(y-100) < 90*90 }),
		"single": dataset.NewMask(1, 1, func(int, int) bool { return true }),
		"all":    dataset.NewMask(400, 500, func(int, int) bool { return true }),
	} {
		got, err := DecodeBrush(EncodeBrush(m), m.Width, m.Height)
		if err != nil || !slices.Equal(got.Counts, m.Counts) {
			t.Errorf("%s: %v, %v", name, got.Counts, err)
		}
	}
	// Two pixels of 4 values as the rle-pack library packs them: sizes 3, 4, 8 and
	// 16; four values 7 7 7 0 one by one, then four times 9.
	var p packer
	for _, w := range [][2]uint64{{8, 32}, {7, 5}, {2, 4}, {3, 4}, {7, 4}, {15, 4}, {0, 1}, {0, 2}, {3, 3}, {7, 8}, {7, 8}, {7, 8}, {0, 8}, {1, 1}, {0, 2}, {3, 3}, {9, 8}} {
		p.write(w[0], uint(w[1]))
	}
	if m, err := DecodeBrush(p.data, 2, 1); err != nil || !slices.Equal(m.Counts, []uint32{1, 1}) {
		t.Errorf("%v, %v", m.Counts, err)
	}
}

func TestReadPairs(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"config.xml": `<View><Image name="a" value="$left"/><Image name="b" value="$right"/><RectangleLabels name="box" toName="b"><Label value="Car"/></RectangleLabels></View>`,
		"export.json": `[{"id": 1, "data": {"note": "see other.jpg\nbelow", "left": "/l", "right": "/r"}, "annotations": [{"result": [
			{"type": "rectanglelabels", "from_name": "box", "to_name": "b", "original_width": 10, "original_height": 10, "value": {"x": 10, "y": 20, "width": 30, "height": 40, "rectanglelabels": ["Car"]}}]}]}]`,
	})
	ds := formattest.Read(t, Format, dir)
	if len(ds.Images) != 2 || ds.Images[1].Path != "r" || len(ds.Annotations) != 1 || ds.Annotations[0].Image != 1 {
		t.Errorf("%+v %+v", ds.Images, ds.Annotations)
	}
}

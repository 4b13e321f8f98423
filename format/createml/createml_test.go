package createml

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

const indented = `[
	{
		"image": "a.jpg",
		"verified": true,
		"annotations": [
			{
				"label": "dog",
				"coordinates": {
					"x": 60.50,
					"y": 40,
					"width": 20,
					"height": 10.0
				},
				"id": 1e2
			},
			{
				"label": "cat",
				"coordinates": {
					"x": 5,
					"y": 5,
					"width": 3,
					"height": 3
				}
			},
			{
				"label": "cat",
				"coordinates": {
					"x": 5,
					"y": 5,
					"width": -1,
					"height": 3
				}
			}
		]
	},
	{
		"image": "b.jpg",
		"annotations": []
	},
	{
		"image": "c.jpg"
	}
]
`

const compact = `[{"imagefilename":"a.jpg","annotation":[{"coordinates":{"height":4,"width":2,"x":1,"y":2},"label":"x"},{"coordinates":{"height":4,"width":2,"x":3,"y":2},"label":"y"}]},{"imagefilename":"b.jpg","annotation":[{"coordinates":{"height":4,"width":2,"x":1,"y":2},"label":"x"}]}]`

func TestRead(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"a.json": indented})
	ds := formattest.Read(t, Format, filepath.Join(root, "a.json"))
	if len(ds.Images) != 3 || strings.Join(ds.Classes, " ") != "cat dog" || len(ds.Annotations) != 3 || len(ds.Problems) != 0 {
		t.Fatalf("read %+v", ds)
	}
	if g := ds.Annotations[0].Geometry; g != (dataset.Box{X: 50.5, Y: 35, W: 20, H: 10}) {
		t.Errorf("the first box is %v", g)
	}
	if g := ds.Annotations[2].Geometry; g != (dataset.Box{X: 5.5, Y: 3.5, W: -1, H: 3}) {
		t.Errorf("the last box is %v", g)
	}
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detected as %v", m)
	}
	ds = formattest.Read(t, Format, formattest.Plant(t, map[string]string{"fold 1/x.json": compact, "fold 2/x.json": compact, "fold 2/a.jpg": ""}))
	if len(ds.Images) != 4 || ds.Images[0].Split != "fold 1" || ds.Images[2].Path != "fold 2/a.jpg" || ds.Images[1].Path != "fold 1/b.jpg" {
		t.Errorf("images are %+v", ds.Images)
	}
}

func TestSharedSource(t *testing.T) {
	root := shared.Dir(t, "data", "formats", "datumaro-assets", "roboflow_dataset", "createml")
	ds := formattest.Read(t, Format, root)
	if len(ds.Images) != 3 || len(ds.Annotations) != 4 || len(ds.Classes) != 2 || ds.Images[2].Path != "val/val_001.jpg" || ds.Images[2].Split != "val" {
		t.Errorf("read %+v", ds)
	}
	if g := ds.Annotations[0].Geometry; g != (dataset.Box{X: 0.5, Y: 0.5, W: 3, H: 1}) {
		t.Errorf("the first box is %v", g)
	}
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detected as %v", m)
	}
	for _, other := range []string{"bdd100k", "scalabel-bdd", "label-studio", "cvat-api", "datumaro-assets/vott_json_dataset", "datumaro-assets/segment_anything_dataset"} {
		if m := formattest.Detect(t, Format, shared.Dir(t, "data", "formats", filepath.FromSlash(other))); m.Confidence != source.No {
			t.Errorf("%s is detected as %v", other, m)
		}
	}
	formattest.PatchCase{Format: Format.(source.Patcher), Root: root, Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
}

func TestPatch(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"indented": {"a.json": indented}, "compact": {"a.json": compact}, "two files": {"train/a.json": compact, "valid/a.json": indented},
	} {
		t.Run(name, func(t *testing.T) {
			formattest.PatchCase{Format: Format.(source.Patcher), Root: formattest.Plant(t, files), Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
		})
	}
	t.Run("the first object of a picture", func(t *testing.T) {
		root := formattest.Plant(t, map[string]string{"a.json": indented})
		ds := formattest.Read(t, Format, root)
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
			{Action: dataset.AddObject, Annotation: dataset.None, Image: 1, To: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}},
			{Action: dataset.AddObject, Annotation: dataset.None, Image: 2, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}},
		})
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		if got := formattest.Read(t, Format, root); len(got.Annotations) != 5 || got.Annotations[3].Image != 1 || got.Annotations[4].Geometry != (dataset.Box{X: 1, Y: 2, W: 3, H: 4}) {
			t.Errorf("read %+v", got)
		}
	})
}

func TestPatchedText(t *testing.T) {
	none := dataset.None
	for _, c := range []struct {
		name   string
		change dataset.Change
		want   string
	}{
		{"wider to the right", dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Box{X: 0, Y: 0, W: 3, H: 4}, From: none, To: none},
			`{"coordinates":{"height":4,"width":3,"x":1.5,"y":2},"label":"x"},{"coordinates":{"height":4,"width":2,"x":3,"y":2},"label":"y"}`},
		{"a class", dataset.Change{Action: dataset.SetClass, From: 0, To: 1},
			`{"coordinates":{"height":4,"width":2,"x":1,"y":2},"label":"y"},{"coordinates":{"height":4,"width":2,"x":3,"y":2},"label":"y"}`},
		{"a new one", dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: 1, Geometry: dataset.Box{X: 1, Y: 1, W: 1, H: 2}},
			`{"coordinates":{"height":4,"width":2,"x":1,"y":2},"label":"x"},{"coordinates":{"height":4,"width":2,"x":3,"y":2},"label":"y"},{"coordinates":{"height":2,"width":1,"x":1.5,"y":2},"label":"y"}`},
		{"one less", dataset.Change{Action: dataset.DeleteObject, From: none, To: none},
			`{"coordinates":{"height":4,"width":2,"x":3,"y":2},"label":"y"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": compact}), "a.json")
			p, err := Format.(source.Patcher).Patch(t.Context(), formattest.Read(t, Format, path), []dataset.Change{c.change})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			const head = `[{"imagefilename":"a.jpg","annotation":[`
			want := head + c.want + compact[strings.Index(compact, `]},{"image`):]
			if string(got) != want {
				t.Errorf("the file is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"a.json": compact}))
	for _, c := range []struct {
		change dataset.Change
		want   string
	}{
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Polygon{}}, "is a box"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None}, "is a box"},
		{dataset.Change{Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "a"}}, "no place for attributes"},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, content, fails, problem string }{
		{"no JSON", `[{"image": `, "cannot be read", ""},
		{"no list", `{"image": "a"}`, "names no pictures", ""},
		{"a number", `[5, {"image": "a"}]`, "", "record 1 is left out: it is a number"},
		{"no name", `[{"annotations": []}, {"image": "a"}]`, "", "it names no image"},
		{"annotations that are a text", `[{"image": "a", "annotations": "x"}, {"image": "b"}]`, "", "and a list is expected"},
		{"no label", `[{"image": "a", "annotations": [{"coordinates": {}}]}]`, "", "1 annotation without a label is kept"},
		{"twice", `[{"image": "a"}, {"image": "a"}]`, "", "is a further record of the picture a"},
		{"cut", `[{"image": "a"}, {"im`, "", "cannot be read to its end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), filepath.Join(formattest.Plant(t, map[string]string{"a.json": c.content}), "a.json"), source.Options{})
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
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"a.json": `[{"image": "a", "annotations": [{"label": "x", "coordinates": {"x": 1, "y": 2, "width": "3", "height": 4}}]}]`}))
	if g, ok := ds.Annotations[0].Geometry.(dataset.Invalid); !ok || g.Reason != "the coordinates have no number width" {
		t.Errorf("read %+v", ds.Annotations[0].Geometry)
	}
}

func TestRoundTrip(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"train/a.png": "a", "train/b/c.png": "c", "d.png": "d", "valid/a.png": "e"})
	ds := &dataset.Dataset{
		Name: "all", Root: root, Classes: []string{"car", "röd \"x\""},
		Images: []dataset.Image{{Path: "train/a.png", Split: "train"}, {Path: "train/b/c.png", Split: "train"}, {Path: "d.png", Split: "fold 1"}},
		Annotations: []dataset.Annotation{
			{Geometry: dataset.Box{X: 0.1, Y: 0.2, W: 3, H: 1e-7}},
			{Class: 1, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 5.5, 0, 5, 5}}}},
			{Image: 2, Class: 1, Geometry: dataset.Box{X: -3, Y: 4, W: 1.0 / 3, H: 7}},
		},
	}
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	if l := Format.(source.Refuser).Losses(&dataset.Dataset{Images: []dataset.Image{{Split: "a/b"}, {Split: "ok"}, {Split: ".hidden"}}}); len(l) != 2 {
		t.Errorf("losses are %q", l)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(indented))
	f.Add([]byte(compact))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": string(data)}), "a.json")
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		changes := formattest.EachChange(ds, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
		changes = append(changes, dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, From: dataset.None, To: len(ds.Classes), Geometry: dataset.Box{X: 5, Y: 6, W: 7, H: 8}})
		ds.Classes = append(ds.Classes, "new")
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return // such as a file that ends too early
		}
		formattest.Corrects(t, Format, path, p, ds, changes, formattest.Comparison{NoUnused: true})
	})
}

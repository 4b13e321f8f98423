package vott

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

const export = `{
    "name": "test",
    "tags": [
        {
            "name": "dog",
            "color": "#5db300"
        },
        {
            "name": "cat",
            "color": "#e81123"
        }
    ],
    "version": "2.2.0",
    "assets": {
        "a1": {
            "asset": {"id": "a1", "name": "a.jpg", "path": "file:C:/data/set/a.jpg", "size": {"width": 64, "height": 48}},
            "regions": [
                {
                    "id": "r1",
                    "type": "RECTANGLE",
                    "tags": ["dog"],
                    "boundingBox": {"height": 2.50, "width": 10, "left": 5, "top": 10},
                    "points": [{"x": 5, "y": 10}, {"x": 15, "y": 10}, {"x": 15, "y": 12.5}, {"x": 5, "y": 12.5}]
                },
                {
                    "id": "r2",
                    "type": "POLYGON",
                    "tags": ["cat"],
                    "boundingBox": {"height": 4, "width": 4, "left": 0, "top": 0},
                    "points": [{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 4, "y": 4}]
                },
                {"id": "r3", "type": "POINT", "tags": ["dog"], "points": [{"x": 5, "y": 10}]},
                {"id": "r4", "type": "RECTANGLE", "tags": ["cat"], "boundingBox": {"height": 1, "width": 1, "left": 1, "top": 1}, "points": []}
            ],
            "version": "2.2.0"
        },
        "b2": {
            "asset": {"id": "b2", "name": "b.jpg", "path": "file:C:/data/set/b.jpg", "size": {"width": 64, "height": 48}},
            "regions": [
                {"id": "s1", "type": "RECTANGLE", "tags": ["dog", "ghost"], "boundingBox": {"height": 1, "width": 1, "left": 1, "top": 1}, "points": []}
            ],
            "version": "2.2.0"
        },
        "c3": {
            "asset": {"id": "c3", "name": "c.jpg", "path": "file:C:/data/set/c.jpg"},
            "version": "2.2.0"
        }
    }
}
`

func TestReadJSON(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"export/train-export.json": export, "export/a.jpg": ""})
	ds := formattest.Read(t, JSON, filepath.Join(root, "export"))
	if len(ds.Images) != 3 || len(ds.Annotations) != 5 || !slices.Equal(ds.Classes, []string{"dog", "cat", "ghost"}) {
		t.Fatalf("read %+v", ds)
	}
	if im := ds.Images[0]; im.Path != "a.jpg" || im.Split != "train" || im.ID != "a1" || im.Width != 64 || im.Height != 48 {
		t.Errorf("the first image is %+v", im)
	}
	if g := ds.Annotations[0].Geometry; g != (dataset.Box{X: 5, Y: 10, W: 10, H: 2.5}) {
		t.Errorf("the first box is %v", g)
	}
	if g, ok := ds.Annotations[1].Geometry.(dataset.Polygon); !ok || g.Stated != (dataset.Box{W: 4, H: 4}) || !slices.Equal(g.Parts[0], []float64{0, 0, 4, 0, 4, 4}) {
		t.Errorf("the outline is %v", ds.Annotations[1].Geometry)
	}
	if len(ds.Problems) != 2 || ds.Problems[0].Kind != dataset.UndefinedClass || ds.Problems[0].Ordinal != 2 || !strings.Contains(ds.Problems[1].Message, "1 point is kept in the file as it is and not checked") {
		t.Errorf("the problems are %+v", ds.Problems)
	}
	if m := formattest.Detect(t, JSON, root); m.Confidence != source.Sure {
		t.Errorf("detected as %v", m)
	}
}

func TestSharedSources(t *testing.T) {
	root := shared.Dir(t, "data", "formats", "datumaro-assets", "vott_json_dataset", "dataset")
	ds := formattest.Read(t, JSON, root)
	if len(ds.Images) != 3 || len(ds.Annotations) != 4 || len(ds.Classes) != 3 || len(ds.Problems) != 1 || ds.Images[0].Split != "train" || ds.Root != root {
		t.Errorf("read %+v", ds)
	}
	if m := formattest.Detect(t, JSON, root); m.Confidence != source.Sure {
		t.Errorf("detected as %v", m)
	}
	// One region has no tag, and is listed.
	formattest.PatchCase{Format: JSON.(source.Patcher), Root: root, Image: "img0003.jpg"}.Patch(t)

	root = shared.Dir(t, "data", "formats", "datumaro-assets", "vott_csv_dataset", "dataset")
	ds = formattest.Read(t, CSV, root)
	if len(ds.Images) != 4 || len(ds.Annotations) != 5 || len(ds.Classes) != 2 || ds.Format != "vott-csv" || !slices.Equal(ds.Splits(), []string{"test", "train"}) {
		t.Errorf("read %+v", ds)
	}
	for _, path := range []string{root, filepath.Join(root, "test-export.csv")} {
		if m := formattest.Detect(t, CSV, path); m.Confidence != source.Sure {
			t.Errorf("%s is detected as %v", path, m)
		}
	}
	formattest.PatchCase{Format: CSV.(source.Patcher), Root: root, Compare: formattest.Comparison{NoUnlabelled: true}}.Patch(t)

	for _, other := range []string{"bdd100k", "scalabel-bdd", "label-studio", "cvat-api", "labelme", "datumaro-assets/segment_anything_dataset", "datumaro-assets/coco_dataset", "datumaro-assets/celeba_dataset"} {
		path := shared.Dir(t, "data", "formats", filepath.FromSlash(other))
		for _, f := range []source.Format{JSON, CSV} {
			if m := formattest.Detect(t, f, path); m.Confidence != source.No {
				t.Errorf("%s is detected as %s: %v", other, f.Info().Name, m)
			}
		}
	}
}

func TestPatchJSON(t *testing.T) {
	formattest.PatchCase{Format: JSON.(source.Patcher), Root: formattest.Plant(t, map[string]string{"a.json": export}), Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
}

func TestPatchedText(t *testing.T) {
	none := dataset.None
	for _, c := range []struct {
		name     string
		changes  []dataset.Change
		was, now []string
	}{
		{"a box", []dataset.Change{{Action: dataset.MoveObject, Geometry: dataset.Box{X: 5, Y: 10, W: 11, H: 2.5}}},
			[]string{`"width": 10, "left": 5`, `{"x": 15, "y": 10}, {"x": 15, "y": 12.5}`}, []string{`"width": 11, "left": 5`, `{"x": 16, "y": 10}, {"x": 16, "y": 12.5}`}},
		{"a box from an outline", []dataset.Change{{Action: dataset.MoveObject, Annotation: 1, Geometry: dataset.Box{X: 0, Y: 0, W: 4, H: 4}}},
			[]string{`POLYGON`, `[{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 4, "y": 4}]`}, []string{`RECTANGLE`, `[{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 4, "y": 4}, {"x": 0, "y": 4}]`}},
		{"one of two tags goes", []dataset.Change{{Action: dataset.DeleteObject, Annotation: 4, Image: 1}},
			[]string{`["dog", "ghost"]`}, []string{`["dog"]`}},
		{"both tags go", []dataset.Change{{Action: dataset.DeleteObject, Annotation: 4, Image: 1}, {Action: dataset.DeleteObject, Annotation: 3, Image: 1}},
			[]string{"[\n                {\"id\": \"s1\", \"type\": \"RECTANGLE\", \"tags\": [\"dog\", \"ghost\"], \"boundingBox\": {\"height\": 1, \"width\": 1, \"left\": 1, \"top\": 1}, \"points\": []}\n            ]"}, []string{"[]"}},
		{"a new tag", []dataset.Change{{Action: dataset.SetClass, From: 0, To: 3}},
			[]string{`["dog"],`, "\"#e81123\"\n        }"}, []string{`["fox"],`, "\"#e81123\"\n        },\n        {\n            \"name\": \"fox\",\n            \"color\": \"#808080\"\n        }"}},
		{"a new region", []dataset.Change{{Action: dataset.AddObject, Annotation: none, Image: 2, From: none, To: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}}},
			[]string{"c.jpg\"},\n            \"version\": \"2.2.0\""}, []string{"c.jpg\"},\n            \"version\": \"2.2.0\",\n            \"regions\": [{\"id\": \"ID\", \"type\": \"RECTANGLE\", \"tags\": [\"dog\"], \"boundingBox\": {\"height\": 4, \"width\": 3, \"left\": 1, \"top\": 2}, \"points\": [{\"x\": 1, \"y\": 2}, {\"x\": 4, \"y\": 2}, {\"x\": 4, \"y\": 6}, {\"x\": 1, \"y\": 6}]}]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": export}), "a.json")
			ds := formattest.Read(t, JSON, path)
			ds.Classes = append(ds.Classes, "fox")
			p, err := JSON.(source.Patcher).Patch(t.Context(), ds, c.changes)
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, want := string(data), export
			for i := range c.was {
				if !strings.Contains(want, c.was[i]) {
					t.Fatalf("the file does not hold %s", c.was[i])
				}
				want = strings.Replace(want, c.was[i], c.now[i], 1)
			}
			if _, rest, ok := strings.Cut(got, `[{"id": "`); ok {
				want = strings.Replace(want, `"ID"`, `"`+rest[:9]+`"`, 1)
			}
			if got != want {
				t.Errorf("the file is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	ds := formattest.Read(t, JSON, formattest.Plant(t, map[string]string{"a.json": export}))
	for _, c := range []struct {
		change dataset.Change
		want   string
	}{
		{dataset.Change{Action: dataset.MoveObject, Annotation: 3, Image: 1, Geometry: dataset.Box{W: 1, H: 1}}, "several tags"},
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Mask{}}, "a box or a polygon"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None}, "a box or a polygon"},
		{dataset.Change{Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "a"}}, "no place for attributes"},
	} {
		if _, err := JSON.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, content, fails, problem string }{
		{"no JSON", `{"assets": `, "cannot be read", ""},
		{"no assets", `{"assets": []}`, `it has no "assets"`, ""},
		{"empty", `{"assets": {}}`, "holds no assets", ""},
		{"no name", `{"assets": {"a": {}, "b": {"asset": {"name": "b"}}}}`, "", "the asset a is left out"},
		{"a region that is a list", `{"assets": {"b": {"asset": {"name": "b"}, "regions": [[]]}}}`, "", "region that is no object"},
		{"no tags", `{"assets": {"b": {"asset": {"name": "b"}, "regions": [{"type": "RECTANGLE"}]}}}`, "", "region without tags"},
		{"an odd type", `{"assets": {"b": {"asset": {"name": "b"}, "regions": [{"type": "BLOB", "tags": ["x"]}]}}}`, "", `region of the type "BLOB"`},
		{"two ids", `{"assets": {"b": {"asset": {"name": "b"}, "regions": [{"id": 1, "type": "POLYGON", "tags": ["x"]}, {"id": 1, "type": "POLYGON", "tags": ["x"]}]}}}`, "", "the id 1 of another one"},
		{"two assets", `{"assets": {"a": {"asset": {"name": "b"}}, "b": {"asset": {"name": "b"}}}}`, "", "is a further one of the picture b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ds, err := JSON.Read(t.Context(), filepath.Join(formattest.Plant(t, map[string]string{"a.json": c.content}), "a.json"), source.Options{})
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
		`"type": "RECTANGLE"`: "no number left",
		`"type": "POLYGON"`:   "no points",
		`"type": "POLYGON", "points": [{"x": 1, "y": "2"}]`: "point 1 has no numbers",
	} {
		ds := formattest.Read(t, JSON, filepath.Join(formattest.Plant(t, map[string]string{"a.json": `{"assets": {"b": {"asset": {"name": "b"}, "regions": [{"tags": ["x"], ` + shape + `}]}}}`}), "a.json"))
		if g, ok := ds.Annotations[0].Geometry.(dataset.Invalid); !ok || !strings.Contains(g.Reason, reason) {
			t.Errorf("%s is read as %+v", shape, ds.Annotations[0].Geometry)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(export))
	f.Add([]byte(`{"assets": {"b": {"asset": {"name": "b"}, "regions": [{"id": 1, "type": "SQUARE", "tags": ["x", 2], "points": {}}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": string(data)}), "a.json")
		ds, err := JSON.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, JSON, ds)
		changes := formattest.EachChange(ds, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
		changes = append(changes, dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, From: dataset.None, To: len(ds.Classes), Geometry: dataset.Box{X: 5, Y: 6, W: 7, H: 8}})
		ds.Classes = append(ds.Classes, "new")
		p, err := JSON.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return // such as a region of several tags
		}
		formattest.Corrects(t, JSON, path, p, ds, changes, formattest.Comparison{NoIDs: true, NoUnused: true})
	})
}

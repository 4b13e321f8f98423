package nucleus

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

func TestPatch(t *testing.T) {
	all := []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}
	labels := []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.AddObject, dataset.DropImage}
	for _, c := range []struct {
		name  string
		files map[string]string
		image string
		acts  []dataset.Action
	}{
		{"one file", map[string]string{"a.json": one}, "", all},
		{"labels", map[string]string{"a.json": one}, "pictures/b.jpg", labels},
		{"rows", map[string]string{"a.json": rows}, "d.jpg", all},
		{"an empty row", map[string]string{"a.json": rows}, "a.jpg", []dataset.Action{dataset.AddObject}},
		{"lines", map[string]string{"annotations.jsonl": annotationLines, "items.jsonl": itemLines}, "", all},
		{"lists by type", map[string]string{"a.json": byType}, "", all},
		{"annotations only", map[string]string{"a.json": annotationsOnly}, "", all},
		{"predictions", map[string]string{"a.json": predictions}, "", []dataset.Action{dataset.MoveObject, dataset.AddObject}},
	} {
		t.Run(c.name, func(t *testing.T) {
			formattest.PatchCase{
				Format: Format.(source.Patcher), Root: formattest.Plant(t, c.files), Actions: c.acts, Image: c.image,
				Attribute: dataset.Attribute{Name: "occluded", Value: "true"},
				Compare:   formattest.Comparison{NoUnused: true, NoUnlabelled: true},
			}.Patch(t)
		})
	}
}

// The whole text after each change.
func TestPatchedText(t *testing.T) {
	const before = `{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "box", "geometry": {"x": 1.0, "y": 2.50, "width": 3, "height": 4}, "reference_id": "a", "annotation_id": "k", "metadata": {}, "z": 1e3}]}`
	none := dataset.None
	for _, c := range []struct {
		name   string
		change dataset.Change
		want   string
	}{
		{"a box", dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Box{X: 1, Y: 2.5, W: 3.25, H: 4}, From: none, To: none},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "box", "geometry": {"x": 1.0, "y": 2.50, "width": 3.25, "height": 4}, "reference_id": "a", "annotation_id": "k", "metadata": {}, "z": 1e3}]}`},
		{"a polygon", dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 0}}}, From: none, To: none},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "polygon", "geometry": {"vertices": [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 0}]}, "reference_id": "a", "annotation_id": "k", "metadata": {}, "z": 1e3}]}`},
		{"a label", dataset.Change{Action: dataset.AddObject, Annotation: none, From: none, To: 0},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "box", "geometry": {"x": 1.0, "y": 2.50, "width": 3, "height": 4}, "reference_id": "a", "annotation_id": "k", "metadata": {}, "z": 1e3}, {"label": "car", "type": "category", "geometry": {}, "reference_id": "a", "annotation_id": "car-a", "metadata": {}}]}`},
		{"a new box", dataset.Change{Action: dataset.AddObject, Annotation: none, Geometry: dataset.Box{X: 7, Y: 8, W: 9.5, H: 10}, From: none, To: 0},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "box", "geometry": {"x": 1.0, "y": 2.50, "width": 3, "height": 4}, "reference_id": "a", "annotation_id": "k", "metadata": {}, "z": 1e3}, {"label": "car", "type": "box", "geometry": {"x": 7.0, "y": 8.0, "width": 9.5, "height": 10}, "reference_id": "a", "annotation_id": "car-7-8-9.5-10-a", "metadata": {}}]}`},
		{"nothing is left", dataset.Change{Action: dataset.DeleteObject, From: none, To: none},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": []}`},
		{"an attribute", dataset.Change{Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "n", Value: "2.50"}, From: none, To: none},
			`{"items": [{"reference_id": "a", "image_url": "a.jpg"}], "annotations": [{"label": "car", "type": "box", "geometry": {"x": 1.0, "y": 2.50, "width": 3, "height": 4}, "reference_id": "a", "annotation_id": "k", "metadata": {"n": 2.50}, "z": 1e3}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": before}), "a.json")
			p, err := Format.(source.Patcher).Patch(t.Context(), formattest.Read(t, Format, path), []dataset.Change{c.change})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("the file is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, content string
		change        dataset.Change
		want          string
	}{
		{"a mask", byType, dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Mask{}}, "is a box or a polygon of one part"},
		{"a label gets a place", `[{"label": "x", "type": "category", "reference_id": "q"}]`, dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Box{W: 1, H: 1}}, "label of the whole image"},
		{"metadata of one label", one, dataset.Change{Action: dataset.SetAttribute, Annotation: 3, Image: 1, Attribute: dataset.Attribute{Name: "a", Value: "b"}}, "those of all its labels"},
		{"nowhere to add", strings.SplitAfter(itemLines, "\n")[0], dataset.Change{Action: dataset.AddObject, Annotation: dataset.None}, "has no list of annotations"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, map[string]string{"a.json": c.content})
			ds := formattest.Read(t, Format, root)
			ds.Classes = append(ds.Classes, "new")
			_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{one, rows, itemLines + annotationLines, byType, annotationsOnly, predictions} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": string(data)}), "a.json")
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		changes := formattest.EachChange(ds, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return // such as a file that ends too early
		}
		formattest.Apply(t, p)
		got, err := Format.Read(t.Context(), path, source.Options{})
		want, failed := dataset.Apply(ds, changes)
		if failed != nil {
			t.Fatal(failed)
		}
		if err != nil {
			if len(want.Annotations) == 0 {
				return // nothing is left that names an image
			}
			t.Fatalf("the corrected file cannot be read: %v", err)
		}
		if d := formattest.Diff(got, want, formattest.Comparison{NoUnused: true, NoUnlabelled: true}); len(d) > 0 {
			t.Errorf("%s\ncorrected (first) differs from what was asked for: %q", data, d)
		}
	})
}

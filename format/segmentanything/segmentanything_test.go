package segmentanything

import (
	"fmt"
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

// file is the text of a picture of 10 by 5 pixels with three masks of one column
// each.
func file(name string, first int) string {
	mask := func(x uint32) string {
		m := dataset.Mask{Width: 10, Height: 5, Counts: []uint32{5 * x, 5, 45 - 5*x}}
		return fmt.Sprintf(`{"bbox": [%d.0, 0.0, 1, 5], "area": 5, "segmentation": {"size": [5, 10], "counts": %q}, "predicted_iou": 0.90, "point_coords": [[3.5, 4]], "crop_box": [0.0, 0.0, 10.0, 5.0], "id": %d, "stability_score": 1e0}`, x, m.EncodeRLE(), first+int(x))
	}
	return fmt.Sprintf(`{"image": {"image_id": %d, "width": 10, "height": 5, "file_name": %q}, "annotations": [%s, %s, %s]}`, first, name, mask(1), mask(3), mask(7))
}

func TestRead(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"train/a.json": file("a.jpg", 100), "train/a.jpg": "", "val/a.json": file("a.jpg", 200), "notes.json": `{"image": 1}`})
	ds := formattest.Read(t, Format, root)
	if len(ds.Images) != 2 || len(ds.Annotations) != 6 || len(ds.Problems) != 0 {
		t.Fatalf("read %+v", ds)
	}
	if im := ds.Images[1]; im.Path != "val/a.jpg" || im.Split != "val" || im.ID != "200" || im.Width != 10 || im.Height != 5 {
		t.Errorf("the second image is %+v", im)
	}
	a := ds.Annotations[1]
	if a.ID != "103" || a.Area != 5 || a.Geometry.Bounds() != (dataset.Box{X: 3, W: 1, H: 5}) || a.Geometry.Area() != 5 {
		t.Errorf("the second annotation is %+v", a)
	}
	if !slices.Equal(a.Attributes, []dataset.Attribute{{Name: "predicted_iou", Value: "0.90"}, {Name: "stability_score", Value: "1e0"}}) {
		t.Errorf("its attributes are %v", a.Attributes)
	}
}

func TestSharedSource(t *testing.T) {
	root := shared.Dir(t, "data", "formats", "datumaro-assets", "segment_anything_dataset")
	ds := formattest.Read(t, Format, root)
	if len(ds.Images) != 2 || len(ds.Annotations) != 2 || len(ds.Problems) != 0 || ds.Images[0].Path != "a.jpg" || ds.Root != root {
		t.Fatalf("read %+v", ds)
	}
	if m, ok := ds.Annotations[0].Geometry.(dataset.Mask); !ok || m.Area() != 4 || m.Bounds() != (dataset.Box{X: 3, Y: 1, W: 1, H: 4}) {
		t.Errorf("the first mask is %+v", ds.Annotations[0].Geometry)
	}
	if m, ok := ds.Annotations[1].Geometry.(dataset.Mask); !ok || m.Area() != 0 || m.Width != 10 || ds.Images[1].Width != 5 {
		t.Errorf("the empty mask is %+v", ds.Annotations[1].Geometry)
	}
	for _, path := range []string{root, filepath.Join(root, "b.json")} {
		if m := formattest.Detect(t, Format, path); m.Confidence != source.Sure {
			t.Errorf("%s is detected as %v", path, m)
		}
	}
	for _, other := range []string{"bdd100k", "label-studio", "cvat-api", "datumaro-assets/vott_json_dataset", "datumaro-assets/coco_dataset", "labelme"} {
		if m := formattest.Detect(t, Format, shared.Dir(t, "data", "formats", filepath.FromSlash(other))); m.Confidence != source.No {
			t.Errorf("%s is detected as %v", other, m)
		}
	}
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: root,
		Actions:   []dataset.Action{dataset.MoveObject, dataset.DeleteObject, dataset.DropImage, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "stability_score", Value: "0.5"},
		Compare:   formattest.Comparison{NoUnused: true},
	}.Patch(t)
}

func TestPatch(t *testing.T) {
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: formattest.Plant(t, map[string]string{"a.json": file("a.jpg", 100), "b.json": file("b.jpg", 200)}),
		Actions:   []dataset.Action{dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "reviewed", Value: "true"},
	}.Patch(t)
}

func TestPatchedText(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"a.json": file("a.jpg", 100), "b.json": `{"image": {"image_id": 1, "width": 10, "height": 5, "file_name": "b.jpg"}, "annotations": []}`})
	ds := formattest.Read(t, Format, root)
	m := dataset.Mask{Width: 10, Height: 5, Counts: []uint32{11, 2, 37}}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.MoveObject, Annotation: 1, Geometry: m},
		{Action: dataset.AddObject, Annotation: dataset.None, Image: 1, Geometry: m},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := os.ReadFile(filepath.Join(root, "a.json"))
	if err != nil {
		t.Fatal(err)
	}
	old := dataset.Mask{Width: 10, Height: 5, Counts: []uint32{15, 5, 30}}
	was := `{"bbox": [3.0, 0.0, 1, 5], "area": 5, "segmentation": {"size": [5, 10], "counts": "` + old.EncodeRLE() + `"}, "predicted_iou"`
	is := `{"bbox": [2.0, 1.0, 1, 2], "area": 2, "segmentation": {"size": [5, 10], "counts": "` + m.EncodeRLE() + `"}, "predicted_iou"`
	if want := strings.Replace(file("a.jpg", 100), was, is, 1); string(got) != want || want == file("a.jpg", 100) {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
	got, err = os.ReadFile(filepath.Join(root, "b.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"image": {"image_id": 1, "width": 10, "height": 5, "file_name": "b.jpg"}, "annotations": [{"id": 108, "segmentation": {"size": [5, 10], "counts": "` + m.EncodeRLE() + `"}, "bbox": [2, 1, 1, 2], "area": 2}]}`; string(got) != want {
		t.Errorf("the file is\n%s\nwant\n%s", got, want)
	}
}

func TestRefusals(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"a.json": file("a.jpg", 100)}))
	for _, c := range []struct {
		change dataset.Change
		want   string
	}{
		{dataset.Change{Action: dataset.SetClass}, "have no classes"},
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Box{W: 1, H: 1}}, "is a mask"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Geometry: dataset.Box{W: 1, H: 1}}, "is a mask"},
		{dataset.Change{Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "bbox", Value: "1"}}, "bbox is no attribute"},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ name, content, fails string }{
		{"no JSON", `{"image": `, "cannot be read"},
		{"no image", `{"annotations": []}`, `it has no "image"`},
		{"no name", `{"image": {}, "annotations": []}`, "its image has no file_name"},
		{"annotations that are a text", `{"image": {"file_name": "a"}, "annotations": "x"}`, "a list is expected"},
	} {
		_, err := Format.Read(t.Context(), filepath.Join(formattest.Plant(t, map[string]string{"a.json": c.content}), "a.json"), source.Options{})
		if err == nil || !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: the error is %v", c.name, err)
		}
	}
	for segmentation, reason := range map[string]string{
		`{"size": [5, 10]}`: "no counts",
		`{"counts": "1"}`:   "no size",
		`{"size": [999999999, 999999999], "counts": "1"}`:     "no size",
		`{"size": [5, 10], "counts": "~"}`:                    "run lengths",
		`{"size": [1048576, 1048576], "counts": "1", "x": 1}`: "no size",
	} {
		ds := formattest.Read(t, Format, filepath.Join(formattest.Plant(t, map[string]string{"a.json": `{"image": {"file_name": "a"}, "annotations": [5, {"id": 1, "bbox": [1, 2, 3, 4], "segmentation": ` + segmentation + `}, {"id": 1}]}`}), "a.json"))
		g, ok := ds.Annotations[0].Geometry.(dataset.Invalid)
		if !ok || !strings.Contains(g.Reason, reason) || g.Stated != (dataset.Box{X: 1, Y: 2, W: 3, H: 4}) {
			t.Errorf("%s is read as %+v", segmentation, ds.Annotations[0].Geometry)
		}
		if len(ds.Problems) != 2 || ds.Problems[0].Kind != dataset.DuplicateID || !strings.Contains(ds.Problems[1].Message, "no object of JSON") {
			t.Errorf("the problems are %+v", ds.Problems)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file("a.jpg", 1)))
	f.Add([]byte(`{"image": {"file_name": "a"}, "annotations": [5, {"id": "1", "bbox": [], "segmentation": {"size": [3, 3], "counts": "9"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(formattest.Plant(t, map[string]string{"a.json": string(data)}), "a.json")
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		m := dataset.Mask{Width: 4, Height: 3, Counts: []uint32{2, 3, 7}}
		var changes []dataset.Change
		for i := range ds.Annotations {
			c := dataset.Change{Annotation: i, Action: dataset.MoveObject, Geometry: m, From: dataset.None, To: dataset.None}
			if i%2 == 1 {
				c.Action = dataset.DeleteObject
			}
			changes = append(changes, c)
		}
		if len(ds.Classes) > 0 {
			changes = append(changes, dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, From: dataset.None, Geometry: m})
		}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		formattest.Corrects(t, Format, path, p, ds, changes, formattest.Comparison{NoIDs: true, NoUnused: true})
	})
}

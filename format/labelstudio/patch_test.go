package labelstudio

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

var patcherFormat = Format.(source.Patcher)

// all are the actions on objects.
var all = []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}

func TestPatch(t *testing.T) {
	// The regions of the first task are of two pictures' sizes, so that only its
	// first annotation is left; the task with two pages cannot lose one alone.
	content := strings.Replace(full, `["https://example.org/p0.jpg?token=1", "s3://bucket/p1.jpg"]`, `"p1.jpg"`, 1)
	for name, attribute := range map[string]dataset.Attribute{"changed": {Name: "colour", Value: "blue"}, "new": {Name: "parked", Value: "yes \"é\""}} {
		t.Run(name, func(t *testing.T) {
			formattest.PatchCase{
				Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), map[string]string{"export.json": content}),
				Actions: all, Attribute: attribute, MaxOld: 3000,
				Compare: formattest.Comparison{NoUnused: true},
			}.Patch(t)
		})
	}
}

func TestPatchShort(t *testing.T) {
	formattest.PatchCase{
		Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), map[string]string{"min.json": short}), Path: "min.json",
		Compare: formattest.Comparison{NoUnused: true},
	}.Patch(t)
	for _, image := range []string{"data/upload/3/b.jpg", "data/upload/3/c.jpg"} {
		formattest.PatchCase{
			Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), map[string]string{"min.json": short}), Image: image,
			Actions: []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.AddObject, dataset.DropImage},
			Compare: formattest.Comparison{NoUnused: true},
		}.Patch(t)
	}
}

func TestPatchShared(t *testing.T) {
	root := shared.Dir(t, "data", "formats", "label-studio")
	formattest.PatchCase{Format: patcherFormat, Root: filepath.Join(root, "test_export_yolo"), Actions: all, Attribute: dataset.Attribute{Name: "seen", Value: "yes"}, MaxOld: 4000}.Patch(t)
	formattest.PatchCase{Format: patcherFormat, Root: filepath.Join(root, "test_export_json_min"), Path: "data.json", Actions: all[:5], MaxOld: 4000, Compare: formattest.Comparison{NoSizes: true}}.Patch(t)
	// The other three pictures are the pages of one task.
	formattest.PatchCase{
		Format: patcherFormat, Root: filepath.Join(root, "test_export_json_min"), Path: "data_repeater.json", Image: "example.org/example1.jpeg",
		Actions:   []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "categories_0", Value: "Archaea/Human"}, Compare: formattest.Comparison{NoUnused: true, NoSizes: true},
	}.Patch(t)
	path := filepath.Join(t.TempDir(), "one")
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, "csv_test.json"))
	if err != nil {
		t.Fatal(err)
	}
	formattest.Put(t, path, map[string]string{"csv.json": strings.Replace(string(data), `"Car"`, `"Van"`, 1)})
	formattest.PatchCase{Format: patcherFormat, Root: path, Actions: all, MaxOld: 5000, Attribute: dataset.Attribute{Name: "seen", Value: "yes"}, Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
}

// check makes changes of a dataset in a folder and compares what is read then
// with what was asked for.
func check(t *testing.T, dir string, ds *dataset.Dataset, c formattest.Comparison, changes ...dataset.Change) {
	t.Helper()
	p, err := patcherFormat.Patch(t.Context(), ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	c.NoUnused = true
	formattest.Corrects(t, Format, dir, p, ds, changes, c)
}

// TestPatchEach moves every region of the fixture.
func TestPatchEach(t *testing.T) {
	root := formattest.Put(t, t.TempDir(), tree())
	for a, an := range formattest.Read(t, Format, root).Annotations {
		if an.Geometry == nil {
			continue
		}
		places := []dataset.Geometry{formattest.Shift(an.Geometry, 2, 1)}
		switch an.Geometry.(type) {
		case dataset.Box, dataset.RotatedBox:
			places = append(places, dataset.Box{X: 3, Y: 4, W: 5, H: 6}, dataset.RotatedBox{X: 50, Y: 40, W: 10, H: 7, Angle: 30}, dataset.RotatedBox{X: 50, Y: 40, W: 10, H: 7})
		case dataset.Polygon:
			places = append(places, dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7, 9, 3}}})
		}
		for _, g := range places {
			dir := filepath.Join(t.TempDir(), filepath.Base(root))
			formattest.CopyTree(t, root, dir)
			ds := formattest.Read(t, Format, dir)
			changes := []dataset.Change{{Action: dataset.MoveObject, Annotation: a, Image: an.Image, From: dataset.None, To: dataset.None, Geometry: g}}
			for b, other := range ds.Annotations {
				if b != a && other.ID == an.ID { // the other label of the region
					changes = append(changes, dataset.Change{Action: dataset.MoveObject, Annotation: b, Image: an.Image, From: dataset.None, To: dataset.None, Geometry: g})
				}
			}
			check(t, dir, ds, formattest.Comparison{}, changes...)
		}
	}
}

// TestPatchDeleteEach deletes every annotation alone and with the others of its
// result.
func TestPatchDeleteEach(t *testing.T) {
	root := formattest.Put(t, t.TempDir(), tree())
	for a, an := range formattest.Read(t, Format, root).Annotations {
		for _, together := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), filepath.Base(root))
			formattest.CopyTree(t, root, dir)
			ds := formattest.Read(t, Format, dir)
			var changes []dataset.Change
			for b, other := range ds.Annotations {
				if b == a || together && other.ID == an.ID {
					changes = append(changes, dataset.Change{Action: dataset.DeleteObject, Annotation: b, Image: an.Image, From: dataset.None, To: dataset.None})
				}
			}
			check(t, dir, ds, formattest.Comparison{NoSizes: true}, changes...)
			data, err := os.ReadFile(filepath.Join(dir, "export.json"))
			if err != nil {
				t.Fatal(err)
			}
			if text := string(data); an.ID == "r1" && (strings.Contains(text, `"r1"`) || strings.Contains(text, "relation")) {
				t.Errorf("something of the region is left:\n%s", text)
			}
		}
	}
}

func TestPatchAdd(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), tree())
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06\x08\x00\x00\x00\x00"
	formattest.Put(t, dir, map[string]string{"pictures/deep/two.png": withCRC(png)})
	ds := formattest.Read(t, Format, dir)
	var changes []dataset.Change
	add := func(image, class int, g dataset.Geometry) {
		changes = append(changes, dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: image, From: dataset.None, To: class, Geometry: g})
	}
	add(0, 0, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
	add(0, 1, dataset.RotatedBox{X: 20, Y: 20, W: 8, H: 4, Angle: 45})
	add(0, 2, nil)
	add(0, 0, dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7, 9, 3}}})
	add(1, 0, dataset.NewMask(8, 6, func(x, y int) bool { return x > y }))
	add(1, 3, nil)
	add(3, 1, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
	add(3, 0, dataset.Box{X: 4, Y: 2, W: 3, H: 4})
	check(t, dir, ds, formattest.Comparison{NoIDs: true, NoAnnotators: true, NoSizes: true}, changes...)
	data, err := os.ReadFile(filepath.Join(dir, "export.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"total_annotations": 1,`, `"from_name": "mask"`, `"item_index": 1, "original_width": 40`, `"from_name": "scene"`} {
		if !strings.Contains(string(data), part) {
			t.Errorf("%s is not in\n%s", part, data)
		}
	}
}

func TestPatchChoices(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{"min.json": short})
	ds := formattest.Read(t, Format, dir)
	b := 1 // the picture with a single choice
	check(t, dir, ds, formattest.Comparison{NoAnnotators: true},
		dataset.Change{Action: dataset.SetClass, Annotation: 3, Image: b, From: ds.Annotations[3].Class, To: 4},
		dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: b, From: dataset.None, To: 5},
		dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: b, From: dataset.None, To: 3})
	ds = formattest.Read(t, Format, dir)
	var changes []dataset.Change
	for a, an := range ds.Annotations {
		if an.Image == b {
			changes = append(changes, dataset.Change{Action: dataset.DeleteObject, Annotation: a, Image: b, From: dataset.None, To: dataset.None})
		}
	}
	check(t, dir, ds, formattest.Comparison{}, changes...)
}

func TestPatchBytes(t *testing.T) {
	before := "\ufeff" + strings.ReplaceAll(full, "\n", "\r\n")
	dir := formattest.Put(t, t.TempDir(), map[string]string{"export.json": before})
	ds := formattest.Read(t, Format, dir)
	p, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 1, Image: 0, From: ds.Annotations[1].Class, To: 0},
		{Action: dataset.MoveObject, Annotation: 0, Image: 0, From: dataset.None, To: dataset.None, Geometry: dataset.Box{X: 21, Y: 20, W: 62, H: 41}},
		{Action: dataset.DropImage, Annotation: dataset.None, Image: 1, From: dataset.None, To: dataset.None},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := os.ReadFile(filepath.Join(dir, "export.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		`"width": 30,`, `"width": 31,`, `"height": 40.0`, `"height": 41.0`, // the region and the choice that repeats its place
		`"B\u00fcs"`, `"Car"`,
	).Replace(before)
	start, end := strings.Index(want, "  {\r\n    \"id\": 12"), strings.Index(want, "  {\r\n    \"id\": 13")
	want = want[:start] + want[end:]
	if string(got) != want {
		t.Errorf("the corrected file is\n%s\nwant\n%s", got, want)
	}
}

func TestPatchDropsFile(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"1.json": `{"id": 1, "data": {"image": "a.jpg"}, "annotations": []}`,
		"2.json": `{"id": 2, "data": {"image": "b.jpg"}, "annotations": []}`,
	})
	p, err := patcherFormat.Patch(t.Context(), formattest.Read(t, Format, dir), []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, Image: 0}})
	if err != nil || len(p.Files) != 0 || len(p.Moves) != 1 || p.Moves[0].From != "1.json" || !p.Moves[0].Drop {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), tree())
	ds := formattest.Read(t, Format, dir)
	outline := dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 6}}}
	for name, c := range map[string]struct {
		change dataset.Change
		want   string
	}{
		"kind":       {dataset.Change{Action: dataset.MoveObject, Annotation: 0, Geometry: outline}, "of different controls"},
		"parts":      {dataset.Change{Action: dataset.MoveObject, Annotation: 1, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 1, 2, 3}}}}, "different controls"},
		"mask size":  {dataset.Change{Action: dataset.MoveObject, Annotation: 2, Geometry: dataset.MaskOf(2, 2, make([]bool, 4))}, "not of the 6 × 4 pixels"},
		"one of two": {dataset.Change{Action: dataset.MoveObject, Annotation: 5, Geometry: dataset.Box{X: 1, Y: 1, W: 1, H: 1}}, "has 2 labels"},
		"rating":     {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Attribute: dataset.Attribute{Name: "quality", Value: "good"}}, "is a number"},
		"choice":     {dataset.Change{Action: dataset.SetAttribute, Annotation: 3, Attribute: dataset.Attribute{Name: "a", Value: "b"}}, "has no attributes"},
		"page":       {dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, Image: 2}, "cannot be dropped alone"},
		"unmarked":   {dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Geometry: dataset.Invalid{Reason: "none"}}, "no readable way"},
		"no size":    {dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: 2, Geometry: outline}, "size of the picture is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	formattest.Put(t, dir, map[string]string{"export.json": strings.Replace(full, `"Car"`, `"Cat"`, 1)})
	if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0}}); err == nil || !strings.Contains(err.Error(), "check it again") {
		t.Errorf("a changed label: %v", err)
	}
}

// anyPicture stands for pictures whose bytes do not matter.
type anyPicture struct{}

func (anyPicture) Read(im *dataset.Image) ([]byte, error)    { return []byte(im.Path), nil }
func (anyPicture) Stat(*dataset.Image) (int64, int64, error) { return 1, 1, nil }

func TestRoundTrip(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), &dataset.Dataset{
		Name: "rich", Pictures: anyPicture{}, Classes: []string{"cat", "dog \"x\" <&>", "night", "unused ü"},
		Images: []dataset.Image{{Path: "x/a +&%é.jpg", Split: "train", Width: 60, Height: 40}, {Path: "b.png", Width: 6, Height: 4}, {Path: "x/c.jpg", Split: "val", Width: 5, Height: 7}, {Path: "d.jpg"}},
		Annotations: []dataset.Annotation{
			{Image: 0, Class: 2, Annotator: "ann@example.org"}, {Image: 0, Class: 0, Annotator: "7"},
			{Image: 0, Class: 0, ID: "a", Geometry: dataset.Box{X: 1, Y: 2.25, W: 3, H: 4}, Attributes: []dataset.Attribute{{Name: "occluded", Value: "true"}, {Name: "pose", Value: "left \"x\""}}},
			{Image: 0, Class: 0, ID: "a", Geometry: dataset.Box{X: 11, Y: 2.25, W: 3, H: 4}},
			{Image: 0, Class: 1, Geometry: dataset.RotatedBox{X: 20, Y: 20, W: 10, H: 4, Angle: 33}, Annotator: "7"},
			{Image: 0, Class: 1, Geometry: dataset.RotatedBox{X: 20, Y: 30, W: 10, H: 4}},
			{Image: 1, Class: 1, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3.125, 4, 5, 3}}}},
			{Image: 1, Class: 0, Geometry: brushed},
			{Image: 3, Class: 2},
		},
	})
}

func TestRoundTripLabels(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), &dataset.Dataset{
		Name: "labels", Pictures: anyPicture{}, Classes: []string{"cat", "dog"}, Images: []dataset.Image{{Path: "a.jpg"}},
		Annotations: []dataset.Annotation{{Class: 1}},
	})
	formattest.RoundTrip(t, Format.(source.Writer), &dataset.Dataset{Name: "none", Pictures: anyPicture{}, Classes: []string{"cat"}, Images: []dataset.Image{{Path: "a.jpg"}}})
}

func TestLosses(t *testing.T) {
	f := Format.(source.Refuser)
	ds := &dataset.Dataset{Images: []dataset.Image{{Path: "a", Split: "train"}, {Path: "b"}}, Annotations: []dataset.Annotation{{ID: "x"}}}
	if got := f.Losses(ds); len(got) != 0 {
		t.Errorf("of what it holds it loses %q", got)
	}
	ds.Images[0].Split, ds.Annotations[0].Attributes = "fold 1", []dataset.Attribute{{Name: "a", Value: "b"}}
	if got := strings.Join(f.Losses(ds), "\n"); !strings.Contains(got, `split "fold 1"`) || !strings.Contains(got, "whole pictures") {
		t.Error(got)
	}
}

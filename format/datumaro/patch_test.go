package datumaro

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
	for path, actions := range map[string][]dataset.Action{
		"annotations/train.json": all,
		"":                       {dataset.MoveObject, dataset.DeleteObject, dataset.DropImage}, // its next class is of the other file
	} {
		formattest.PatchCase{
			Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), spread), Path: path, Actions: actions,
			Attribute: dataset.Attribute{Name: "pose", Value: "right"}, MaxOld: 4000,
			Compare: formattest.Comparison{NoUnused: true},
		}.Patch(t)
	}
}

func TestPatchShared(t *testing.T) {
	root := shared.Dir(t, "data", "formats", "datumaro-assets")
	labels := []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}
	t.Run("legacy", func(t *testing.T) {
		formattest.PatchCase{Format: patcherFormat, Root: filepath.Join(root, "datumaro_dataset", "legacy"), Actions: labels, Attribute: dataset.Attribute{Name: "score", Value: "0.5"}}.Patch(t)
	})
	t.Run("noisy_cls", func(t *testing.T) {
		formattest.PatchCase{Format: patcherFormat, Root: filepath.Join(root, "algorithms", "noisy_label_detection_cls"), Actions: labels, Attribute: dataset.Attribute{Name: "seen", Value: "true"}}.Patch(t)
	})
	t.Run("noisy_det", func(t *testing.T) {
		formattest.PatchCase{Format: patcherFormat, Root: filepath.Join(root, "algorithms", "noisy_label_detection_det"), Actions: all, Attribute: dataset.Attribute{Name: "seen", Value: "by two"}, MaxOld: 50000}.Patch(t)
	})
}

// TestPatchEach moves every object of the fixture to another place of its kind
// and of every other.
func TestPatchEach(t *testing.T) {
	inside := make([]bool, 20)
	inside[7], inside[8] = true, true
	places := []dataset.Geometry{
		dataset.Box{X: 3, Y: 4, W: 10.5, H: 20}, dataset.RotatedBox{X: 50, Y: 40, W: 20, H: 10, Angle: 12.5}, dataset.RotatedBox{X: 50, Y: 40, W: 20, H: 10},
		dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7, 9, 3}}}, dataset.MaskOf(5, 4, inside),
	}
	// An outline that has one part less is in a group with itself alone.
	formattest.MoveEach(t, Format, formattest.Put(t, t.TempDir(), spread), formattest.Comparison{NoAttributes: true}, places...)
}

func TestPatchAdd(t *testing.T) {
	inside := make([]bool, 20)
	inside[7] = true
	dir := formattest.Put(t, t.TempDir(), spread)
	ds := formattest.Read(t, Format, dir)
	var changes []dataset.Change
	for image := range 3 {
		for _, g := range []dataset.Geometry{
			nil, dataset.Box{X: 1, Y: 2, W: 3, H: 4}, dataset.RotatedBox{X: 9, Y: 9, W: 3, H: 2}, dataset.MaskOf(5, 4, inside),
			dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7, 9, 3}, {10, 20, 30, 40, 50, 70}}},
		} {
			changes = append(changes, dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: image, From: dataset.None, Geometry: g})
		}
	}
	p, err := patcherFormat.Patch(t.Context(), ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	formattest.Corrects(t, Format, dir, p, ds, changes, formattest.Comparison{NoIDs: true})
}

func TestPatchBytes(t *testing.T) {
	before := "\ufeff" + strings.ReplaceAll(spread["annotations/train.json"], "\n", "\r\n")
	dir := formattest.Put(t, t.TempDir(), map[string]string{"train.json": before})
	ds := formattest.Read(t, Format, dir)
	p, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 1, Image: 0, From: ds.Annotations[1].Class, To: 2},
		{Action: dataset.MoveObject, Annotation: 0, Image: 0, From: dataset.None, To: dataset.None, Geometry: dataset.Box{X: 10.5, Y: 20, W: 31, H: 4}},
		{Action: dataset.DropImage, Annotation: dataset.None, Image: 1, From: dataset.None, To: dataset.None},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := os.ReadFile(filepath.Join(dir, "train.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(before, "[10.50, 2e1, 30.0, 4]", "[10.50, 2e1, 31.0, 4]", 1)
	want = strings.ReplaceAll(want, "\"group\": 2,\r\n                    \"label_id\": 1", "\"group\": 2,\r\n                    \"label_id\": 2")
	cut := strings.Index(want, ",\r\n        {\r\n            \"id\": \"sub/b\"")
	want = want[:cut] + "\r\n    ]\r\n}\r\n"
	if string(got) != want {
		t.Errorf("the corrected file is\n%s\nwant\n%s", got, want)
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), spread)
	ds := formattest.Read(t, Format, dir)
	for name, c := range map[string]struct {
		change dataset.Change
		want   string
	}{
		"class":    {dataset.Change{Action: dataset.SetClass, Annotation: 1, Image: 1, From: 0, To: 1}, "not in the categories"},
		"parts":    {dataset.Change{Action: dataset.MoveObject, Annotation: 1, Image: 1, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 1, 2, 3}}}}, "2 parts"},
		"group":    {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Image: 1, Attribute: dataset.Attribute{Name: "group", Value: "x"}}, "whole number"},
		"rotation": {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Image: 1, Attribute: dataset.Attribute{Name: "rotation", Value: "5"}}, "move it instead"},
		"list":     {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Image: 1, Attribute: dataset.Attribute{Name: "loss", Value: "5"}}, "cannot be set"},
		"unmarked": {dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Image: 1, To: 0, Geometry: dataset.Invalid{Reason: "none"}}, "no readable way"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	formattest.Put(t, dir, map[string]string{"annotations/train.json": strings.Replace(spread["annotations/train.json"], `"name": "car"`, `"name": "cow"`, 1)})
	if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 1, Image: 1}}); err == nil || !strings.Contains(err.Error(), "check it again") {
		t.Errorf("a changed label: %v", err)
	}
}

// anyPicture stands for pictures whose bytes do not matter.
type anyPicture struct{}

func (anyPicture) Read(im *dataset.Image) ([]byte, error)    { return []byte(im.Path), nil }
func (anyPicture) Stat(*dataset.Image) (int64, int64, error) { return 1, 1, nil }

func TestRoundTrip(t *testing.T) {
	inside := make([]bool, 100)
	inside[7], inside[99] = true, true
	formattest.RoundTrip(t, Format.(source.Writer), &dataset.Dataset{
		Name: "rich", Pictures: anyPicture{}, Classes: []string{"cat", "dog \"x\"", "night", "unused ü"},
		Images: []dataset.Image{{Path: "train/a.jpg", Split: "train", Width: 60, Height: 40}, {Path: "b.png", Width: 10, Height: 10}, {Path: "x/c.jpg", Split: "odd one", Width: 5, Height: 7}},
		Annotations: []dataset.Annotation{
			{Image: 0, Class: 2, ID: "4"},
			{Image: 0, Class: 0, Geometry: dataset.Box{X: 1, Y: 2.25, W: 3, H: 4}, Attributes: []dataset.Attribute{{Name: "group", Value: "3"}, {Name: "occluded", Value: "true"}, {Name: "pose", Value: "left \"x\""}, {Name: "z_order", Value: "2"}, {Name: "object_id", Value: "a"}, {Name: "rotation", Value: "5"}, {Name: "weight", Value: "1.50"}}},
			{Image: 0, Class: 1, Geometry: dataset.RotatedBox{X: 20, Y: 20, W: 10, H: 4, Angle: 33}},
			{Image: 0, Class: 1, Geometry: dataset.RotatedBox{X: 20, Y: 20, W: 10, H: 4}},
			{Image: 1, Class: 1, Crowd: true, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3.125, 4, 5, 9}, {2, 2, 3, 3, 1, 3}}}},
			{Image: 1, Class: 1, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3.125, 4, 5, 9}, {2, 2, 3, 3, 1, 3}}}},
			{Image: 1, Class: 0, Geometry: dataset.MaskOf(10, 10, inside), ID: "77"},
		},
	})
}

func TestRoundTripShared(t *testing.T) {
	for _, dir := range []string{"datumaro_dataset/legacy", "algorithms/noisy_label_detection_cls"} {
		t.Run(dir, func(t *testing.T) {
			formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, shared.Dir(t, "data", "formats", "datumaro-assets", dir)))
		})
	}
}

func TestLosses(t *testing.T) {
	f := Format.(source.Refuser)
	ds := &dataset.Dataset{Images: []dataset.Image{{Path: "a", Split: "odd one"}, {Path: "b"}}, Annotations: []dataset.Annotation{{ID: "12"}, {ID: ""}}}
	if got := f.Losses(ds); len(got) != 0 {
		t.Errorf("of what it holds it loses %q", got)
	}
	ds.Images[0].Split, ds.Annotations[0].ID = "a/b", "0x1"
	if got := strings.Join(f.Losses(ds), "\n"); !strings.Contains(got, `"a/b", which becomes "a_b"`) || !strings.Contains(got, `such as "0x1"`) {
		t.Error(got)
	}
}

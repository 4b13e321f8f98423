package labelme

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

var patcherFormat = Format.(source.Patcher)

// all are the actions on objects.
var all = []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}

// noFlags is spread without labels of whole pictures.
func noFlags() map[string]string {
	out := map[string]string{}
	for name, content := range spread {
		out[name] = strings.Replace(content, `"night": true`, `"night": false`, 1)
	}
	return out
}

func TestPatch(t *testing.T) {
	formattest.PatchCase{
		Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), noFlags()), Actions: all,
		Attribute: dataset.Attribute{Name: "occluded", Value: "false"},
	}.Patch(t)
}

func TestPatchFlags(t *testing.T) {
	formattest.PatchCase{
		Format: patcherFormat, Root: formattest.Put(t, t.TempDir(), map[string]string{
			"a.json": `{"flags": {"night": true, "rain": false, "fog": true}, "shapes": [], "imagePath": "a.jpg", "imageData": null}`,
			"b.json": `{"flags": {"night": false, "rain": true}, "shapes": [], "imagePath": "b.jpg", "imageData": null}`,
		}),
		Actions: []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.DropImage},
		Compare: formattest.Comparison{AnyOrder: true},
	}.Patch(t)
}

func TestPatchShared(t *testing.T) {
	for _, dir := range [][]string{
		{"bbox_detection", "data_annotated"},
		{"instance_segmentation", "data_annotated"},
		{"primitives"},
		{"video_annotation", "data_annotated"},
	} {
		t.Run(dir[0], func(t *testing.T) {
			formattest.PatchCase{
				Format: patcherFormat, Root: shared.Dir(t, append([]string{"data", "formats", "labelme"}, dir...)...),
				Actions: all, Attribute: dataset.Attribute{Name: "truncated", Value: "true"},
				MaxOld: 5000, Compare: formattest.Comparison{NoUnused: true},
			}.Patch(t)
		})
	}
	t.Run("voc100", func(t *testing.T) {
		formattest.PatchCase{Format: patcherFormat, Root: shared.Dir(t, "data", "voc100-formats", "gts", "labelme_format")}.Patch(t)
	})
	t.Run("classification", func(t *testing.T) {
		formattest.PatchCase{
			Format: patcherFormat, Root: shared.Dir(t, "data", "formats", "labelme", "classification", "data_annotated"),
			Actions: []dataset.Action{dataset.SetClass, dataset.DropImage}, Compare: formattest.Comparison{AnyOrder: true},
		}.Patch(t)
	})
}

// TestPatchEach moves every object of the fixture, to another kind of place, and
// back.
func TestPatchEach(t *testing.T) {
	box := dataset.Box{X: 3, Y: 4, W: 10.5, H: 20}
	places := []dataset.Geometry{
		box, dataset.RotatedBox{X: 50, Y: 40, W: 20, H: 10, Angle: 30},
		dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7, 9, 3}}},
		dataset.MaskOf(200, 100, pixels(200, 100, [2]int{8, 9}, [2]int{9, 9})),
	}
	formattest.MoveEach(t, Format, formattest.Put(t, t.TempDir(), spread), formattest.Comparison{}, places...)
}

func TestPatchBytes(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{"a.json": strings.ReplaceAll(spread["train/a.json"], "\n", "\r\n")})
	ds := formattest.Read(t, Format, dir)
	p, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 2, Image: 0, From: ds.Annotations[2].Class, To: ds.Annotations[1].Class},
		{Action: dataset.MoveObject, Annotation: 1, Image: 0, From: dataset.None, To: dataset.None, Geometry: dataset.Box{X: 10.25, Y: 20, W: 101.25, H: 70}},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := os.ReadFile(filepath.Join(dir, "a.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("\n", "\r\n", `"caf\u00e9"`, `"dog"`, "110.50", "111.5").Replace(spread["train/a.json"])
	if string(got) != want {
		t.Errorf("the corrected file is\n%s\nwant\n%s", got, want)
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), spread)
	ds := formattest.Read(t, Format, dir)
	class := ds.Annotations[2].Class
	for name, c := range map[string]struct {
		change dataset.Change
		want   string
	}{
		"parts":     {dataset.Change{Action: dataset.MoveObject, Annotation: 2, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 6}, {7, 8, 9, 1, 2, 3}}}}, "one outline"},
		"flag":      {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Attribute: dataset.Attribute{Name: "occluded", Value: "half"}}, "true or false"},
		"reserved":  {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Attribute: dataset.Attribute{Name: "points", Value: "x"}}, "keeps the name"},
		"group":     {dataset.Change{Action: dataset.SetAttribute, Annotation: 1, Attribute: dataset.Attribute{Name: "group_id", Value: "x"}}, "whole number"},
		"attribute": {dataset.Change{Action: dataset.SetAttribute, Annotation: 0, Attribute: dataset.Attribute{Name: "a", Value: "x"}}, "no attributes"},
		"unmarked":  {dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, To: class, Geometry: dataset.Invalid{Reason: "none"}}, "no readable way"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	formattest.Put(t, dir, map[string]string{"train/a.json": strings.Replace(spread["train/a.json"], "dog", "cow", 1)})
	if _, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 1}}); err == nil || !strings.Contains(err.Error(), "check it again") {
		t.Errorf("a changed label: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), rich())
}

// anyPicture stands for pictures whose bytes do not matter.
type anyPicture struct{}

func (anyPicture) Read(im *dataset.Image) ([]byte, error)    { return []byte(im.Path), nil }
func (anyPicture) Stat(*dataset.Image) (int64, int64, error) { return 1, 1, nil }

// rich holds everything that the format has a place for.
func rich() *dataset.Dataset {
	return &dataset.Dataset{
		Pictures: anyPicture{},
		Name:     "rich", Classes: []string{"cat", "dog", "night", "unused ü"},
		Images: []dataset.Image{{Path: "x/a.jpg", Split: "train", Width: 60, Height: 40}, {Path: "b.png", Width: 10, Height: 10}, {Path: "x/b.jpg", Split: "val", Width: 5, Height: 7}},
		Annotations: []dataset.Annotation{
			{Image: 0, Class: 2},
			{Image: 0, Class: 0, Geometry: dataset.Box{X: 1, Y: 2.25, W: 3, H: 4}, Attributes: []dataset.Attribute{{Name: "group_id", Value: "3"}, {Name: "occluded", Value: "true"}, {Name: "pose", Value: "left \"x\""}, {Name: "description", Value: "far"}}},
			{Image: 0, Class: 1, Geometry: dataset.RotatedBox{X: 20, Y: 20, W: 10, H: 4, Angle: 33}},
			{Image: 1, Class: 1, Geometry: dataset.Polygon{Parts: [][]float64{{1, 2, 3.125, 4, 5, 9}}}},
			{Image: 1, Class: 0, Geometry: dataset.MaskOf(10, 10, pixels(10, 10, [2]int{3, 4}, [2]int{4, 4}, [2]int{9, 9}))},
		},
	}
}

func TestRoundTripShared(t *testing.T) {
	for _, dir := range [][]string{{"bbox_detection", "data_annotated"}, {"instance_segmentation", "data_annotated"}, {"primitives"}, {"classification", "data_annotated"}} {
		t.Run(dir[0], func(t *testing.T) {
			formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, shared.Dir(t, append([]string{"data", "formats", "labelme"}, dir...)...)))
		})
	}
}

func TestLosses(t *testing.T) {
	ds := rich()
	f := Format.(source.Refuser)
	if got := f.Losses(ds); len(got) != 0 {
		t.Errorf("of what it holds it loses %q", got)
	}
	ds.Images[0].Split = "fold 1"
	ds.Classes[3] = "two\nlines"
	ds.Annotations[0].Attributes = []dataset.Attribute{{Name: "label", Value: "x"}}
	got := strings.Join(f.Losses(ds), "\n")
	for _, part := range []string{`split "fold 1"`, `"two\nlines" cannot stand on a line`, `"label", which becomes "label_"`, "whole pictures"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in\n%s", part, got)
		}
	}
}

// TestPatchApart drops a picture that lies in a folder beside the label files.
func TestPatchApart(t *testing.T) {
	dir := formattest.Put(t, t.TempDir(), map[string]string{
		"annotations/a.json": `{"shapes": [], "imagePath": "a.jpg"}`, "annotations/b.json": `{"shapes": [], "imagePath": "b.jpg"}`,
		"images/a.jpg": "a", "images/b.jpg": "b",
	})
	for name, want := range map[string][]source.Move{
		"annotations": {{From: "a.json", To: "a.json", Drop: true}},
		"":            {{From: "annotations/a.json", To: "annotations/a.json", Drop: true}, {From: "images/a.jpg", To: "images/a.jpg", Drop: true}},
	} {
		ds := formattest.Read(t, Format, filepath.Join(dir, name))
		if _, err := os.Stat(filepath.Join(ds.Root, ds.Images[0].Path)); err != nil {
			t.Error(err)
		}
		p, err := patcherFormat.Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, Image: 0}})
		if err != nil || !slices.Equal(p.Moves, want) || len(p.Files) != 0 {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
}

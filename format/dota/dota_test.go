package dota

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// photo is a PNG.
var photo = string(formattest.Picture(60, 40))

const header = "imagesource:GoogleEarth\ngsd:0.14\n"

var files = map[string]string{
	"train/images/1.png": photo, "train/images/2.png": photo, "val/images/1.png": photo, "val/images/3.png": photo,
	"train/labelTxt/1.txt": header + "10.0 10.0 20.0 10.0 20.0 14.0 10.0 14.0 plane 0\n 10.0 30.0 10.0 35.0 30.0 35.0 30.0 30.0  small-vehicle 1 \r\n1.0 1.0 9.0 2.0 8.0 7.0 2.0 6.0 plane 0",
	"val/labelTxt/1.txt":   "10 10 20 10 20 14 10 14 plane\n", "val/labelTxt/3.txt": header,
}

func TestRead(t *testing.T) {
	root := formattest.Plant(t, files)
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detection: %+v", m)
	}
	ds := formattest.Read(t, Format, root)
	if len(ds.Images) != 4 || len(ds.Annotations) != 4 || strings.Join(ds.Splits(), " ") != "train val" || len(ds.Problems) != 0 {
		t.Fatalf("%d images, %d annotations, splits %q, problems %v", len(ds.Images), len(ds.Annotations), ds.Splits(), ds.Problems)
	}
	for i, want := range []dataset.Geometry{dataset.RotatedBox{X: 15, Y: 12, W: 10, H: 4}, dataset.RotatedBox{X: 20, Y: 32.5, W: 20, H: 5}} {
		if got := ds.Annotations[i].Geometry; got != want {
			t.Errorf("geometry %v, expected %v", got, want)
		}
	}
	if _, ok := ds.Annotations[2].Geometry.(dataset.Polygon); !ok {
		t.Errorf("four corners that are no rectangle are %v", ds.Annotations[2].Geometry)
	}
	if a := ds.Annotations[1].Attributes; len(a) != 1 || a[0] != (dataset.Attribute{Name: "difficult", Value: "1"}) {
		t.Errorf("attributes are %v", a)
	}
}

func TestBadRows(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{
		"data.yaml": "names: [plane]\n", "images/1.png": photo,
		"labelTxt/1.txt": "gsd:null\n1 2 3\n1 1 1 1 1 1 1 x plane 0\nnan 1 1 1 1 1 1 1 plane 0\n1 2 3 4 5 6 7 8 boat 2\na:b\n",
	}))
	var kinds []string
	for _, p := range ds.Problems {
		kinds = append(kinds, p.Place+" "+string(p.Kind))
	}
	if got := strings.Join(kinds, ", "); len(ds.Annotations) != 2 || got != "labelTxt/1.txt line 2 , labelTxt/1.txt line 3 , labelTxt/1.txt line 6 , labelTxt/1.txt line 5 undefined-class" {
		t.Errorf("%d annotations, problems %s", len(ds.Annotations), got)
	}
	if _, err := Format.Read(t.Context(), formattest.Plant(t, map[string]string{"labels/1.txt": ""}), source.Options{}); err == nil {
		t.Error("a folder without labelTxt is read")
	}
}

func TestShared(t *testing.T) {
	for name, want := range map[string][3]int{"dota_dataset": {3, 4, 2}, "roboflow_dataset/yolo_obb": {3, 4, 2}} {
		t.Run(name, func(t *testing.T) {
			root := shared.Dir(t, "data", "formats", "datumaro-assets", filepath.FromSlash(name))
			if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
				t.Errorf("detection: %+v", m)
			}
			ds := formattest.Read(t, Format, root)
			if got := [3]int{len(ds.Images), len(ds.Annotations), len(ds.Classes)}; got != want || len(ds.Problems) != 0 {
				t.Errorf("images, annotations and classes are %v, problems %v", got, ds.Problems)
			}
			c := formattest.PatchCase{Format: Format.(source.Patcher), Root: root}
			c.Compare.NoUnused = true
			c.Patch(t)
		})
	}
}

func TestPatch(t *testing.T) {
	c := formattest.PatchCase{
		Format: Format.(source.Patcher), Root: formattest.Plant(t, files), Attribute: dataset.Attribute{Name: "difficult", Value: "2"},
		Actions: []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.SetAttribute, dataset.DropImage},
	}
	c.Compare.NoUnused = true // a class exists while a row has it
	c.Patch(t)
	root := formattest.Plant(t, files)
	ds := formattest.Read(t, Format, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.MoveObject, Annotation: 1, Image: 0, From: -1, To: -1, Geometry: dataset.RotatedBox{X: 21, Y: 32.5, W: 20, H: 5}},
		{Action: dataset.SetAttribute, Annotation: 3, Image: 2, From: -1, To: -1, Attribute: dataset.Attribute{Name: "difficult", Value: "1"}},
		{Action: dataset.AddObject, Annotation: -1, Image: 1, From: -1, To: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 3.5, H: 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	for name, want := range map[string]string{
		"train/labelTxt/1.txt": strings.Replace(files["train/labelTxt/1.txt"], "10.0 30.0 10.0 35.0 30.0 35.0 30.0 30.0", "11.0 30.0 11.0 35.0 31.0 35.0 31.0 30.0", 1),
		"train/labelTxt/2.txt": "1 2 4.5 2 4.5 6 1 6 plane 0\n",
		"val/labelTxt/1.txt":   "10 10 20 10 20 14 10 14 plane 1\n",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, name)); string(got) != want {
			t.Errorf("%s is %q, expected %q", name, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, files))
	for want, c := range map[string]dataset.Change{
		"four corners":               {Action: dataset.MoveObject, From: -1, To: -1, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 5, 0, 5, 5}}}},
		"no field for the attribute": {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "colour", Value: "1"}},
		"has blanks":                 {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "difficult", Value: "a b"}},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected %q", c.Action, err, want)
		}
	}
}

func TestWrite(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, formattest.Plant(t, files)))
	ds := &dataset.Dataset{
		Classes: []string{"traffic light"}, Images: []dataset.Image{{Path: "a/b.png", Split: "all"}},
		Annotations: []dataset.Annotation{
			{Geometry: dataset.Box{W: 1, H: 1}, Attributes: []dataset.Attribute{{Name: "colour", Value: "red"}}},
			{Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}}}},
		},
	}
	if got := Format.(source.Refuser).Losses(ds); len(got) != 5 {
		t.Errorf("losses are %q", got)
	}
}

func TestSmallest(t *testing.T) {
	want := dataset.RotatedBox{X: 30, Y: 20, W: 20, H: 6, Angle: 25}
	got := smallest(append(want.Corners(), 30, 20, 31, 21))
	if math.Abs(got.Area()-want.Area()) > 1e-6 || math.Abs(got.X-30) > 1e-6 || math.Abs(got.Y-20) > 1e-6 {
		t.Errorf("%v, expected %v", got, want)
	}
	for _, few := range [][]float64{nil, {1, 2}, {1, 2, 3, 4}, {1, 1, 2, 2, 3, 3}, {1, 1, 1, 1, 1, 1}} {
		if got := smallest(few); got.Area() > 1e-9 {
			t.Errorf("around %v is %v", few, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(files["train/labelTxt/1.txt"], "names: [plane]")
	f.Add("1 1 1 1 1 1 1 1 a\r\nnan inf 1e999 -0 0x1 1 1 1 b c d", "")
	f.Fuzz(func(t *testing.T, text, yaml string) {
		root := formattest.Plant(t, map[string]string{"labelTxt/1.txt": text, "images/1.png": photo, "data.yaml": yaml})
		ds := formattest.Read(t, Format, root)
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		want := dataset.RotatedBox{X: 10, Y: 20, W: 6, H: 4, Angle: 30}
		changes := []dataset.Change{{Action: dataset.MoveObject, Annotation: 0, From: -1, To: -1, Geometry: want}}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		again := formattest.Read(t, Format, root)
		if got, ok := again.Annotations[0].Geometry.(dataset.RotatedBox); !ok || len(again.Annotations) != len(ds.Annotations) || math.Abs(got.X-10)+math.Abs(got.Y-20)+math.Abs(got.Area()-24) > 1e-5 {
			t.Errorf("moved to %v", again.Annotations[0].Geometry)
		}
	})
}

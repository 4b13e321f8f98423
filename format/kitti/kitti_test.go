package kitti

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

// photo is a PNG.
var photo = string(formattest.Picture(60, 40))

const (
	three = "Car 0.00 0 1.85 10.10 12.00 30.55 22.25 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\r\n" +
		"Van 0.50 1 -1.00 1.00 2.00 3.00 4.00 -1 -1 -1 -1000 -1000 -1000 -10\r\n" +
		"DontCare -1 -1 -10 40.00 5.00 50.00 9.00 -1 -1 -1 -1000 -1000 -1000 -10"
	one = "Car 0.00 0 1.85 10 12 30 22 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\n"
)

var plain = map[string]string{
	"training/label_2/1.txt": three, "training/label_2/2.txt": one, "training/label_2/7.txt": one,
	"training/image_2/1.png": photo, "training/image_2/2.png": photo, "training/image_2/3.png": photo, "testing/image_2/9.png": photo,
	"ImageSets/train.txt": "1\n3\n", "ImageSets/val.txt": "2\n7", "ImageSets/trainval.txt": "1\n2\n3\n7\n",
}

var predictions = map[string]string{
	"label_2/1.txt": strings.ReplaceAll(one, "\n", " 0.75\n") + "Car 0 0 0 1 2 3 4 1 1 1 1 1 1 1 0.5\n", "image_2/1.png": photo,
}

func TestRead(t *testing.T) {
	root := formattest.Plant(t, plain)
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detection: %+v", m)
	}
	ds := formattest.Read(t, Format, root)
	var got []string
	for _, im := range ds.Images {
		got = append(got, im.Path+" "+im.Split)
	}
	if s := strings.Join(got, ", "); s != "training/image_2/1.png train, training/image_2/2.png val, training/image_2/3.png train, training/image_2/7.png val" {
		t.Errorf("images are %s", s)
	}
	a := ds.Annotations[0]
	if want := (dataset.Box{X: 10.1, Y: 12, W: 20.45, H: 10.25}); a.Geometry != want {
		t.Errorf("box %v, expected %v", a.Geometry, want)
	}
	if len(a.Attributes) != 10 || a.Attributes[2] != (dataset.Attribute{Name: "alpha", Value: "1.85"}) {
		t.Errorf("attributes are %v", a.Attributes)
	}
	if n := len(ds.Annotations[1].Attributes); n != 3 {
		t.Errorf("unknown fields are attributes: %v", ds.Annotations[1].Attributes)
	}
	if d := ds.Annotations[2]; !d.Crowd || ds.Classes[d.Class] != DontCare || len(d.Attributes) != 0 {
		t.Errorf("region %+v", d)
	}
	if ds := formattest.Read(t, Format, formattest.Plant(t, predictions)); !ds.Predictions || ds.Annotations[0].Score != 0.75 {
		t.Errorf("predictions %v, first %+v", ds.Predictions, ds.Annotations[0])
	}
}

func TestBadRows(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"label_2/1.txt": "\n Car\nCar 0 0 0 1 x 3 4\nCar 0 0 0 9 8 NaN 1e999\n" + strings.ReplaceAll(one, "\n", " 1\n"), "image_2/1.png": photo}))
	if len(ds.Annotations) != 4 || len(ds.Problems) != 1 || ds.Predictions {
		t.Fatalf("%d annotations, problems %v", len(ds.Annotations), ds.Problems)
	}
	for i, invalid := range []bool{true, true, false, false} {
		if _, got := ds.Annotations[i].Geometry.(dataset.Invalid); got != invalid {
			t.Errorf("annotation %d is %v", i, ds.Annotations[i].Geometry)
		}
	}
	for name, files := range map[string]map[string]string{"nothing": {"a.txt": ""}, "no labels": {"training/image_2/a.png": photo}} {
		if _, err := Format.Read(t.Context(), formattest.Plant(t, files), source.Options{}); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestPatch(t *testing.T) {
	actions := []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.SetAttribute, dataset.DropImage}
	c := formattest.PatchCase{Format: Format.(source.Patcher), Actions: actions, Attribute: dataset.Attribute{Name: "alpha", Value: "0.25"}}
	// A class exists while a row has it, and a region is a crowd by its class.
	c.Compare.NoUnused, c.Compare.NoCrowds, c.Compare.NoAttributes = true, true, true
	c.Root = formattest.Plant(t, plain)
	c.Patch(t)
	for _, name := range []string{"kitti", "datumaro-assets/kitti_dataset/kitti_detection", "datumaro-assets/kitti_dataset/kitti_3d"} {
		t.Run(name, func(t *testing.T) {
			c.Root = shared.Dir(t, "data", "formats", filepath.FromSlash(name))
			c.Patch(t)
		})
	}
}

func TestBytes(t *testing.T) {
	root := formattest.Plant(t, plain)
	ds := formattest.Read(t, Format, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 1, Image: 0, From: 1, To: 0},
		{Action: dataset.SetAttribute, Annotation: 1, Image: 0, From: -1, To: -1, Attribute: dataset.Attribute{Name: "height", Value: "1.5"}},
		{Action: dataset.MoveObject, Annotation: 0, Image: 0, From: -1, To: -1, Geometry: dataset.Box{X: 10.1, Y: 11.5, W: 20.45, H: 10.75}},
		{Action: dataset.DeleteObject, Annotation: 2, Image: 0, From: -1, To: -1},
		{Action: dataset.AddObject, Annotation: -1, Image: 2, From: -1, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4.125}},
		{Action: dataset.DropImage, Annotation: -1, Image: 1, From: -1, To: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	for name, want := range map[string]string{
		"training/label_2/1.txt": "Car 0.00 0 1.85 10.10 11.50 30.55 22.25 1.67 1.87 3.69 -16.53 2.39 58.49 1.57\r\n" +
			"Car 0.50 1 -1.00 1.00 2.00 3.00 4.00 1.5 -1 -1 -1000 -1000 -1000 -10",
		"training/label_2/3.txt": "Van -1 -1 -10 1.00 2.00 4.00 6.125 -1 -1 -1 -1000 -1000 -1000 -10\n",
		"ImageSets/val.txt":      "7", "ImageSets/trainval.txt": "1\n3\n7\n", "ImageSets/train.txt": "1\n3\n",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, name)); string(got) != want {
			t.Errorf("%s is %q, expected %q", name, got, want)
		}
	}
	for _, name := range []string{"training/image_2/2.png", "training/label_2/2.txt"} {
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, plain))
	ds.Classes = append(ds.Classes, "big car")
	for want, c := range map[string]dataset.Change{
		"has blanks":                 {Action: dataset.SetClass, From: 0, To: 3},
		"upright boxes only":         {Action: dataset.MoveObject, From: -1, To: -1, Geometry: dataset.RotatedBox{W: 1, H: 1, Angle: 30}},
		"no field for the attribute": {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "colour", Value: "1"}},
		"has to be a number":         {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "x", Value: "far"}},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected %q", c.Action, err, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, formattest.Plant(t, predictions)))
	t.Run("shared", func(t *testing.T) {
		ds := formattest.Read(t, Format, shared.Dir(t, "data", "formats", "kitti"))
		if len(ds.Images) != 2 || len(ds.Annotations) != 8 || len(ds.Classes) != 5 || len(ds.Problems) != 0 {
			t.Errorf("%d images, %d annotations, classes %q, problems %v", len(ds.Images), len(ds.Annotations), ds.Classes, ds.Problems)
		}
		formattest.RoundTrip(t, Format.(source.Writer), ds)
	})
	ds := &dataset.Dataset{
		Classes: []string{"traffic light", "car"}, Images: []dataset.Image{{Path: "a/b.png"}},
		Annotations: []dataset.Annotation{{Class: 1, Crowd: true, Geometry: dataset.Box{W: 1, H: 1}, Attributes: []dataset.Attribute{{Name: "colour", Value: "red"}}}},
	}
	if got := Format.(source.Refuser).Losses(ds); len(got) != 3 {
		t.Errorf("losses are %q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(three, "1\n")
	f.Add(one, "image_2\\1.png 1\r\n../x\n")
	f.Add("Car\nCar 0 0 0 nan inf -0 1e999", "")
	f.Fuzz(func(t *testing.T, text, list string) {
		root := formattest.Plant(t, map[string]string{"training/label_2/1.txt": text, "training/image_2/1.png": photo, "ImageSets/train.txt": list})
		ds, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		changes := []dataset.Change{{Action: dataset.MoveObject, Annotation: 0, From: -1, To: -1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}}}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		again := formattest.Read(t, Format, root)
		if len(again.Annotations) != len(ds.Annotations) || again.Annotations[0].Geometry != changes[0].Geometry {
			t.Errorf("moved to %v", again.Annotations[0].Geometry)
		}
	})
}

package widerface

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

const (
	list = "0--Parade/a.jpg\n3 \n10 20 30 40 0 1 0 0 2 0 \n11 21 31 41 1 0 0 0 0 0 mask\n12 22 0 42 0 0 0 1 0 0 \n" +
		"0--Parade/b c.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n1--Riot/d.jpg\n1\n5 6 7 8 0 0 0 0 0 0"
	train = "wider_face_split/wider_face_train_bbx_gt.txt"
)

var files = map[string]string{
	train: list, "wider_face_split/wider_face_val_bbx_gt.txt": "1--Riot/e.jpg\r\n0\r\n1--Riot/f.jpg\r\n1\r\n1 2 3 4 0 0 0 0 0 0\r\n",
	"WIDER_train/images/0--Parade/a.jpg": "x", "WIDER_val/images/1--Riot/e.jpg": "x",
}

func TestRead(t *testing.T) {
	root := formattest.Plant(t, files)
	for _, name := range []string{"", train} {
		if m := formattest.Detect(t, Format, filepath.Join(root, name)); m.Confidence != source.Sure {
			t.Errorf("detection of %q: %+v", name, m)
		}
	}
	ds := formattest.Read(t, Format, root)
	if len(ds.Images) != 5 || len(ds.Annotations) != 5 || strings.Join(ds.Classes, ",") != "face,mask" || strings.Join(ds.Splits(), ",") != "train,val" || len(ds.Problems) != 0 {
		t.Errorf("%d images, %d annotations, classes %q, splits %q, problems %v", len(ds.Images), len(ds.Annotations), ds.Classes, ds.Splits(), ds.Problems)
	}
	if p := ds.Images[1].Path; p != "WIDER_train/images/0--Parade/b c.jpg" {
		t.Errorf("the second picture is %s", p)
	}
	a := ds.Annotations[0]
	if a.Geometry != (dataset.Box{X: 10, Y: 20, W: 30, H: 40}) || len(a.Attributes) != 6 || a.Attributes[4] != (dataset.Attribute{Name: "occluded", Value: "2"}) {
		t.Errorf("first face %+v", a)
	}
}

func TestPatch(t *testing.T) {
	c := formattest.PatchCase{
		Format: Format.(source.Patcher), Root: formattest.Plant(t, files), Attribute: dataset.Attribute{Name: "blur", Value: "2"},
		Actions: []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.SetAttribute, dataset.DropImage},
	}
	c.Compare.NoUnused = true // a class exists while a row has it
	c.Patch(t)
	c.Path = train
	c.Patch(t)
	root := formattest.Plant(t, files)
	ds := formattest.Read(t, Format, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.AddObject, Annotation: -1, Image: 1, From: -1, To: 0, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}},
		{Action: dataset.AddObject, Annotation: -1, Image: 3, From: -1, To: 1, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4.5}},
		{Action: dataset.DeleteObject, Annotation: 1, Image: 0, From: -1, To: -1},
		{Action: dataset.DeleteObject, Annotation: 3, Image: 2, From: -1, To: -1},
		{Action: dataset.DropImage, Annotation: -1, Image: 4, From: -1, To: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	for name, want := range map[string]string{
		train: "0--Parade/a.jpg\n2 \n10 20 30 40 0 1 0 0 2 0 \n12 22 0 42 0 0 0 1 0 0 \n0--Parade/b c.jpg\n1\n1 2 3 4 0 0 0 0 0 0\n" +
			"1--Riot/d.jpg\n0\n0 0 0 0 0 0 0 0 0 0",
		"wider_face_split/wider_face_val_bbx_gt.txt": "1--Riot/e.jpg\r\n1\r\n1 2 3 4.5 0 0 0 0 0 0 mask\r\n",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, name)); string(got) != want {
			t.Errorf("%s is %q, expected %q", name, got, want)
		}
	}
}

func TestBad(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"x_bbx_gt.txt": "7\n1 2 3 4\na.jpg\nb.jpg\n2\n1 2 3 nan\nc.jpg\n1000000000\nb.jpg\n0\n"}))
	if len(ds.Images) != 2 || len(ds.Annotations) != 1 || len(ds.Problems) != 6 {
		t.Errorf("%d images, %d annotations, problems %v", len(ds.Images), len(ds.Annotations), ds.Problems)
	}
	for _, text := range []string{"", "hello", "1 2 3 4\n"} {
		if _, err := Format.Read(t.Context(), formattest.Plant(t, map[string]string{"x_bbx_gt.txt": text}), source.Options{}); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	ds = formattest.Read(t, Format, formattest.Plant(t, files))
	for want, c := range map[string]dataset.Change{
		"upright boxes only": {Action: dataset.MoveObject, From: -1, To: -1, Geometry: dataset.RotatedBox{W: 1, H: 1}},
		"no field for":       {Action: dataset.SetAttribute, From: -1, To: -1, Attribute: dataset.Attribute{Name: "age", Value: "1"}},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected %q", c.Action, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(list)
	f.Add("a\n0\n0 0 0 0\n0 0 0 0\na\n1\n")
	f.Add("a b\r\n99999999999\r\n1 2 3 4")
	f.Fuzz(func(t *testing.T, text string) {
		root := formattest.Plant(t, map[string]string{"x_bbx_gt.txt": text})
		ds, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil || len(ds.Annotations) == 0 {
			return
		}
		a := ds.Annotations[0]
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0, Image: a.Image, From: -1, To: -1}})
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		if again := formattest.Read(t, Format, root); len(again.Annotations) != len(ds.Annotations)-1 || len(again.Images) != len(ds.Images) {
			t.Errorf("%d annotations of %d pictures, %d of %d when one was deleted", len(ds.Annotations), len(ds.Images), len(again.Annotations), len(again.Images))
		}
	})
}

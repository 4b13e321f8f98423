package mot

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

const rows = "1,7,10,20,30.5,40,1,1,0.83\r\n1, 8 ,11,21,31,41,0,8,1\r\n2,7,12,20,30,40,1,1,0.8\r\n1,9,5,5,5,5,1,3,1"

var files = map[string]string{
	"train/A/gt/gt.txt": rows, "train/A/img1/000001.jpg": "x", "train/A/img1/000002.jpg": "x", "train/A/img1/000003.jpg": "x",
	"test/B/gt/gt.txt": "4,1,0,0,5,5,1,2,1\n5,1,0,0,5,5,1,9,1\n", "test/B/gt/labels.txt": "cat\ndog\n", "test/B/seqinfo.ini": "[Sequence]\nimDir=frames\n",
	"test/B/frames/4.png": "x",
}

func TestRead(t *testing.T) {
	root := formattest.Plant(t, files)
	if m := formattest.Detect(t, Format, root); m.Confidence != source.Sure {
		t.Errorf("detection: %+v", m)
	}
	ds := formattest.Read(t, Format, root)
	var got []string
	for _, im := range ds.Images {
		got = append(got, im.Path+" "+im.Split)
	}
	if s := strings.Join(got, ", "); s != "test/B/frames/4.png test, test/B/frames/000005.jpg test, train/A/img1/000001.jpg train, train/A/img1/000002.jpg train, train/A/img1/000003.jpg train" {
		t.Errorf("images are %s", s)
	}
	if c := strings.Join(ds.Classes, ","); c != "cat,dog,9,Pedestrian,Distractor,Car" || len(ds.Annotations) != 6 {
		t.Errorf("classes %s, %d annotations", c, len(ds.Annotations))
	}
	if len(ds.Problems) != 1 || ds.Problems[0].Kind != dataset.UndefinedClass {
		t.Errorf("problems %v", ds.Problems)
	}
	if a := ds.Annotations[2]; a.Geometry != (dataset.Box{X: 10, Y: 20, W: 30.5, H: 40}) || len(a.Attributes) != 3 || a.Attributes[0].Value != "7" {
		t.Errorf("first object of the second sequence: %+v", a)
	}
}

func TestPatch(t *testing.T) {
	c := formattest.PatchCase{
		Format: Format.(source.Patcher), Root: formattest.Plant(t, files), Attribute: dataset.Attribute{Name: "conf", Value: "0"}, Image: "train/A/img1/000001.jpg",
		Actions: []dataset.Action{dataset.MoveObject, dataset.DeleteObject, dataset.SetAttribute, dataset.DropImage},
	}
	c.Compare.NoUnused = true
	c.Patch(t)
	root := formattest.Plant(t, files)
	ds := formattest.Read(t, Format, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Annotation: 3, Image: 2, From: 4, To: 3},
		{Action: dataset.AddObject, Annotation: -1, Image: 2, From: -1, To: 5, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4.5}},
		{Action: dataset.AddObject, Annotation: -1, Image: 4, From: -1, To: 5, Geometry: dataset.Box{X: 1, Y: 2, W: 3, H: 4}},
		{Action: dataset.DropImage, Annotation: -1, Image: 3, From: -1, To: -1},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	want := "1,7,10,20,30.5,40,1,1,0.83\r\n1, 8 ,11,21,31,41,0,1,1\r\n1,9,5,5,5,5,1,3,1\r\n1,-1,1,2,3,4.5,1,3,1\r\n3,-1,1,2,3,4,1,3,1"
	if got, _ := os.ReadFile(filepath.Join(root, "train/A/gt/gt.txt")); string(got) != want {
		t.Errorf("gt.txt is %q, expected %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(root, "train/A/img1/000002.jpg")); err == nil {
		t.Error("the dropped picture is still there")
	}
	if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass, Annotation: 0, Image: 0, From: 1, To: 3}}); err == nil || !strings.Contains(err.Error(), "labels.txt") {
		t.Errorf("a class of another sequence: %v", err)
	}
}

func TestShared(t *testing.T) {
	for _, name := range []string{"mot_seq", "mot_seq_with_seqinfo"} {
		root := shared.Dir(t, "data", "formats", "datumaro-assets", "mot_dataset", name)
		ds := formattest.Read(t, Format, root)
		if len(ds.Images) != 1 || len(ds.Annotations) != 1 || ds.Classes[ds.Annotations[0].Class] != "label_2" || len(ds.Classes) != 10 {
			t.Errorf("%s: %d images, %d annotations, classes %q", name, len(ds.Images), len(ds.Annotations), ds.Classes)
		}
		formattest.PatchCase{Format: Format.(source.Patcher), Root: root, Actions: []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.AddObject}}.Patch(t)
	}
}

func TestBad(t *testing.T) {
	ds := formattest.Read(t, Format, formattest.Plant(t, map[string]string{"gt/gt.txt": "1,2\nx,1,1,1,1,1,1\n1,1,nan,-0,1e999,0,1\n1e99,1,1,1,1,1,1\n"}))
	if len(ds.Annotations) != 1 || len(ds.Problems) != 3 {
		t.Errorf("%d annotations, problems %v", len(ds.Annotations), ds.Problems)
	}
	if _, err := Format.Read(t.Context(), formattest.Plant(t, map[string]string{"a.txt": ""}), source.Options{}); err == nil {
		t.Error("a folder without sequence is read")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(rows, "a\nb\n", "imDir=img1")
	f.Add("1,-1,0,4,4,8,1,3,1.0\n", "", "imDir=../x\r\n")
	f.Fuzz(func(t *testing.T, text, labels, info string) {
		root := formattest.Plant(t, map[string]string{"gt/gt.txt": text, "gt/labels.txt": labels, "seqinfo.ini": info, "img1/1.png": ""})
		ds := formattest.Read(t, Format, root)
		if len(ds.Annotations) == 0 {
			return
		}
		a := ds.Annotations[0]
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0, Image: a.Image, From: -1, To: -1}})
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		if again := formattest.Read(t, Format, root); len(again.Annotations) != len(ds.Annotations)-1 {
			t.Errorf("%d annotations, %d when one was deleted", len(ds.Annotations), len(again.Annotations))
		}
	})
}

package coco

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func TestWriteWhatWasRead(t *testing.T) {
	for name, content := range sources {
		t.Run(name, func(t *testing.T) {
			dir := lonely(t)
			for _, p := range []string{"a.jpg", "b.jpg"} {
				write(t, dir, p, "not a picture, but a file")
			}
			formattest.RoundTrip(t, Format.(source.Writer), read(t, Format, write(t, dir, "instances.json", content), source.Options{}))
		})
	}
}

func TestWriteShared(t *testing.T) {
	for _, c := range []string{"voc100-formats/gts/coco_format_v1", "coco128/annotations/instances_train2017.json", "formats/datumaro-assets/coco_dataset/coco", "formats/datumaro-assets/coco_dataset/coco_labels"} {
		t.Run(c, func(t *testing.T) {
			formattest.RoundTrip(t, Format.(source.Writer), read(t, Format, shared.Dir(t, "data", filepath.FromSlash(c)), source.Options{}))
		})
	}
}

// What other formats hold is written in the nearest way.
func TestWriteAnything(t *testing.T) {
	dir := lonely(t)
	ds := &dataset.Dataset{
		Name: "x", Root: dir, Classes: []string{"é\"", "b"},
		Images: []dataset.Image{{Path: "images/train/a.jpg", Split: "train", Width: 4, Height: 3, ID: "x"}, {Path: "a.jpg", Split: "train", Width: 5, Height: 3}, {Path: "sub/c.jpg", Width: 9, Height: 9}},
		Annotations: []dataset.Annotation{
			{Image: 0, Geometry: dataset.RotatedBox{X: 2, Y: 1, W: 2, H: 1, Angle: 90}},
			{Image: 0, Geometry: dataset.Invalid{Reason: "x"}},
			{Image: 1, Class: 1, Score: 0.5, Attributes: []dataset.Attribute{{Name: "n", Value: "007"}, {Name: "k", Value: "1.50"}}},
			{Image: 2, Class: 1, Crowd: true, Geometry: dataset.Mask{Width: 2, Height: 2, Counts: []uint32{1, 3}}},
		},
	}
	for _, im := range ds.Images {
		write(t, dir, im.Path, im.Path)
	}
	out := lonely(t)
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: out, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	got := read(t, Format, out, source.Options{})
	if n := missing(got); n > 0 || len(got.Images) != 3 || got.Root != out {
		t.Errorf("%d pictures are missing: %+v", n, got.Images)
	}
	for i, im := range got.Images {
		// The split without a name comes first.
		want := ds.Images[(i+2)%3]
		if data, err := os.ReadFile(filepath.Join(out, im.Path)); err != nil || string(data) != want.Path || im.Split != want.Split {
			t.Errorf("%s of %q is %s of %q: %v", im.Path, im.Split, data, want.Split, err)
		}
	}
	boxes, polygons, masks, labels, invalid := geometries(got)
	if boxes != 0 || polygons != 1 || masks != 1 || labels != 1 || invalid != 1 {
		t.Errorf("%d boxes, %d polygons, %d masks, %d labels, %d invalid", boxes, polygons, masks, labels, invalid)
	}
	for _, a := range got.Annotations {
		if a.Geometry == nil && (a.Score != 0.5 || len(a.Attributes) != 2 || a.Attributes[0].Value != "007" || a.Attributes[1].Value != "1.50") {
			t.Errorf("%+v", a)
		}
	}
}

func TestLosses(t *testing.T) {
	square := dataset.Polygon{Parts: [][]float64{{1, 2, 4, 2, 4, 6, 1, 6}}}
	ds := &dataset.Dataset{Classes: []string{"a"}, Images: []dataset.Image{{Path: "a.jpg"}}, Annotations: []dataset.Annotation{{Geometry: square}, {}}}
	losses := func() int { return len(Format.(source.Refuser).Losses(ds)) }
	if n := losses(); n != 1 {
		t.Errorf("%d losses of rectangles", n)
	}
	ds.Annotations = append(ds.Annotations, dataset.Annotation{Geometry: dataset.Box{W: 1, H: 1}})
	if n := losses(); n != 0 {
		t.Errorf("%d losses of a rectangle and a box", n)
	}
	ds.Classes[0] = ""
	if n := losses(); n != 1 {
		t.Errorf("%d losses of a class without name", n)
	}
}

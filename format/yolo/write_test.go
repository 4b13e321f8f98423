package yolo

import (
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

func TestRoundTrip(t *testing.T) {
	for name, files := range map[string]map[string]string{"ultralytics": ultralytics, "segments": segments, "darknet": darknet, "predictions": predictions} {
		t.Run(name, func(t *testing.T) {
			ds := read1(t, Format, formattest.Plant(t, files), source.Options{})
			formattest.RoundTrip(t, Format.(source.Writer), ds)
		})
	}
	t.Run("rotated", func(t *testing.T) {
		ds := read1(t, Format, formattest.Plant(t, rotated), source.Options{})
		formattest.RoundTrip(t, Format.(source.Writer), ds)
		formattest.RoundTrip(t, OBB.(source.Writer), ds)
	})
	t.Run("coco128", func(t *testing.T) {
		ds := read1(t, Format, shared.Dir(t, "data", "coco128", "object_detection"), source.Options{})
		kept := ds.Images[:0]
		for _, im := range ds.Images {
			if im.Width > 0 {
				kept = append(kept, im)
			}
		}
		if len(kept) < 100 {
			t.Fatalf("%d images have a size", len(kept))
		}
		for i := range ds.Images { // the two missing pictures are the last
			if i >= len(kept) && ds.Images[i].Width > 0 {
				t.Fatal("the missing pictures are not the last")
			}
		}
		ds.Images = kept
		formattest.RoundTrip(t, Format.(source.Writer), ds)
	})
}

func TestLosses(t *testing.T) {
	ds := &dataset.Dataset{
		Classes: []string{"yes", "a: b"},
		Images:  []dataset.Image{{Path: "a.png", Split: "nc"}},
		Annotations: []dataset.Annotation{
			{Geometry: dataset.Box{W: 1, H: 1}},
			{Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}}}},
			{Geometry: dataset.RotatedBox{W: 1, H: 1}},
		},
	}
	if got := Format.(source.Refuser).Losses(ds); len(got) != 3 {
		t.Errorf("losses are %q", got)
	}
	if got := OBB.(source.Refuser).Losses(ds); len(got) != 3 {
		t.Errorf("losses of %s are %q", NameOBB, got)
	}
	if got := quote("yes") + quote("a: b") + quote("traffic light") + quote("3"); got != `"yes""a: b"traffic light"3"` {
		t.Errorf("quoted: %s", got)
	}
}

func TestSplitsOfRoundTrip(t *testing.T) {
	for _, splits := range [][3]string{{"train", "train", "train"}, {"val", "val", "val"}, {"train", "test", "test"}, {"train2017", "val2017", "val2017"}, {"a", "a", "a"}, {"", "", ""}} {
		ds := read1(t, Format, formattest.Plant(t, predictions), source.Options{})
		for i := range ds.Images {
			ds.Images[i].Split = splits[i]
		}
		formattest.RoundTrip(t, Format.(source.Writer), ds)
	}
}

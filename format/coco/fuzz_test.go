package coco

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// corrections are one change of each action, on annotations from the seed on.
func corrections(ds *dataset.Dataset, seed int) []dataset.Change {
	var out []dataset.Change
	for i, action := range everything {
		a := (seed + i) % len(ds.Annotations)
		an := ds.Annotations[a]
		c := dataset.Change{Action: action, Annotation: a, Image: an.Image, From: dataset.None, To: dataset.None}
		switch action {
		case dataset.SetClass:
			c.From, c.To = an.Class, (an.Class+1)%len(ds.Classes)
		case dataset.MoveObject:
			if _, broken := an.Geometry.(dataset.Invalid); broken || an.Geometry == nil {
				continue
			}
			c.Geometry = dataset.Box{X: 1, Y: 2.5, W: 3, H: 4}
		case dataset.AddObject:
			c.Annotation, c.To, c.Geometry = dataset.None, an.Class, dataset.Polygon{Parts: [][]float64{{0, 0, 5, 0, 5, 5.5}}}
		case dataset.SetAttribute:
			c.Attribute = dataset.Attribute{Name: "a", Value: "1"}
		case dataset.DropImage:
			continue
		}
		out = append(out, c)
	}
	// What is deleted is not changed in other ways.
	gone := map[int]bool{}
	for _, c := range out {
		if c.Action == dataset.DeleteObject {
			gone[c.Annotation] = true
		}
	}
	kept := out[:0]
	for _, c := range out {
		if c.Action == dataset.DeleteObject || !gone[c.Annotation] {
			kept = append(kept, c)
		}
	}
	return kept
}

// fuzzOne reads a file, patches it with nothing and with something, and reads
// what comes out.
func fuzzOne(t *testing.T, f source.Format, name string, data []byte, seed int, with func(dir string)) {
	if len(data) > 1<<16 {
		return
	}
	dir := lonely(t)
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	if with != nil {
		with(dir)
	}
	formattest.Detect(t, f, file)
	ds, err := f.Read(t.Context(), file, source.Options{})
	if err != nil {
		return
	}
	formattest.PatchNothing(t, f, ds)
	if len(ds.Annotations) == 0 {
		return
	}
	changes := corrections(ds, seed)
	patch, err := f.(source.Patcher).Patch(t.Context(), ds, changes)
	if err != nil {
		return // what a file cannot say is refused
	}
	formattest.Apply(t, patch)
	after, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if json.Valid(data) && !json.Valid(after) {
		t.Fatalf("%s is no JSON any more", after)
	}
	again, err := f.Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatalf("%v after the corrections", err)
	}
	want, err := dataset.Apply(ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	if f == Format && len(again.Annotations) != len(want.Annotations) {
		t.Fatalf("%d annotations, not %d", len(again.Annotations), len(want.Annotations))
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range sources {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, seed int) {
		fuzzOne(t, Format, "instances.json", data, seed&0xff, nil)
	})
}

func FuzzReadResults(f *testing.F) {
	f.Add([]byte(resultsList), 1)
	f.Add([]byte(`[{"image": "a", "category": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]`), 0)
	f.Fuzz(func(t *testing.T, data []byte, seed int) {
		fuzzOne(t, Results, "results.json", data, seed&0xff, nil)
	})
}

func FuzzReadPanoptic(f *testing.F) {
	png := columns(f, 70000, 7, 300)
	f.Add([]byte(panopticJSON), []byte(png), 1)
	f.Add([]byte(`{"image_id": 255, "file_name": "a.png", "segments_info": [{"id": 7, "category_id": 3}]}`), []byte(png), 1)
	f.Fuzz(func(t *testing.T, data, png []byte, seed int) {
		if len(png) > 1<<14 {
			return
		}
		if c, err := decodeConfig(png); err == nil && c > 1<<16 {
			return // a large picture is slow to compress, and no other than a small one
		}
		fuzzOne(t, Panoptic, "panoptic.json", data, seed&0xff, func(dir string) { write(t, dir, "a.png", string(png)) })
	})
}

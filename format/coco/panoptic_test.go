package coco

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// columns returns a PNG of 20 by 10 pixels with one column for each number,
// from column 2 every six.
func columns(t testing.TB, ids ...uint32) string {
	t.Helper()
	c := &colours{width: 20, height: 10, ids: make([]uint32, 200)}
	for i, id := range ids {
		for y := range 10 {
			c.ids[y*20+2+6*i] = id
		}
	}
	data, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const panopticJSON = `{
  "images": [{"id": 9, "file_name": "a.jpg", "width": 20, "height": 10}, {"id": 10, "file_name": "b.jpg"}],
  "annotations": [
    {"segments_info": [{"id": 70000, "category_id": 1, "iscrowd": 0, "bbox": [2, 0, 1, 10], "area": 10}, {"id": 7, "category_id": 2, "iscrowd": 1, "bbox": [8, 0, 1, 10], "area": 10}, {"id": 300, "category_id": 1, "iscrowd": 0, "bbox": [14, 0, 1, 10], "area": 10, "ignore": 0}], "file_name": "a.png", "image_id": 9},
    {"segments_info": [{"id": 1, "category_id": 2, "iscrowd": 0, "bbox": [2, 0, 1, 10], "area": 10}, {"id": 2, "category_id": 1, "iscrowd": 0, "bbox": [], "area": 0}], "file_name": "b.png", "image_id": 10}
  ],
  "categories": [{"id": 1, "name": "road", "isthing": 0}, {"id": 2, "name": "car", "isthing": 1}]
}
`

func panopticFixture(t testing.TB) string {
	dir := lonely(t)
	write(t, dir, "annotations/panoptic_val.json", panopticJSON)
	write(t, dir, "annotations/panoptic_val/a.png", columns(t, 70000, 7, 300))
	write(t, dir, "annotations/panoptic_val/b.png", columns(t, 1, 5))
	write(t, dir, "images/val/a.jpg", "")
	write(t, dir, "images/val/b.jpg", "")
	return dir
}

func TestPanoptic(t *testing.T) {
	dir := panopticFixture(t)
	ds := read(t, Panoptic, dir, source.Options{})
	if ds.Root != dir || ds.Images[0].Path != "images/val/a.jpg" || ds.Images[0].Split != "val" || len(ds.Annotations) != 5 {
		t.Fatalf("%+v", ds)
	}
	m, ok := ds.Annotations[1].Geometry.(dataset.Mask)
	if !ok || m.Area() != 10 || m.Bounds() != (dataset.Box{X: 8, W: 1, H: 10}) || !ds.Annotations[1].Crowd || ds.Annotations[1].ID != "7" {
		t.Errorf("%+v", ds.Annotations[1])
	}
	if err := m.Check(); err != nil {
		t.Error(err)
	}
	if v, ok := ds.Annotations[4].Geometry.(dataset.Invalid); !ok || !strings.Contains(v.Reason, "no pixel") {
		t.Errorf("a segment without pixels is %+v", ds.Annotations[4].Geometry)
	}
	if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "10 pixels have the colour of no segment") {
		t.Errorf("%+v", ds.Problems)
	}
}

func TestPanopticPatch(t *testing.T) {
	dir := panopticFixture(t)
	c := formattest.PatchCase{Format: Panoptic.(source.Patcher), Root: dir, Actions: everything, Attribute: dataset.Attribute{Name: "ignore", Value: "1"}, MaxOld: -1}
	c.Patch(t)
	c.Path = "annotations/panoptic_val.json"
	c.Patch(t)
}

// A segment that moves over another one takes its pixels, and both records say so.
func TestPanopticOverlap(t *testing.T) {
	dir := panopticFixture(t)
	ds := read(t, Panoptic, dir, source.Options{})
	p, err := Panoptic.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.Box{X: 7, Y: 0, W: 3, H: 4}, From: dataset.None, To: dataset.None}})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	got, err := os.ReadFile(filepath.Join(dir, "annotations/panoptic_val.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`0, "bbox": [2, 0, 1, 10], "area": 10}, {"id": 7, "category_id": 2, "iscrowd": 1, "bbox": [8, 0, 1, 10], "area": 10}`, `0, "bbox": [7, 0, 3, 4], "area": 12}, {"id": 7, "category_id": 2, "iscrowd": 1, "bbox": [8, 4, 1, 6], "area": 6}`).Replace(panopticJSON)
	if string(got) != want {
		t.Errorf("%s", got)
	}
	if again := read(t, Panoptic, dir, source.Options{}); again.Annotations[1].Geometry.Area() != 6 {
		t.Errorf("%+v", again.Annotations[1])
	}
}

func TestPanopticRefuses(t *testing.T) {
	dir := panopticFixture(t)
	ds := read(t, Panoptic, dir, source.Options{})
	for what, g := range map[string]dataset.Geometry{
		"20 × 10":            dataset.Mask{Width: 3, Height: 3, Counts: []uint32{0, 9}},
		"at least one pixel": dataset.Box{X: 100, Y: 100, W: 2, H: 2},
	} {
		_, err := Panoptic.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.AddObject, Annotation: dataset.None, Geometry: g, To: 0}})
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v does not say %q", err, what)
		}
	}
	if err := os.Remove(filepath.Join(dir, "annotations/panoptic_val/a.png")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "annotations/panoptic_val/b.png", "no PNG")
	ds = read(t, Panoptic, dir, source.Options{})
	for i, a := range ds.Annotations {
		if _, ok := a.Geometry.(dataset.Invalid); !ok {
			t.Errorf("annotation %d of a missing PNG is %+v", i, a.Geometry)
		}
	}
	if _, err := Panoptic.Read(t.Context(), filepath.Join(dir, "images"), source.Options{}); err == nil {
		t.Error("a folder of pictures is read")
	}
}

func TestPanopticShared(t *testing.T) {
	for _, c := range []struct {
		path                                                string
		images, annotations, masks, crowds, classes, absent int
	}{
		{"coco128/panoptic_segmentation/panoptic_train2017.json", 100, 1111, 1111, 6, 133, 0},
		{"formats/datumaro-assets/coco_dataset/coco_panoptic", 2, 3, 3, 1, 2, 0},
		{"formats/datumaro-assets/coco_dataset/coco", 2, 3, 3, 1, 2, 0},
		{"formats/datumaro-assets/mapillary_vistas_dataset/val/v2.0/panoptic", 2, 5, 5, 2, 3, 0},
		{"formats/bdd100k/panseg_coco", 1, 14, 14, 0, 13, 1},
	} {
		t.Run(c.path, func(t *testing.T) {
			path := shared.Dir(t, "data", filepath.FromSlash(c.path))
			if m := formattest.Detect(t, Panoptic, path); m.Confidence < source.Likely {
				t.Errorf("detected as %v", m)
			}
			ds := read(t, Panoptic, path, source.Options{})
			_, _, masks, _, _ := geometries(ds)
			crowds := 0
			wrong := 0
			for _, a := range ds.Annotations {
				if a.Crowd {
					crowds++
				}
				if m, ok := a.Geometry.(dataset.Mask); ok && m.Area() != a.Area {
					wrong++
				}
			}
			t.Logf("%d masks with another area than stated", wrong)
			if len(ds.Images) != c.images || len(ds.Annotations) != c.annotations || masks != c.masks || crowds != c.crowds || len(ds.Classes) != c.classes || missing(ds) != c.absent {
				t.Errorf("%d images, %d annotations, %d masks, %d crowds, %d classes, %d pictures missing; first %s below %s", len(ds.Images), len(ds.Annotations), masks, crowds, len(ds.Classes), missing(ds), ds.Images[0].Path, ds.Root)
			}
			for _, p := range ds.Problems[:min(3, len(ds.Problems))] {
				t.Logf("%+v", p)
			}
		})
	}
}

// decodeConfig returns the number of pixels that a PNG states.
func decodeConfig(data []byte) (int, error) {
	c, err := png.DecodeConfig(strings.NewReader(string(data)))
	return c.Width * c.Height, err
}

func TestPanopticWrite(t *testing.T) {
	dir := panopticFixture(t)
	// A segment without pixels cannot be told from one that is covered, so the
	// second image has only one.
	write(t, dir, "annotations/panoptic_val.json", strings.Replace(panopticJSON, `, {"id": 2, "category_id": 1, "iscrowd": 0, "bbox": [], "area": 0}`, "", 1))
	for _, p := range []string{"images/val/a.jpg", "images/val/b.jpg"} {
		write(t, dir, p, columns(t, 1))
	}
	ds := read(t, Panoptic, dir, source.Options{})
	formattest.RoundTrip(t, Panoptic.(source.Writer), ds)
	if lost := Panoptic.(source.Refuser).Losses(ds); lost != nil {
		t.Errorf("%q", lost)
	}
	ds.Annotations[1].Geometry = ds.Annotations[0].Geometry
	if lost := Panoptic.(source.Refuser).Losses(ds); len(lost) != 1 || !strings.Contains(lost[0], "1 image;") {
		t.Errorf("%q", lost)
	}
}

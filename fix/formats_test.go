package fix

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// sources are real datasets in many formats: a path below ../shared/data, and
// the pictures where they lie elsewhere.
var sources = []struct{ path, images string }{
	{"voc100-formats/gts/pascalvoc_format", "voc100-formats/images"},
	{"voc100-formats/gts/imagenet_format", "voc100-formats/images"},
	{"voc100-formats/gts/coco_format_v1/instances_default.json", "voc100-formats/images"},
	{"voc100-formats/gts/coco_format_v2", "voc100-formats/images"},
	{"voc100-formats/gts/yolo_format", "voc100-formats/images"},
	{"voc100-formats/gts/openimages_format", "voc100-formats/images"},
	{"voc100-formats/gts/cvat_format", "voc100-formats/images"},
	{"voc100-formats/gts/labelme_format", "voc100-formats/images"},
	{"voc100-formats/gts/tfrecord_format", ""},
	{"formats/datumaro-assets/algorithms/noisy_label_detection_det", ""},
	{"camvid/val", ""},
	{"formats/label-studio/test_export_yolo", ""},
	{"formats/labelme/bbox_detection/data_annotated", ""},
	{"formats/kitti", ""},
	{"formats/scalabel-bdd", ""},
}

// files lists the files of a folder, or the file itself, with their content.
func files(t *testing.T, path string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(path, p)
		if err != nil {
			return err
		}
		out[rel], err = os.ReadFile(p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Without decisions every format comes out byte for byte; with a class, a place,
// an object less and one more it says just that, and all else stays.
func TestEveryFormat(t *testing.T) {
	for _, c := range sources {
		t.Run(c.path, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "in", "set")
			original := shared.Dir(t, "data", filepath.FromSlash(c.path))
			path := root
			if info, err := os.Stat(original); err != nil {
				t.Fatal(err)
			} else if !info.IsDir() {
				path = filepath.Join(root, filepath.Base(original))
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			formattest.CopyTree(t, original, path)
			o := source.Options{}
			if c.images != "" {
				o.Images = shared.Dir(t, "data", filepath.FromSlash(c.images))
			}
			ds, err := format.Open(t.Context(), path, "", o)
			if err != nil {
				t.Fatal(err)
			}
			before := files(t, ds.Source)
			write := func(name string, changes []dataset.Change) string {
				p, err := Make(t.Context(), ds, dataset.NewIndex(ds), changes)
				if err != nil {
					t.Fatal(err)
				}
				out := filepath.Join(t.TempDir(), name)
				if info, err := os.Stat(ds.Source); err == nil && !info.IsDir() {
					out += filepath.Ext(ds.Source)
				}
				r, err := p.Write(t.Context(), out, Options{Read: &o, Copy: true})
				if err != nil {
					t.Fatal(err)
				}
				return r.Path
			}
			after := files(t, write("same", nil))
			for name, data := range before {
				if !bytes.Equal(after[name], data) {
					t.Errorf("without decisions %s is not the same", name)
				}
			}
			changes := fourChanges(ds)
			if len(changes) < 3 {
				t.Fatalf("only %d changes can be made", len(changes))
			}
			out := write("changed", changes)
			same := 0
			for name, data := range files(t, out) {
				if bytes.Equal(before[name], data) {
					same++
				}
			}
			if len(before) > 8 && same < len(before)-8 {
				t.Errorf("%d of %d files changed", len(before)-same, len(before))
			}
			for name, data := range files(t, ds.Source) {
				if !bytes.Equal(before[name], data) {
					t.Errorf("%s of the source was changed", name)
				}
			}
			again := o
			if again.Images == "" && ds.Pictures == nil {
				if info, err := os.Stat(out); err == nil && !info.IsDir() {
					again.Images = ds.Root
				}
			}
			got, err := format.Open(t.Context(), out, ds.Format, again)
			if err != nil {
				t.Fatal(err)
			}
			if f, _ := format.Find(ds.Format); f.Info().Holds.Regions {
				return // regions of one class become one; Write has compared them
			}
			s := compare.Match(ds, got, compare.Options{Moved: 1}).Summary()
			if s.Added != 1 || s.Removed < 1 || s.Relabelled < 1 || len(got.Annotations) != len(ds.Annotations) {
				t.Errorf("the difference is %+v", s)
			}
		})
	}
}

// fourChanges relabel, move, delete and add an object where it has room.
func fourChanges(ds *dataset.Dataset) []dataset.Change {
	var objects []int
	for a, an := range ds.Annotations {
		switch an.Geometry.(type) {
		case dataset.Box, dataset.Polygon, dataset.Mask:
			if !an.Crowd && an.Geometry.Area() > 30 {
				objects = append(objects, a)
			}
		}
	}
	if len(objects) < 3 || len(ds.Classes) < 2 {
		return nil
	}
	first, middle, last := objects[0], objects[len(objects)/2], objects[len(objects)-1]
	change := func(action dataset.Action, a int) dataset.Change {
		return dataset.Change{Action: action, Annotation: a, Image: ds.Annotations[a].Image, From: dataset.None, To: dataset.None}
	}
	relabel := change(dataset.SetClass, first)
	relabel.From = ds.Annotations[first].Class
	relabel.To = (relabel.From + 1) % len(ds.Classes)
	remove := change(dataset.DeleteObject, middle)
	add := change(dataset.AddObject, last)
	add.Annotation, add.To = dataset.None, ds.Annotations[last].Class
	out := []dataset.Change{relabel, remove}
	switch g := ds.Annotations[last].Geometry.(type) {
	case dataset.Mask:
		// Half of what is inside now, so that no other region is touched.
		half := dataset.MaskOf(g.Width, g.Height, halfOf(g))
		add.Geometry, add.To = half, (add.To+1)%len(ds.Classes)
	default:
		b := g.Bounds()
		add.Geometry = dataset.Box{X: b.X, Y: b.Y, W: float64(int(b.W/3) + 2), H: float64(int(b.H/3) + 2)}
		if _, polygon := g.(dataset.Polygon); polygon {
			add.Geometry = dataset.Polygon{Parts: [][]float64{{b.X, b.Y, b.X + b.W/3 + 2, b.Y, b.X, b.Y + b.H/3 + 2}}}
		}
		move := change(dataset.MoveObject, last)
		move.Geometry = formattest.Shift(g, 1, 1)
		out = append(out, move)
	}
	return append(out, add)
}

func halfOf(m dataset.Mask) []bool {
	pix := m.Pixels()
	left := int(m.Area()) / 2
	for i := range pix {
		if pix[i] && left > 0 {
			left--
		} else {
			pix[i] = false
		}
	}
	return pix
}

package scalabel

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

func TestPatch(t *testing.T) {
	actions := []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute}
	attribute := dataset.Attribute{Name: "occluded", Value: "true"}
	for _, c := range []formattest.PatchCase{
		{Root: "testdata", Path: "frames.json"},
		{Root: "testdata", Path: "first"},
		{Root: shared.Dir(t, "data", "formats", "bdd100k"), Path: "example_annotation.json", MaxOld: 10000},
		{Root: shared.Dir(t, "data", "formats", "bdd100k"), Path: "example_ignore_annotation.json"},
		{Root: shared.Dir(t, "data", "formats", "bdd100k", "to_rle"), Path: "test-rle.json", MaxOld: 30000},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "image_list_with_auto_labels.json"},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "kitti_detection.json", MaxOld: 8000},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases"), Path: "waymo_cam_anns.json"},
		{Root: shared.Dir(t, "data", "formats", "scalabel-bdd", "label", "testcases", "rles"), Path: "segtrack", MaxOld: 10000},
	} {
		t.Run(c.Path, func(t *testing.T) {
			c.Format, c.Actions, c.Attribute = Format.(source.Patcher), actions, attribute
			if ds := formattest.Read(t, Format, filepath.Join(c.Root, c.Path)); len(ds.Classes) == 1 {
				c.Actions = actions[1:]
			}
			c.Compare.NoUnused = true // most of the files have no list of classes
			c.Patch(t)
		})
	}
}

// A move to another kind of shape sets what has to be there and empties what
// has to go, and nothing else changes.
func TestMoveToOtherShapes(t *testing.T) {
	const before = `[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 3.0, "y1": 2.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0]], "types": "LLL", "closed": true}], "rle": {"counts": "0g1", "size": [5, 11]}, "extra": [1]}]}]`
	for _, c := range []struct {
		name string
		to   dataset.Geometry
		want string
	}{
		{"box", dataset.Box{X: 1, Y: 2, W: 5, H: 2},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 6.0, "y1": 2.0, "x1": 1.0}, "poly2d": null, "rle": null, "extra": [1]}]}]`},
		{"polygon", dataset.Polygon{Parts: [][]float64{{1, 2, 3, 2, 3, 5}}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 5.0, "x2": 3.0, "y1": 2.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 5.0]], "types": "LLL", "closed": true}], "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
		{"polygon of two parts", dataset.Polygon{Parts: [][]float64{{1, 2, 3, 2, 3, 4}, {5, 0, 6, 0, 6, 1.5}}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 4.0, "x2": 6.0, "y1": 0.0, "x1": 1.0}, "poly2d": [{"vertices": [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0]], "types": "LLL", "closed": true}, {"vertices": [[5.0, 0.0], [6.0, 0.0], [6.0, 1.5]], "types": "LLL", "closed": true}], "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
		{"mask", dataset.Mask{Width: 11, Height: 5, Counts: []uint32{6, 2, 47}},
			`[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"y2": 3.0, "x2": 2.0, "y1": 1.0, "x1": 1.0}, "poly2d": null, "rle": {"counts": "RLE", "size": [5, 11]}, "extra": [1]}]}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, before)
			ds := formattest.Read(t, Format, path)
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.MoveObject, Geometry: c.to, From: dataset.None, To: dataset.None}})
			if err != nil {
				t.Fatal(err)
			}
			formattest.Apply(t, p)
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var m dataset.Mask
			switch g := c.to.(type) {
			case dataset.Polygon:
				m = g.Mask(11, 5)
			case dataset.Mask:
				m = g
			}
			if want := strings.Replace(c.want, "RLE", m.EncodeRLE(), 1); string(got) != want {
				t.Errorf("the file is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	path := write(t, `[{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"x1": 1, "y1": 1, "x2": 2, "y2": 2}, "poly2d": [{"vertices": [[0, 0], [1, 1]], "types": "LL", "closed": false}]}]}]`)
	ds := formattest.Read(t, Format, path)
	for _, c := range []struct {
		change dataset.Change
		want   string
	}{
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.RotatedBox{W: 1, H: 1}}, "lines that are not closed"},
		{dataset.Change{Action: dataset.MoveObject, Geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 1}}}}, "lines that are not closed"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None}, "no labels of whole images"},
		{dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, Geometry: dataset.RotatedBox{W: 1, H: 1}}, "is a box, a polygon or a mask"},
	} {
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c.change})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: the error is %v", c.change, err)
		}
	}
	if err := os.WriteFile(path, []byte(`[{"name": "a", "labels": []}]`), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject}})
	if err == nil || !strings.Contains(err.Error(), "does not hold the annotation a any more") {
		t.Errorf("of a file that has changed, the error is %v", err)
	}
}

func TestDroppedFileLeaves(t *testing.T) {
	root := filepath.Join(t.TempDir(), "first")
	formattest.CopyTree(t, filepath.Join("testdata", "first"), root)
	ds := formattest.Read(t, Format, root)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage, Image: 1, Annotation: dataset.None}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Files) != 0 || len(p.Moves) != 1 || p.Moves[0] != (source.Move{From: "train/x2.json", To: "train/x2.json", Drop: true}) {
		t.Errorf("the patch is %+v", p)
	}
}

func TestSplits(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"labels/det_train.json": `[{"name": "a.png", "labels": []}]`,
		"labels/det_val.json":   `[{"name": "b.png", "labels": [{"id": 1, "category": "x", "box2d": {"x1": 0, "y1": 0, "x2": 1, "y2": 1}}]}]`,
	} {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ds, err := Format.Read(t.Context(), root, source.Options{Split: "val"})
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Images) != 1 || ds.Images[0].Path != "b.png" || len(ds.Annotations) != 1 {
		t.Fatalf("read %+v", ds)
	}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject}})
	if err != nil || len(p.Files) != 1 || p.Files[0].Name != "labels/det_val.json" {
		t.Errorf("the patch is %+v, %v", p, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"frames.json", "first/train/x1.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"name": "a", "labels": [{"id": 1, "category": "x", "box2d": {"x1": NaN}}]}` + "\n" + `{"name": "b", "labels": null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := write(t, string(data))
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		changes := formattest.EachChange(ds, dataset.Box{X: 1, Y: 2, W: 3, H: 4})
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return // such as a file that ends too early
		}
		formattest.Corrects(t, Format, path, p, ds, changes, formattest.Comparison{NoUnused: true})
	})
}

// Frames of several videos may have the same names; BDD100K keeps the pictures of
// a video in a folder of their own, some folders above the labels.
func TestVideos(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"set/labels/box_track_20/val/v1.json": `[{"name": "1.jpg", "videoName": "v1", "labels": []}, {"name": "2.jpg", "videoName": "v1", "labels": []}]`,
		"set/labels/box_track_20/val/v2.json": `[{"name": "1.jpg", "videoName": "v2", "labels": []}, {"name": "v2-7.jpg", "videoName": "v2", "labels": []}]`,
		"set/images/track/val/v1/1.jpg":       "",
		"set/images/track/val/v1/2.jpg":       "",
		"set/images/track/val/v2/1.jpg":       "",
		"set/images/track/val/v2/v2-7.jpg":    "",
	} {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"set", "set/labels", "set/labels/box_track_20"} {
		ds := formattest.Read(t, Format, filepath.Join(root, filepath.FromSlash(path)))
		for i, want := range []string{"v1/1.jpg", "v1/2.jpg", "v2/1.jpg", "v2/v2-7.jpg"} {
			if i >= len(ds.Images) || !strings.HasSuffix(ds.Images[i].Path, want) || ds.Images[i].Split != "val" {
				t.Errorf("%s: image %d of %+v is not %s", path, i, ds.Images, want)
				break
			}
			if _, err := os.Stat(filepath.Join(ds.Root, filepath.FromSlash(ds.Images[i].Path))); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

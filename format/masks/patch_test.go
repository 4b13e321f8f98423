package masks

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// values returns the pixels of a label picture.
func values(t testing.TB, file string) []int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int, p.width*p.height)
	for i := range out {
		out[i] = int(p.at(i))
	}
	return out
}

// A step is a change in terms of the first image: the ordinal of an annotation,
// the class to give.
type step struct {
	action   dataset.Action
	ordinal  int
	class    string
	geometry dataset.Geometry
}

func changesOf(t testing.TB, ds *dataset.Dataset, image int, steps []step) []dataset.Change {
	t.Helper()
	ix := dataset.NewIndex(ds)
	var out []dataset.Change
	for _, s := range steps {
		c := dataset.Change{Action: s.action, Image: image, Annotation: dataset.None, From: dataset.None, To: dataset.None, Geometry: s.geometry}
		if s.action != dataset.AddObject && s.action != dataset.DropImage {
			c.Annotation = ix.Annotations(image)[s.ordinal]
		}
		if s.class != "" {
			if c.To = slices.Index(ds.Classes, s.class); c.To < 0 {
				t.Fatalf("no class %q in %q", s.class, ds.Classes)
			}
		}
		if s.action == dataset.SetClass {
			c.From = ds.Annotations[c.Annotation].Class
		}
		if err := c.Check(ds); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func TestPatch(t *testing.T) {
	voc := make([]uint32, 256)
	for i := range voc {
		voc[i] = vocColour(i)
	}
	last := func(x, y, w, h float64) dataset.Box { return dataset.Box{X: x, Y: y, W: w, H: h} }
	plain := map[string]string{
		"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 7, 7, 3, 0, 0, 2, 3)...)), "images/b.png": string(photo), "masks/b.png": string(grays(rows(0, 0, 0, 0, 0, 0, 2, 3)...)),
		"train.txt": "a\r\nb\r\n", "classes.txt": "background\n1\n2\n3\n4\n5\n6\n7\n",
	}
	cityscapes := map[string]string{
		"leftImg8bit/train/ulm/u_leftImg8bit.png":         string(photo),
		"gtFine/train/ulm/u_gtFine_instanceIds.png":       string(grays16(rows(0, 26001, 26001, 7, 0, 26000, 24000, 7)...)),
		"gtFine/train/ulm/u_gtFine_labelIds.png":          string(grays(rows(0, 26, 26, 7, 0, 26, 24, 7)...)),
		"gtFine/train/ulm/u_gtFine_labelTrainIds.png":     string(grays(rows(255, 13, 13, 0, 255, 13, 11, 0)...)),
		"gtFine/train/ulm/u_gtFine_color.png":             string(colours(rows(0, 0x8e, 0x8e, 0x804080, 0, 0x8e, 0xdc143c, 0x804080)...)),
		"gtFine/train/ulm/u_gtFine_polygons.json":         "{}",
		"leftImg8bit/train/ulm/v_leftImg8bit.png":         string(photo),
		"gtFine/train/ulm/v_gtFine_labelIds.png":          string(grays(rows(0, 26, 26, 7, 0, 26, 24, 7)...)),
		"leftImg8bit/train/ulm/readme_not_a_picture.text": "",
	}
	pascal := map[string]string{
		"JPEGImages/a.png": string(photo), "JPEGImages/b.png": string(photo), "SegmentationClass/b.png": string(indices(voc, rows(0, 7, 7, 255, 15, 7, 0, 0)...)), "ImageSets/Segmentation/train.txt": "b\na\n", "ImageSets/Segmentation/trainval.txt": "a\nb\n",
		"SegmentationClass/a.png": string(indices(voc, rows(0, 7, 7, 255, 15, 7, 0, 0)...)), "SegmentationObject/a.png": string(indices(voc, rows(0, 1, 1, 255, 3, 2, 0, 0)...)),
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		steps []step
		want  map[string][]int
		gone  string
		texts map[string]string
	}{
		{"set the class", plain, []step{{action: dataset.SetClass, ordinal: 1, class: "5"}}, map[string][]int{"masks/a.png": {0, 7, 7, 5, 0, 0, 2, 5}}, "", nil},
		{"delete", plain, []step{{action: dataset.DeleteObject, ordinal: 2}}, map[string][]int{"masks/a.png": {0, 0, 0, 3, 0, 0, 2, 3}}, "", nil},
		{"add a box", plain, []step{{action: dataset.AddObject, class: "4", geometry: last(0, 1, 2, 1)}}, map[string][]int{"masks/a.png": {0, 7, 7, 3, 4, 4, 2, 3}}, "", nil},
		{"move by a polygon", plain, []step{{action: dataset.MoveObject, ordinal: 0, geometry: dataset.Polygon{Parts: [][]float64{{0, 0, 1, 0, 1, 2, 0, 2}}}}}, map[string][]int{"masks/a.png": {2, 7, 7, 3, 2, 0, 0, 3}}, "", nil},
		{"all at once", plain, []step{
			{action: dataset.SetClass, ordinal: 0, class: "1"}, {action: dataset.MoveObject, ordinal: 1, geometry: last(0, 0, 1, 1)}, {action: dataset.DeleteObject, ordinal: 2}, {action: dataset.AddObject, class: "6", geometry: last(3, 1, 1, 1)},
		}, map[string][]int{"masks/a.png": {3, 0, 0, 0, 0, 0, 1, 6}}, "", nil},
		{"drop", plain, []step{{action: dataset.DropImage}}, nil, "images/a.png masks/a.png", map[string]string{"train.txt": "b\r\n"}},
		{"Cityscapes: another thing", cityscapes, []step{{action: dataset.SetClass, ordinal: 3, class: "person"}}, map[string][]int{
			"gtFine/train/ulm/u_gtFine_instanceIds.png": {0, 24001, 24001, 7, 0, 26000, 24000, 7}, "gtFine/train/ulm/u_gtFine_labelIds.png": {0, 24, 24, 7, 0, 26, 24, 7},
			"gtFine/train/ulm/u_gtFine_labelTrainIds.png": {255, 11, 11, 0, 255, 13, 11, 0}, "gtFine/train/ulm/u_gtFine_color.png": {0, 0xdc143c, 0xdc143c, 0x804080, 0, 0x8e, 0xdc143c, 0x804080},
		}, "", nil},
		{"Cityscapes: a taken number", cityscapes, []step{{action: dataset.SetClass, ordinal: 2, class: "person"}}, map[string][]int{
			"gtFine/train/ulm/u_gtFine_instanceIds.png": {0, 26001, 26001, 7, 0, 24001, 24000, 7}, "gtFine/train/ulm/u_gtFine_labelIds.png": {0, 26, 26, 7, 0, 24, 24, 7},
		}, "", nil},
		{"Cityscapes: a thing becomes stuff", cityscapes, []step{{action: dataset.SetClass, ordinal: 2, class: "sky"}, {action: dataset.DeleteObject, ordinal: 0}}, map[string][]int{
			"gtFine/train/ulm/u_gtFine_instanceIds.png": {0, 26001, 26001, 0, 0, 23, 24000, 0}, "gtFine/train/ulm/u_gtFine_labelTrainIds.png": {255, 13, 13, 255, 255, 10, 11, 255},
		}, "", nil},
		{"Cityscapes: a new thing", cityscapes, []step{{action: dataset.AddObject, class: "car", geometry: last(0, 0, 1, 2)}}, map[string][]int{
			"gtFine/train/ulm/u_gtFine_instanceIds.png": {26002, 26001, 26001, 7, 26002, 26000, 24000, 7}, "gtFine/train/ulm/u_gtFine_color.png": {0x8e, 0x8e, 0x8e, 0x804080, 0x8e, 0x8e, 0xdc143c, 0x804080},
		}, "", nil},
		{"Cityscapes: drop", cityscapes, []step{{action: dataset.DropImage}}, nil,
			"leftImg8bit/train/ulm/u_leftImg8bit.png gtFine/train/ulm/u_gtFine_instanceIds.png gtFine/train/ulm/u_gtFine_labelIds.png gtFine/train/ulm/u_gtFine_labelTrainIds.png gtFine/train/ulm/u_gtFine_color.png gtFine/train/ulm/u_gtFine_polygons.json", nil},
		{"VOC: the class alone", pascal, []step{{action: dataset.SetClass, ordinal: 1, class: "bus"}}, map[string][]int{"SegmentationClass/a.png": {0, 7, 7, 255, 15, 6, 0, 0}, "SegmentationObject/a.png": {0, 1, 1, 255, 3, 2, 0, 0}}, "", nil},
		{"VOC: a new object", pascal, []step{{action: dataset.AddObject, class: "car", geometry: last(2, 1, 2, 1)}}, map[string][]int{"SegmentationClass/a.png": {0, 7, 7, 255, 15, 7, 7, 7}, "SegmentationObject/a.png": {0, 1, 1, 255, 3, 2, 4, 4}}, "", nil},
		{"VOC: drop", pascal, []step{{action: dataset.DropImage}}, nil, "SegmentationClass/a.png SegmentationObject/a.png", map[string]string{"ImageSets/Segmentation/train.txt": "b\n", "ImageSets/Segmentation/trainval.txt": "b\n"}},
		{"pedestrians", map[string]string{"PNGImages/a.png": string(photo), "PedMasks/a_mask.png": string(grays(rows(0, 1, 1, 2, 0, 1, 1, 2)...)), "Annotation/a.txt": "x"},
			[]step{{action: dataset.DeleteObject, ordinal: 0}, {action: dataset.AddObject, class: "pedestrian", geometry: last(0, 0, 1, 1)}}, map[string][]int{"PedMasks/a_mask.png": {3, 0, 0, 2, 0, 0, 0, 2}}, "", nil},
		{"a configuration", map[string]string{"set/config.yaml": "train:\n  images: ../photos/train\n  masks: masks\nclasses:\n  0: unlabeled\n  3: 'hot dog'\n  # none\n  5: tv\n", "photos/train/a.png": string(photo), "photos/train/b.png": string(photo), "set/masks/a.png": string(grays(rows(0, 3, 3, 0, 0, 0, 3, 0)...))},
			[]step{{action: dataset.SetClass, ordinal: 0, class: "tv"}}, map[string][]int{"set/masks/a.png": {0, 5, 5, 0, 0, 0, 5, 0}}, "", nil},
		{"a palette", map[string]string{"images/a.png": string(photo), "masks/a.png": string(indices([]uint32{0x008000, 0x800000, 0}, rows(2, 0, 0, 1, 2, 2, 2, 1)...)), "labelmap.txt": "background:0,0,0::\ncar:128,0,0::\ntree:0,128,0::\n"},
			[]step{{action: dataset.SetClass, ordinal: 0, class: "tree"}}, map[string][]int{"masks/a.png": {2, 0, 0, 0, 2, 2, 2, 0}}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, c.files)
			path := root
			if _, ok := c.files["set/config.yaml"]; ok {
				path = filepath.Join(root, "set")
			}
			ds, err := Format.Read(t.Context(), path, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			before := map[string][]int{}
			for name := range c.files {
				if strings.HasSuffix(name, ".png") {
					before[name] = values(t, filepath.Join(root, name))
				}
			}
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, changesOf(t, ds, 0, c.steps))
			if err != nil {
				t.Fatal(err)
			}
			onlyPixels(t, p)
			formattest.Apply(t, p)
			again, err := Format.Read(t.Context(), path, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			said, err := p.Applied()
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range formattest.Diff(again, said, formattest.Comparison{NoUnused: true}) {
				t.Errorf("read again (first), the dataset differs from what the patch says: %s", d)
			}
			gone := strings.Fields(c.gone)
			for name, old := range before {
				if slices.Contains(gone, name) {
					continue
				}
				want, changed := c.want[name]
				got := values(t, filepath.Join(root, name))
				if !changed && c.want != nil && strings.Contains(name, "/u_") {
					continue // another plane of the same picture
				}
				if !changed {
					want = old
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s holds %v, want %v", name, got, want)
				}
			}
			for name, want := range c.texts {
				if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || string(got) != want {
					t.Errorf("%s: %q, %v, want %q", name, got, err, want)
				}
			}
			for _, name := range gone {
				if _, err := os.Stat(filepath.Join(root, name)); err == nil {
					t.Errorf("%s is still there", name)
				}
			}
			if len(gone) != len(p.Moves) {
				t.Errorf("moves %v, want %v", p.Moves, gone)
			}
		})
	}
}

// onlyPixels makes sure that nothing but the chunks of pixels changes in PNGs.
func onlyPixels(t testing.TB, p *source.Patch) {
	t.Helper()
	for _, f := range p.Files {
		if !strings.HasSuffix(f.Name, ".png") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(p.Root, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		d, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Edits) != 1 || f.Edits[0].Offset != int64(d.from) || len(f.Edits[0].Old) != d.to-d.from || !bytes.HasPrefix(f.Edits[0].New[4:], []byte("IDAT")) {
			t.Errorf("%s: the edits are not the pixels alone", f.Name)
		}
	}
}

func TestPatchRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		step  step
		want  string
	}{
		{"a class without a value", map[string]string{"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 7, 7, 3, 0, 0, 2, 3)...))}, step{action: dataset.AddObject, class: "7", geometry: dataset.Box{X: 9, Y: 9, W: 2, H: 2}}, "the shape covers no pixel"},
		{"a label of the whole picture", map[string]string{"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 7, 7, 3, 0, 0, 2, 3)...))}, step{action: dataset.AddObject, class: "7"}, "give it a shape"},
		{"no label picture", map[string]string{"images/a.png": string(photo), "images/b.png": string(photo), "masks/b.png": string(grays(rows(0, 7, 7, 3, 0, 0, 2, 3)...))}, step{action: dataset.AddObject, class: "7", geometry: dataset.Box{W: 2, H: 2}}, "has no label picture"},
		{"a colour of two classes", map[string]string{"leftImg8bit/val/u/u_leftImg8bit.png": string(photo), "gtFine/val/u/u_gtFine_color.png": string(colours(rows(0, 0x8e, 0x8e, 0, 0, 0, 0, 0)...))}, step{action: dataset.SetClass, ordinal: 0, class: "static"}, `gives "static" the value of pixels that are nobody's`},
		{"too many bits", map[string]string{"images/a.png": string(photo), "masks/a.png": string(assemble(t, &picture{width: 4, height: 2, depth: 2, colour: gray, size: 1, pix: []byte{0, 1, 1, 0, 0, 2, 2, 0}, filters: []byte{0, 0}})), "classes.txt": "background\na\nb\nc\nd\n"}, step{action: dataset.SetClass, ordinal: 0, class: "d"}, "pixels of 2 bits cannot hold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := formattest.Plant(t, c.files)
			ds, err := Format.Read(t.Context(), root, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = Format.(source.Patcher).Patch(t.Context(), ds, changesOf(t, ds, 0, []step{c.step}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	t.Run("a changed picture", func(t *testing.T) {
		root := formattest.Plant(t, map[string]string{"images/a.png": string(photo), "masks/a.png": string(grays(rows(0, 7, 7, 3, 0, 0, 2, 3)...))})
		ds, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "masks/a.png"), grays(rows(0, 7, 7, 3, 0, 0, 2, 2)...), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err = Format.(source.Patcher).Patch(t.Context(), ds, changesOf(t, ds, 0, []step{{action: dataset.DeleteObject}}))
		if err == nil || !strings.Contains(err.Error(), "has changed since it was read") {
			t.Errorf("got %v", err)
		}
	})
}

// In every shared folder one region gets another class: the pixels of that
// region have its value in the corrected file, and no others change.
func TestPatchShared(t *testing.T) {
	const assets = "data/formats/datumaro-assets/"
	for _, name := range []string{
		assets + "camvid_dataset", assets + "cityscapes_dataset/train_dataset", assets + "common_semantic_segmentation_dataset/non_standard_dataset",
		assets + "kaggle_dataset/image_mask_with_labelmap", assets + "kitti_dataset/kitti_segmentation", assets + "mapillary_vistas_dataset", assets + "mots_dataset", assets + "synthia_dataset/sf", assets + "voc_dataset/voc_dataset1",
		"data/formats/labelme/instance_segmentation/data_dataset_voc",
	} {
		t.Run(name, func(t *testing.T) {
			ds, err := Format.Read(t.Context(), shared.Dir(t, name), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			a := ds.Annotations[0]
			to := slices.IndexFunc(ds.Classes, func(c string) bool {
				return !slices.ContainsFunc(ds.Annotations, func(b dataset.Annotation) bool { return b.Image == a.Image && ds.Classes[b.Class] == c })
			})
			if to < 0 {
				to = (a.Class + 1) % len(ds.Classes)
			}
			change := dataset.Change{Action: dataset.SetClass, Image: a.Image, Annotation: 0, From: a.Class, To: to}
			formattest.PatchNothing(t, Format, ds)
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{change})
			if err != nil {
				t.Fatal(err)
			}
			if p.Empty() {
				t.Fatal("the patch is empty")
			}
			onlyPixels(t, p)
			inside := a.Geometry.(dataset.Mask).Pixels()
			for _, f := range p.Files {
				before, err := os.ReadFile(filepath.Join(p.Root, f.Name))
				if err != nil {
					t.Fatal(err)
				}
				var after bytes.Buffer
				if err := f.Apply(t.Context(), &after, bytes.NewReader(before)); err != nil {
					t.Fatal(err)
				}
				x, err := decode(before)
				if err != nil {
					t.Fatal(err)
				}
				y, err := decode(after.Bytes())
				if err != nil {
					t.Fatal(err)
				}
				for i, in := range inside {
					if (x.at(i) != y.at(i)) != in {
						t.Fatalf("%s: pixel %d is %d and then %d, in the region: %v", f.Name, i, x.at(i), y.at(i), in)
					}
				}
			}
		})
	}
}

func TestPatchSharedAlike(t *testing.T) {
	const assets = "data/formats/datumaro-assets/"
	for _, name := range []string{assets + "camvid_dataset", assets + "cityscapes_dataset/train_dataset", assets + "kitti_dataset/kitti_segmentation", assets + "mots_dataset", assets + "synthia_dataset/sf"} {
		t.Run(name, func(t *testing.T) {
			formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, name), MaxOld: -1}.Patch(t)
		})
	}
}

func TestWrite(t *testing.T) {
	root := formattest.Plant(t, map[string]string{
		"images/train/a.png": string(photo), "masks/train/a.png": string(grays(rows(0, 1, 1, 2, 0, 0, 2, 2)...)), "images/val/a.png": string(photo), "masks/val/a.png": string(grays(rows(0, 0, 0, 0, 0, 0, 0, 0)...)),
		"images/val/b.png": string(photo), "classes.txt": "background\ncar\nold: tree\nnever\n",
	})
	ds, err := Format.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: dir, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	got, err := Format.Read(t.Context(), dir, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"train|JPEGImages/images/train/a.png|car 1,0 2x1=2|old: tree 2,0 2x2=3", "val|JPEGImages/images/val/a.png", "val|JPEGImages/images/val/b.png"}
	if lines := describe(got); !slices.Equal(lines, want) || strings.Join(got.Classes, "|") != "car|old: tree|never" {
		t.Errorf("got %q with the classes %q", lines, got.Classes)
	}
}

func TestWriteShared(t *testing.T) {
	for _, name := range []string{"data/formats/datumaro-assets/camvid_dataset", "data/formats/datumaro-assets/synthia_dataset/rand", "data/formats/datumaro-assets/kaggle_dataset/image_mask_with_labelmap"} {
		ds, err := Format.Read(t.Context(), shared.Dir(t, name), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		formattest.RoundTrip(t, Format.(source.Writer), ds)
	}
}

// The 256 numbers of KITTI's objects of one class are not more.
func TestPatchNumbersRunOut(t *testing.T) {
	row := make([]int, 257)
	for i := range row[:256] {
		row[i] = 26*256 + i
	}
	root := formattest.Plant(t, map[string]string{"training/image_2/a.png": string(photo), "training/instance/a.png": string(grays16(row))})
	ds, err := Format.Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Format.(source.Patcher).Patch(t.Context(), ds, changesOf(t, ds, 0, []step{{action: dataset.AddObject, class: "car", geometry: dataset.Box{X: 256, W: 1, H: 1}}}))
	if err == nil || !strings.Contains(err.Error(), "no number left") {
		t.Errorf("got %v", err)
	}
}

// Label pictures beside pictures that lie elsewhere are corrected too.
func TestPatchPicturesElsewhere(t *testing.T) {
	root := formattest.Plant(t, map[string]string{"labels/masks/a.png": string(grays(rows(0, 1, 1, 2, 0, 0, 1, 0)...)), "photos/a.png": string(photo)})
	ds, err := Format.Read(t.Context(), filepath.Join(root, "labels"), source.Options{Images: filepath.Join(root, "photos")})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, changesOf(t, ds, 0, []step{{action: dataset.SetClass, ordinal: 0, class: "2"}}))
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	if got := values(t, filepath.Join(root, "labels/masks/a.png")); !slices.Equal(got, []int{0, 2, 2, 2, 0, 0, 2, 0}) {
		t.Errorf("got %v", got)
	}
}

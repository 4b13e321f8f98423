package format_test

import (
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/internal/shared"
)

// nine are the same 100 pictures with the same 273 boxes in nine formats. The
// LabelMe files of five of them were kept.
var nine = []struct {
	folder, format string
	images         int
	boxes          int
	// tolerance is what the digits of the files leave room for, in pixels.
	tolerance float64
}{
	{"pascalvoc_format", "voc", 100, 273, 1e-6},
	{"imagenet_format", "voc", 100, 273, 1e-6},
	{"coco_format_v1", "coco", 100, 273, 1e-6},
	{"coco_format_v2", "coco", 100, 273, 1e-6},
	{"yolo_format", "yolo", 100, 273, 1e-3},
	{"openimages_format", "open-images", 100, 273, 1e-3},
	{"cvat_format", "cvat", 100, 273, 1e-6},
	{"labelme_format", "labelme", 5, 11, 1e-6},
	{"tfrecord_format", "tfrecord", 100, 273, 1e-2},
}

// openNine reads one of them, by detection alone.
func openNine(t *testing.T, folder string) *dataset.Dataset {
	t.Helper()
	dir := shared.Dir(t, "data", "voc100-formats")
	ds, err := format.Open(t.Context(), filepath.Join(dir, "gts", folder), "", format.Options{Images: filepath.Join(dir, "images")})
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

func TestNineFormatsSayTheSame(t *testing.T) {
	want := openNine(t, nine[0].folder)
	five := map[string]bool{}
	for _, c := range nine {
		t.Run(c.folder, func(t *testing.T) {
			got := openNine(t, c.folder)
			if got.Format != c.format || len(got.Images) != c.images || len(got.Annotations) != c.boxes {
				t.Fatalf("%s: %d images, %d annotations", got.Format, len(got.Images), len(got.Annotations))
			}
			for _, p := range got.Problems {
				t.Logf("%s %s: %s", p.Kind, p.Place, p.Message)
			}
			expected := want
			if c.images < len(want.Images) {
				for _, im := range got.Images {
					five[im.Path] = true
				}
				expected = only(want, five)
			}
			e := compare.Equality{Tolerance: c.tolerance, ByBase: true, AnyOrder: true, NoIDs: true, NoAttributes: true, NoSplits: true, NoMetadata: true, NoSizes: true, NoUnused: true}
			for _, d := range compare.Exact(expected, got, e) {
				t.Error(d)
			}
		})
	}
}

// only returns ds with these images alone.
func only(ds *dataset.Dataset, paths map[string]bool) *dataset.Dataset {
	out := *ds
	out.Images, out.Annotations = nil, nil
	place := map[int]int{}
	for i, im := range ds.Images {
		if paths[im.Path] {
			place[i] = len(out.Images)
			out.Images = append(out.Images, im)
		}
	}
	for _, a := range ds.Annotations {
		if i, ok := place[a.Image]; ok {
			a.Image = i
			out.Annotations = append(out.Annotations, a)
		}
	}
	return &out
}

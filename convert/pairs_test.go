package convert_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/convert"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/shared"
)

// within is how far places may be from where they were, in pixels: the digits
// of relative coordinates, and numbers of 32 bits.
const within = 0.01

// both is the equality of what two formats have a place for.
func both(a, b source.Holds) compare.Equality {
	e, f := compare.Between(a), compare.Between(b)
	e.Tolerance = within
	e.NoAttributes = e.NoAttributes || f.NoAttributes
	e.NoSplits = e.NoSplits || f.NoSplits
	e.NoAnnotators = e.NoAnnotators || f.NoAnnotators
	e.NoScores = e.NoScores || f.NoScores
	e.NoCrowds = e.NoCrowds || f.NoCrowds
	e.NoUnlabelled = e.NoUnlabelled || f.NoUnlabelled
	e.NoUnused = e.NoUnused || f.NoUnused
	e.BoxesOnly = e.BoxesOnly || f.BoxesOnly
	return e
}

func writers() map[string]source.Writer {
	out := map[string]source.Writer{}
	for _, f := range format.Formats() {
		if w, ok := f.(source.Writer); ok {
			out[f.Info().Name] = w
		}
	}
	return out
}

// there converts ds and reads the result.
func there(t *testing.T, ds *dataset.Dataset, to source.Writer) *dataset.Dataset {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	r, err := convert.Run(t.Context(), ds, to, out, convert.Options{Pictures: convert.Copy})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Missing) > 0 {
		t.Fatalf("pictures are missing: %v", r.Missing)
	}
	got, err := format.Open(t.Context(), out, "", format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Format != to.Info().Name && to.Info().Name != "yolo-obb" { // "yolo" reads rows of corners, too
		t.Errorf("what was written as %s is taken for %s", to.Info().Name, got.Format)
	}
	return got
}

// Every pair of formats that can hold boxes: from A to B and back to A.
func TestThereAndBack(t *testing.T) {
	dir := shared.Dir(t, "data", "voc100-formats")
	all := writers()
	for _, from := range []struct{ folder, format string }{
		{"pascalvoc_format", "voc"}, {"coco_format_v2", "coco"}, {"yolo_format", "yolo"}, {"openimages_format", "open-images"},
		{"cvat_format", "cvat"}, {"labelme_format", "labelme"}, {"tfrecord_format", "tfrecord"},
	} {
		ds, err := format.Open(t.Context(), filepath.Join(dir, "gts", from.folder), "", format.Options{Images: filepath.Join(dir, "images")})
		if err != nil {
			t.Error(err)
			continue
		}
		ds = first(ds, 12)
		if all[from.format] == nil {
			t.Errorf("%s cannot be written", from.format)
			continue
		}
		for name, to := range all {
			if h := to.Info().Holds; name == from.format || !h.Boxes {
				continue
			}
			t.Run(from.format+" to "+name+" and back", func(t *testing.T) {
				losses := convert.Losses(ds, to)
				b := there(t, ds, to)
				a := there(t, b, all[from.format])
				e := both(to.Info().Holds, all[from.format].Info().Holds)
				// Attributes that one of them has no field for are among the losses.
				e.BoxesOnly, e.NoAttributes = true, true
				if len(losses) == 0 {
					// Nothing is lost on the way there, so all comes back.
					e = compare.Between(all[from.format].Info().Holds)
					e.Tolerance = within
				}
				for _, d := range compare.Exact(ds, a, e) {
					t.Errorf("before (first) and after: %s (losses: %v)", d, losses)
				}
			})
		}
	}
}

// first returns the first images of ds that have annotations.
func first(ds *dataset.Dataset, n int) *dataset.Dataset {
	out := *ds
	out.Images, out.Annotations = nil, nil
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		if len(ix.Annotations(i)) == 0 || len(out.Images) == n {
			continue
		}
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			an.Image = len(out.Images)
			out.Annotations = append(out.Annotations, an)
		}
		out.Images = append(out.Images, im)
	}
	return &out
}

func TestLossesAreListed(t *testing.T) {
	ds := &dataset.Dataset{
		Classes: []string{"cat", "dog"}, Images: []dataset.Image{{Path: "a.png", Split: "train", Width: 20, Height: 10}, {Path: "b.png", Width: 20, Height: 10}},
		MetadataColumns: []string{"city"},
		Annotations: []dataset.Annotation{
			{Geometry: dataset.RotatedBox{X: 5, Y: 5, W: 4, H: 2, Angle: 30}, Attributes: []dataset.Attribute{{Name: "x", Value: "1"}}, Score: 0.5},
			{Geometry: dataset.Polygon{Parts: [][]float64{{1, 1, 3, 1, 2, 4}}}, Annotator: "eve", Crowd: true},
			{},
		},
	}
	to, ok := writers()["voc"]
	if !ok {
		t.Fatal("voc cannot be written")
	}
	got := strings.Join(convert.Losses(ds, to), "\n")
	for _, want := range []string{"1 labels of whole images are left out", "1 rotated boxes become", "1 polygons become", "1 annotations are marked as crowds", "1 annotations have scores", "1 annotations name their annotator", "1 columns of facts"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among the losses:\n%s", want, got)
		}
	}
}

// A place that is taken, or that lies around the source, stays as it is.
func TestPlaces(t *testing.T) {
	root := filepath.Join(t.TempDir(), "set")
	for _, name := range []string{"cat/1.png", "dog/2.png"} {
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte("\x89PNG\r\n\x1a\n"+name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ds, err := format.Open(t.Context(), root, "", format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	to := writers()["folder"]
	for _, out := range []string{root, filepath.Join(root, "new"), filepath.Dir(root)} {
		if _, err := convert.Run(t.Context(), ds, to, out, convert.Options{}); err == nil {
			t.Errorf("%s was written", out)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	r, err := convert.Run(t.Context(), ds, to, out, convert.Options{})
	if err != nil || r.Linked+r.Copied != 2 {
		t.Fatalf("got %+v, %v", r, err)
	}
	if _, err := os.Stat(out + ".errata-partial"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left beside the new folder")
	}
}

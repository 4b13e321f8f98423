package compare_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/internal/shared"
)

func box(x, y, w, h float64) dataset.Geometry { return dataset.Box{X: x, Y: y, W: w, H: h} }

func set(images []string, annotations ...dataset.Annotation) *dataset.Dataset {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}, Annotations: annotations}
	for _, p := range images {
		ds.Images = append(ds.Images, dataset.Image{Path: p})
	}
	return ds
}

func statuses(d *compare.Difference) []compare.Status {
	var out []compare.Status
	for _, p := range d.Pairs {
		out = append(out, p.Status)
	}
	return out
}

func TestMatch(t *testing.T) {
	one := []string{"a.jpg"}
	attribute := []dataset.Attribute{{Name: "truncated", Value: "1"}}
	for _, c := range []struct {
		name string
		a, b *dataset.Dataset
		want []compare.Status
	}{
		{"nothing", set(one), set(one), nil},
		{"same", set(one, dataset.Annotation{Geometry: box(0, 0, 9, 9)}), set(one, dataset.Annotation{Geometry: box(0, 0, 9, 9)}), []compare.Status{compare.Same}},
		{"no area, the same", set(one, dataset.Annotation{Geometry: box(3, 3, 0, 9)}), set(one, dataset.Annotation{Geometry: box(3, 3, 0, 9)}), []compare.Status{compare.Same}},
		{"moved", set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10)}), set(one, dataset.Annotation{Geometry: box(2, 0, 10, 10)}), []compare.Status{compare.Moved}},
		{"moved too far", set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10)}), set(one, dataset.Annotation{Geometry: box(8, 0, 10, 10)}), []compare.Status{compare.Removed, compare.Added}},
		{"relabelled", set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10)}), set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10), Class: 1}), []compare.Status{compare.Relabelled}},
		{"the same class first", set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10)}), set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10), Class: 1}, dataset.Annotation{Geometry: box(0, 0, 10, 10)}), []compare.Status{compare.Same, compare.Added}},
		{"the best overlap first", set(one, dataset.Annotation{Geometry: box(0, 0, 10, 10)}, dataset.Annotation{Geometry: box(1, 0, 10, 10)}), set(one, dataset.Annotation{Geometry: box(1, 0, 10, 10)}), []compare.Status{compare.Removed, compare.Same}},
		{"attributes", set(one, dataset.Annotation{Geometry: box(0, 0, 9, 9)}), set(one, dataset.Annotation{Geometry: box(0, 0, 9, 9), Attributes: attribute}), []compare.Status{compare.Changed}},
		{"labels", set(one, dataset.Annotation{}), set(one, dataset.Annotation{Class: 1}), []compare.Status{compare.Relabelled}},
		{"several labels", set(one, dataset.Annotation{}), set(one, dataset.Annotation{Class: 1}, dataset.Annotation{}), []compare.Status{compare.Same, compare.Added}},
		{"annotators", set(one, dataset.Annotation{Annotator: "1"}, dataset.Annotation{Annotator: "2", Class: 1}), set(one, dataset.Annotation{Annotator: "2"}, dataset.Annotation{Annotator: "1"}), []compare.Status{compare.Same, compare.Relabelled}},
		{"a label is no object", set(one, dataset.Annotation{}), set(one, dataset.Annotation{Geometry: box(0, 0, 9, 9)}), []compare.Status{compare.Removed, compare.Added}},
		{"other folders", set([]string{"x/a.jpg"}, dataset.Annotation{}), set([]string{"y/z/a.png"}, dataset.Annotation{}), []compare.Status{compare.Same}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := compare.Match(c.a, c.b, compare.Options{})
			if got := statuses(d); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			any := slices.ContainsFunc(c.want, func(s compare.Status) bool { return s != compare.Same })
			if d.Any() != any {
				t.Errorf("Any is %v", d.Any())
			}
		})
	}
}

func TestImagesThatOneSetLacks(t *testing.T) {
	d := compare.Match(set([]string{"a", "b"}), set([]string{"b", "c"}), compare.Options{})
	if d.Images != 1 || !slices.Equal(d.OnlyA, []string{"a"}) || !slices.Equal(d.OnlyB, []string{"c"}) || !d.Any() {
		t.Errorf("got %+v", d)
	}
	// Two pictures of one name in different folders are told apart by these.
	d = compare.Match(set([]string{"x/train/1.jpg", "x/val/1.jpg"}), set([]string{"y/val/1.jpg", "y/train/1.jpg"}), compare.Options{})
	if d.Images != 2 {
		t.Errorf("%d images were paired", d.Images)
	}
}

func TestReports(t *testing.T) {
	a := set([]string{"a.jpg"}, dataset.Annotation{ID: "7", Geometry: box(0, 0, 10, 10)}, dataset.Annotation{Geometry: box(50, 50, 10, 10)})
	b := set([]string{"a.jpg"}, dataset.Annotation{Geometry: box(0, 0, 10, 9), Class: 1}, dataset.Annotation{Geometry: box(80, 50, 10, 10)})
	d := compare.Match(a, b, compare.Options{})
	var text, doc bytes.Buffer
	if err := d.Text(&text, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 annotations against 2: 1 matched, of which 0 are identical", "1 removed: cat 1", "1 added: cat 1", "1 relabelled: cat → dog 1", "~ a.jpg: cat → dog [0, 0, 10 × 10] → [0, 0, 10 × 9] (IoU 0.900)", "- a.jpg: cat [50, 50, 10 × 10]", "+ a.jpg: cat [80, 50, 10 × 10]"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	if err := d.JSON(&doc); err != nil {
		t.Fatal(err)
	}
	var j struct {
		Summary     struct{ Relabelled, Added, Removed, Matched int }
		Differences []struct {
			Status string
			A, B   *struct{ ID, Class string }
			IoU    float64
		}
	}
	if err := json.Unmarshal(doc.Bytes(), &j); err != nil {
		t.Fatal(err)
	}
	if j.Summary.Relabelled != 1 || j.Summary.Matched != 1 || len(j.Differences) != 3 || j.Differences[0].A.ID != "7" || j.Differences[0].IoU != 0.9 || j.Differences[2].A != nil {
		t.Errorf("got %s", doc.String())
	}
}

// The counts of ../shared/data/bccd/README.md, for the part of the images that
// is there: they were counted once more by a greedy match at IoU 0.5 in another
// language. By IoU alone, a box without area that is the same in both counts as
// removed and added; here it is the same.
func TestBloodCells(t *testing.T) {
	dir := shared.Dir(t, "data", "bccd")
	open := func(name string) *dataset.Dataset {
		ds, err := format.Open(t.Context(), filepath.Join(dir, name), "", format.Options{Images: filepath.Join(dir, "JPEGImages")})
		if err != nil {
			t.Fatal(err)
		}
		return ds
	}
	s := compare.Match(open("Annotations_original"), open("Annotations_corrected"), compare.Options{}).Summary()
	zero := s.WithoutArea
	if s.Images != 192 || s.ImagesOnlyB != 13 || s.AnnotationsA != 2199 || zero != 1 ||
		s.Matched-zero != 2162 || s.Identical-zero != 1852 || s.Moved != 307 || s.MovedIoU != [3]int{23, 147, 137} ||
		s.Removed+zero != 37 || s.AddedClasses["WBC"] != 201 || s.AddedClasses["RBC"]+zero != 175 || s.AddedClasses["Platelets"] != 185 || s.Relabelled != 0 {
		t.Errorf("got %+v", s)
	}
}

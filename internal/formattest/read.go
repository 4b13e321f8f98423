package formattest

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Read reads a source that has to be readable.
func Read(t testing.TB, f source.Format, name string) *dataset.Dataset {
	t.Helper()
	ds, err := f.Read(t.Context(), name, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

// Detect returns what a format says of a source, which has to have a reason.
func Detect(t testing.TB, f source.Format, name string) source.Match {
	t.Helper()
	p, err := source.NewPeek(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.Detect(p)
	if err != nil {
		t.Fatal(err)
	}
	if m.Reason == "" {
		t.Errorf("%s gives no reason for %+v", name, m)
	}
	return m
}

// Messages returns the problems of a dataset, a line each.
func Messages(ds *dataset.Dataset) string {
	var out []string
	for _, p := range ds.Problems {
		out = append(out, string(p.Kind)+" "+p.Image+" "+p.Place+": "+p.Message)
	}
	return strings.Join(out, "\n")
}

// Labelling returns the images of a dataset with their splits, the names of their
// files and the classes of their annotations, as "train:a.png:car+bus val:b.png:".
func Labelling(ds *dataset.Dataset) string {
	ix := dataset.NewIndex(ds)
	var out []string
	for i, im := range ds.Images {
		var of []string
		for _, a := range ix.Annotations(i) {
			of = append(of, ds.Classes[ds.Annotations[a].Class])
		}
		out = append(out, im.Split+":"+path.Base(im.Path)+":"+strings.Join(of, "+"))
	}
	return strings.Join(out, " ")
}

// PatchNothing checks that no changes make an empty patch.
func PatchNothing(t testing.TB, f source.Format, ds *dataset.Dataset) {
	t.Helper()
	p, err := f.(source.Patcher).Patch(t.Context(), ds, nil)
	if err != nil {
		t.Fatalf("without changes: %v", err)
	}
	if !p.Empty() {
		t.Fatalf("without changes the patch is %+v", p)
	}
}

// Corrects carries out the patch that a format made of changes to ds, reads the
// source again and reports where it is not ds with the changes.
func Corrects(t testing.TB, f source.Format, name string, p *source.Patch, ds *dataset.Dataset, changes []dataset.Change, c Comparison) {
	t.Helper()
	Apply(t, p)
	got, err := f.Read(t.Context(), name, source.Options{})
	if err != nil {
		t.Fatalf("the corrected source cannot be read: %v", err)
	}
	want, err := dataset.Apply(ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Diff(got, want, c) {
		t.Errorf("corrected (first) differs from what was asked for: %s", d)
	}
}

// EachChange returns a change of each annotation: in turn to the next class, to
// the place g (where it has a place), and its deletion.
func EachChange(ds *dataset.Dataset, g dataset.Geometry) []dataset.Change {
	var out []dataset.Change
	for i, a := range ds.Annotations {
		c := dataset.Change{Annotation: i, Image: a.Image, From: dataset.None, To: dataset.None}
		switch {
		case i%3 == 0:
			c.Action, c.From, c.To = dataset.SetClass, a.Class, (a.Class+1)%len(ds.Classes)
		case i%3 == 1 && a.Geometry != nil:
			c.Action, c.Geometry = dataset.MoveObject, g
		default:
			c.Action = dataset.DeleteObject
		}
		out = append(out, c)
	}
	return out
}

// MoveEach moves every object of the source in a folder, alone, to a place beside
// its own and to each of places, and checks what is read then.
func MoveEach(t *testing.T, f source.Format, root string, c Comparison, places ...dataset.Geometry) {
	t.Helper()
	for a, an := range Read(t, f, root).Annotations {
		if an.Geometry == nil {
			continue
		}
		for _, g := range append([]dataset.Geometry{Shift(an.Geometry, 2, 1)}, places...) {
			dir := filepath.Join(t.TempDir(), filepath.Base(root))
			CopyTree(t, root, dir)
			ds := Read(t, f, dir)
			changes := []dataset.Change{{Action: dataset.MoveObject, Annotation: a, Image: an.Image, From: dataset.None, To: dataset.None, Geometry: g}}
			p, err := f.(source.Patcher).Patch(t.Context(), ds, changes)
			if err != nil {
				t.Fatalf("annotation %d to %v: %v", a, g, err)
			}
			t.Logf("annotation %d to %v", a, g)
			Corrects(t, f, dir, p, ds, changes, c)
		}
	}
}

// Replaced returns a text with parts of it replaced, each once. Several are
// separated by "|".
func Replaced(t testing.TB, text, olds, news string) string {
	t.Helper()
	with := strings.Split(news, "|")
	for i, old := range strings.Split(olds, "|") {
		if !strings.Contains(text, old) {
			t.Fatalf("the test looks for %q, which is not there", old)
		}
		text = strings.Replace(text, old, with[i], 1)
	}
	return text
}

// Content checks the content of a file in a folder.
func Content(t testing.TB, dir, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

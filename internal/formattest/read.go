package formattest

import (
	"path"
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

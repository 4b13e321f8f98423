package fix

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
)

// vocFile is an XML of one picture with two cats.
func vocFile(name string) string {
	object := func(x int) string {
		return fmt.Sprintf("  <object>\r\n    <name>cat</name>\r\n    <bndbox><xmin>%d</xmin><ymin>2</ymin><xmax>%d</xmax><ymax>9</ymax></bndbox>\r\n  </object>\r\n", x, x+5)
	}
	return "<annotation>\r\n  <!-- by hand -->\r\n  <filename>" + name + ".jpg</filename>\r\n  <size><width>20</width><height>10</height><depth>3</depth></size>\r\n" + object(1) + object(10) + "</annotation>\r\n"
}

// plantVOC makes a folder of three pictures with an XML each and a list.
func plantVOC(t *testing.T) string {
	t.Helper()
	names := []string{"JPEGImages/a.jpg", "JPEGImages/b.jpg", "JPEGImages/c.jpg", "ImageSets/Main/train.txt: a\nb\nc\n"}
	for _, n := range []string{"a", "b", "c"} {
		names = append(names, "Annotations/"+n+".xml: "+strings.ReplaceAll(vocFile(n), "cat", map[string]string{"a": "cat", "b": "dog", "c": "cat"}[n]))
	}
	return plant(t, names...)
}

// vocChanges relabel an object of a, delete one of b, and drop c.
func vocChanges(t *testing.T, root string) (*dataset.Dataset, *dataset.Index, []dataset.Change) {
	t.Helper()
	ds, err := format.Open(t.Context(), root, "", format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ds.Format != "voc" || len(ds.Annotations) != 6 {
		t.Fatalf("read %d annotations of %s", len(ds.Annotations), ds.Format)
	}
	ix := dataset.NewIndex(ds)
	at := func(name string, ordinal int) (a, image int) {
		for i, im := range ds.Images {
			if strings.HasSuffix(im.Path, name) {
				return ix.Annotations(i)[ordinal], i
			}
		}
		t.Fatalf("there is no %s", name)
		return 0, 0
	}
	a, ia := at("a.jpg", 0)
	b, ib := at("b.jpg", 1)
	_, ic := at("c.jpg", 0)
	cat := ds.Annotations[a].Class
	return ds, ix, []dataset.Change{
		{Action: dataset.SetClass, Annotation: a, Image: ia, From: cat, To: 1 - cat},
		{Action: dataset.DeleteObject, Annotation: b, Image: ib, From: dataset.None, To: dataset.None},
		{Action: dataset.DropImage, Annotation: dataset.None, Image: ic, From: dataset.None, To: dataset.None},
	}
}

func vocPlan(t *testing.T, root string) *Plan {
	t.Helper()
	ds, ix, changes := vocChanges(t, root)
	p, err := Make(t.Context(), ds, ix, changes)
	if err != nil {
		t.Fatal(err)
	}
	if n := p.Count(); n != (Count{Relabelled: 1, Deleted: 1, Dropped: 1}) {
		t.Fatalf("got %+v", n)
	}
	return p
}

// correctedVOC is what a snapshot of the planted folder has to become.
func correctedVOC(before map[string]string) map[string]string {
	want := map[string]string{}
	for k, v := range before {
		want[k] = v
	}
	want["Annotations/a.xml"] = strings.Replace(before["Annotations/a.xml"], "<name>cat", "<name>dog", 1)
	b := before["Annotations/b.xml"]
	second := strings.LastIndex(b, "  <object>")
	want["Annotations/b.xml"] = b[:second] + "</annotation>\r\n"
	delete(want, "Annotations/c.xml")
	want["ImageSets/Main/train.txt"] = "a\nb\n"
	return want
}

func TestWriteTreeOfFiles(t *testing.T) {
	root := plantVOC(t)
	before := snapshot(t, root)
	out := filepath.Join(t.TempDir(), "out")
	r, err := vocPlan(t, root).Write(t.Context(), out, Options{Read: &source.Options{}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, root), before)
	same(t, snapshot(t, out), correctedVOC(before))
	if r.Count.String() != "1 label corrected, 1 annotation deleted, 1 picture dropped" {
		t.Errorf("the report says %s", r.Count)
	}
}

func TestFilesInPlace(t *testing.T) {
	root := plantVOC(t)
	before := snapshot(t, root)
	r, err := vocPlan(t, root).InPlace(t.Context(), Options{Stamp: "1", Read: &source.Options{}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for k, v := range snapshot(t, root) {
		if !strings.HasPrefix(k, ".errata") {
			got[k] = v
		}
	}
	same(t, got, correctedVOC(before))
	if r.Backup != filepath.Join(root, ".errata-backup-1") || r.Script == "" {
		t.Errorf("got %+v", r)
	}
	if out, err := exec.Command("sh", r.Script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	same(t, snapshot(t, root), before)
}

// A correction in place that is stopped at any point can be undone.
func TestUndoFilesFromEveryState(t *testing.T) {
	for stop := range 8 {
		for _, script := range []bool{false, true} {
			t.Run(fmt.Sprintf("after %d moves, script %v", stop, script), func(t *testing.T) {
				root := plantVOC(t)
				before := snapshot(t, root)
				p := vocPlan(t, root)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if err := p.stage(ctx, root, "x"); err != nil {
					t.Fatal(err)
				}
				r := p.report(root)
				r.Quarantine = root + ".dropped"
				m, err := p.manifest(r, "x")
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(root, manifestPrefix+"x.json")
				if err := m.begin(file); err != nil {
					t.Fatal(err)
				}
				all := m.Moves
				m.Moves = all[:min(stop, len(all))]
				if err := m.run(ctx, root, Options{}); err != nil {
					t.Fatal(err)
				}
				if stop < len(all) { // in the middle of the next move both names are there
					from, to := place(root, string(all[stop].From)), place(root, string(all[stop].To))
					if err := os.Link(from, to); err != nil {
						t.Fatal(err)
					}
				}
				if script {
					if out, err := exec.Command("sh", scriptOf(file)).CombinedOutput(); err != nil {
						t.Fatalf("%v: %s", err, out)
					}
				} else if _, err := Undo(ctx, file); err != nil {
					t.Fatal(err)
				}
				same(t, snapshot(t, root), before)
			})
		}
	}
}

// A format that writes something else than it was told must not get away with it.
func TestVerifyNoticesAWrongPatch(t *testing.T) {
	root := plantVOC(t)
	before := snapshot(t, root)
	p := vocPlan(t, root)
	for i := range p.patch.Files {
		for k := range p.patch.Files[i].Edits {
			if e := &p.patch.Files[i].Edits[k]; string(e.New) == "dog" {
				e.New = []byte("cow")
			}
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	_, err := p.Write(t.Context(), out, Options{Read: &source.Options{}})
	refused(t, err, "does not say what it should", "nothing was changed")
	if _, err := os.Stat(out); err == nil {
		t.Error("the wrong dataset got its name")
	}
	_, err = p.InPlace(t.Context(), Options{Stamp: "2", Read: &source.Options{}})
	refused(t, err, "does not say what it should", "all is where it was")
	got := snapshot(t, root)
	delete(got, ".errata-new-2")
	same(t, got, before)
}

package voc

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead takes arbitrary bytes as the annotation of a picture and as a list.
// What can be read has no empty patch without changes, and one object of it can
// be corrected: the file then says that and nothing else new.
func FuzzRead(f *testing.F) {
	f.Add([]byte(threeObjects), []byte("a\nb\n"), uint8(0))
	f.Add([]byte(oneObject), []byte("a  1\r\nx -1"), uint8(1))
	f.Add([]byte("<annotation><object/><object><bndbox/></object></annotation>"), []byte(""), uint8(2))
	f.Fuzz(func(t *testing.T, xml, list []byte, pick uint8) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"Annotations/a.xml": xml, "ImageSets/Main/train.txt": list, "ImageSets/Main/cat_train.txt": list, "JPEGImages/a.png": nil} {
			full := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o777), os.WriteFile(full, data, 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		patcher := Format.(source.Patcher)
		if p, err := patcher.Patch(t.Context(), ds, nil); err != nil || !p.Empty() {
			t.Fatalf("without changes the patch is %+v, %v", p, err)
		}
		if len(ds.Annotations) == 0 {
			return
		}
		a := int(pick) % len(ds.Annotations)
		ds.Classes = append(ds.Classes, "another")
		none := dataset.None
		for _, c := range []dataset.Change{
			{Action: dataset.SetClass, Annotation: a, From: ds.Annotations[a].Class, To: len(ds.Classes) - 1},
			{Action: dataset.MoveObject, Annotation: a, From: none, To: none, Geometry: dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}},
			{Action: dataset.AddObject, Annotation: none, From: none, To: len(ds.Classes) - 1, Geometry: dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}},
			{Action: dataset.DeleteObject, Annotation: a, From: none, To: none},
		} {
			p, err := patcher.Patch(t.Context(), ds, []dataset.Change{c})
			if err != nil {
				t.Fatalf("%s: %v", c.Action, err)
			}
			formattest.Apply(t, p)
			got, err := Format.Read(t.Context(), dir, source.Options{})
			if err != nil {
				t.Fatalf("after %s: %v", c.Action, err)
			}
			want, err := dataset.Apply(ds, []dataset.Change{c})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range formattest.Diff(got, want, formattest.Comparison{NoUnused: true, NoAttributes: true}) {
				t.Errorf("after %s: %s", c.Action, d)
			}
			for name, data := range map[string][]byte{"Annotations/a.xml": xml, "ImageSets/Main/train.txt": list, "ImageSets/Main/cat_train.txt": list} {
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

package labelmexml

import (
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead takes arbitrary bytes as the annotation of a picture. What can be
// read has no patch without changes, and one object of it can be corrected: the
// file then says that and nothing else new.
func FuzzRead(f *testing.F) {
	f.Add([]byte(street), uint8(0))
	f.Add([]byte("<annotation><object><name>a</name><polygon/></object><object/></annotation>"), uint8(1))
	f.Fuzz(func(t *testing.T, xml []byte, pick uint8) {
		files := map[string][]byte{"Annotations/a.xml": xml, "a.png": nil}
		dir := formattest.Put(t, t.TempDir(), files)
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		patcher := Format.(source.Patcher)
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		a := int(pick) % len(ds.Annotations)
		ds.Classes = append(ds.Classes, "another")
		none := dataset.None
		changes := []dataset.Change{
			{Action: dataset.SetClass, Annotation: a, From: ds.Annotations[a].Class, To: len(ds.Classes) - 1},
			{Action: dataset.AddObject, Annotation: none, From: none, To: len(ds.Classes) - 1, Geometry: dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}},
			{Action: dataset.DeleteObject, Annotation: a, From: none, To: none},
		}
		switch ds.Annotations[a].Geometry.(type) {
		case dataset.Box, dataset.Polygon:
			for _, g := range []dataset.Geometry{dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}, dataset.Polygon{Parts: [][]float64{{1.25, 2, 3, 4, 5, 6}}}} {
				changes = append(changes, dataset.Change{Action: dataset.MoveObject, Annotation: a, From: none, To: none, Geometry: g})
			}
		}
		for _, c := range changes {
			p, err := patcher.Patch(t.Context(), ds, []dataset.Change{c})
			if err != nil {
				t.Fatalf("%s: %v", c.Action, err)
			}
			t.Logf("after %s", c.Action)
			formattest.Corrects(t, Format, dir, p, ds, []dataset.Change{c}, formattest.Comparison{NoUnused: true, NoAttributes: true, NoIDs: true, NoAnnotators: true})
			formattest.Put(t, dir, files)
		}
	})
}

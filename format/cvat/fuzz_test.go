package cvat

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead takes arbitrary bytes as an annotation file. What can be read has no
// patch without changes, and one annotation of it can be corrected: the file
// then says that and nothing else new.
func FuzzRead(f *testing.F) {
	f.Add([]byte(three), uint8(0))
	f.Add([]byte("<annotations><image name='a' width='3' height='3'><mask rle='0,1' left='1' top='1' width='1' height='1'/><polygon points='1,2;3,4'/></image></annotations>"), uint8(1))
	f.Add([]byte("<annotations><image name='a'/><image name='a'><tag/><box/></image></annotations>"), uint8(2))
	f.Fuzz(func(t *testing.T, xml []byte, pick uint8) {
		file := filepath.Join(t.TempDir(), "annotations.xml")
		write := func() {
			if err := os.WriteFile(file, xml, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write()
		o := source.Options{Images: filepath.Dir(file)} // so that no other folder is looked at
		ds, err := Format.Read(t.Context(), file, o)
		if err != nil {
			return
		}
		patcher := Format.(source.Patcher)
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		a := int(pick) % len(ds.Annotations)
		an := ds.Annotations[a]
		ds.Classes = append(ds.Classes, "another")
		none := dataset.None
		changes := []dataset.Change{
			{Action: dataset.SetClass, Annotation: a, Image: an.Image, From: an.Class, To: len(ds.Classes) - 1},
			{Action: dataset.AddObject, Annotation: none, Image: an.Image, From: none, To: len(ds.Classes) - 1, Geometry: dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}},
			{Action: dataset.DeleteObject, Annotation: a, Image: an.Image, From: none, To: none},
		}
		if an.Geometry != nil {
			for _, g := range []dataset.Geometry{dataset.Box{X: 1.5, Y: 2, W: 3, H: 4}, dataset.RotatedBox{X: 1.5, Y: 2, W: 3, H: 4, Angle: 5}, dataset.Polygon{Parts: [][]float64{{1.25, 2, 3, 4, 5, 6}}}} {
				changes = append(changes, dataset.Change{Action: dataset.MoveObject, Annotation: a, Image: an.Image, From: none, To: none, Geometry: g})
			}
		}
		if len(ds.Images) > 1 {
			changes = append(changes, dataset.Change{Action: dataset.DropImage, Annotation: none, Image: an.Image, From: none, To: none})
		}
		for _, c := range changes {
			p, err := patcher.Patch(t.Context(), ds, []dataset.Change{c})
			if err != nil {
				t.Fatalf("%s: %v", c.Action, err)
			}
			formattest.Apply(t, p)
			got, err := Format.Read(t.Context(), file, o)
			if err != nil {
				t.Fatalf("after %s: %v", c.Action, err)
			}
			want, err := dataset.Apply(ds, []dataset.Change{c})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range formattest.Diff(got, want, formattest.Comparison{NoUnused: true, NoAttributes: c.Action == dataset.AddObject}) {
				t.Errorf("after %s: %s", c.Action, d)
			}
			write()
		}
	})
}

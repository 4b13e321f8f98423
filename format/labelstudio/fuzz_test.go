package labelstudio

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads any bytes as an export. What reads must take an empty patch, and
// one that relabels and deletes must read back as asked.
func FuzzRead(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(short))
	f.Add([]byte(lines(`{"id": 6, "data": {"image": "c.jpg"}, "annotations": [{"result": []}]}`, `{"id": 7, "data": {"image": "d.jpg"}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.json"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		o := source.Options{Images: dir}
		ds, err := Format.Read(t.Context(), dir, o)
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		var changes []dataset.Change
		for i, a := range ds.Annotations {
			c := dataset.Change{Annotation: i, Image: a.Image, From: dataset.None, To: dataset.None}
			_, box := a.Geometry.(dataset.Box)
			switch {
			case i%3 == 0:
				c.Action = dataset.DeleteObject
			case i%3 == 1 || !box:
				c.Action, c.From, c.To = dataset.SetClass, a.Class, (a.Class+1)%len(ds.Classes)
			default:
				c.Action, c.Geometry = dataset.MoveObject, dataset.Box{X: 1, Y: 2, W: 3, H: 4}
			}
			changes = append(changes, c)
		}
		p, err := patcherFormat.Patch(t.Context(), ds, changes)
		if err != nil {
			if strings.Contains(err.Error(), "all of them have to move") {
				return
			}
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		got, err := Format.Read(t.Context(), dir, o)
		if err != nil {
			t.Fatal(err)
		}
		want, err := dataset.Apply(ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range formattest.Diff(got, want, formattest.Comparison{NoUnused: true, NoAttributes: true, NoSizes: true}) {
			t.Error(d)
		}
	})
}

// FuzzBrush unpacks any bytes as a mask. What can be unpacked packs to the same.
func FuzzBrush(f *testing.F) {
	f.Add(EncodeBrush(brushed), 6, 4)
	f.Add(EncodeBrush(dataset.NewMask(40, 50, func(x, y int) bool { return x > y })), 40, 50)
	f.Fuzz(func(t *testing.T, data []byte, w, h int) {
		w, h = w%2048, h%2048
		m, err := DecodeBrush(data, w, h)
		if err != nil {
			return
		}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeBrush(EncodeBrush(m), w, h)
		if err != nil || again.Area() != m.Area() {
			t.Fatalf("%v pixels of %v, %v", again.Area(), m.Area(), err)
		}
	})
}

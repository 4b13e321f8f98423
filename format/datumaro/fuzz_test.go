package datumaro

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads any bytes as a subset. What reads must take an empty patch, and
// one that moves, relabels and deletes must read back as asked.
func FuzzRead(f *testing.F) {
	f.Add([]byte(spread["annotations/train.json"]))
	f.Add([]byte(spread["annotations/default.json"]))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.json"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		var changes []dataset.Change
		for i, a := range ds.Annotations {
			c := dataset.Change{Annotation: i, Image: a.Image, From: dataset.None, To: dataset.None}
			switch {
			case i%3 == 0:
				c.Action = dataset.DeleteObject
			case i%3 == 1:
				c.Action, c.From, c.To = dataset.SetClass, a.Class, 0 // the first class of the file
			case a.Geometry == nil:
				continue
			default:
				c.Action, c.Geometry = dataset.MoveObject, dataset.Polygon{Parts: [][]float64{{1, 2, 3, 4, 5, 7}}}
			}
			changes = append(changes, c)
		}
		p, err := patcherFormat.Patch(t.Context(), ds, changes)
		if err != nil {
			if len(ds.Problems) > 0 {
				return // such as a class that is not in the file's list
			}
			t.Fatal(err)
		}
		formattest.Corrects(t, Format, dir, p, ds, changes, formattest.Comparison{NoUnused: true, NoAttributes: true})
	})
}

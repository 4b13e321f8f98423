package labelme

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads any bytes as a label file. What reads must take an empty patch,
// and one that moves, relabels and deletes must read back as asked.
func FuzzRead(f *testing.F) {
	for name, content := range spread {
		if filepath.Ext(name) == ".json" {
			f.Add([]byte(content))
		}
	}
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
			case a.Geometry == nil:
				continue
			case i%3 == 0:
				c.Action = dataset.DeleteObject
			case i%3 == 1:
				c.Action, c.From, c.To = dataset.SetClass, a.Class, (a.Class+1)%len(ds.Classes)
			default:
				c.Action, c.Geometry = dataset.MoveObject, dataset.Box{X: 1, Y: 2, W: 3, H: 4}
			}
			changes = append(changes, c)
		}
		p, err := patcherFormat.Patch(t.Context(), ds, changes)
		if err != nil {
			t.Fatal(err)
		}
		formattest.Corrects(t, Format, dir, p, ds, changes, formattest.Comparison{NoUnused: true, NoAttributes: true})
	})
}

package csvtable

import (
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

func TestRoundTrip(t *testing.T) {
	file := plant(t, "l.csv", "path,label,split,worker,city\na.jpg,cat,train,eve,\"Ulm, old\"\nb.jpg,\"do\"\"g\",val,eve,\na.jpg,cat,train,bob,\"Ulm, old\"\n", "a.jpg", "b.jpg")
	ds, err := Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	formattest.RoundTrip(t, Format.(source.Writer), ds)
}

func TestPatchLabels(t *testing.T) {
	file := plant(t, "l.csv", "\xef\xbb\xbfpath;label;note\r\na.jpg;\"cat\";x\r\na.jpg;dog;y\r\na.jpg;fox;z\r\nb.jpg;cat;", "a.jpg", "b.jpg")
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: file[:len(file)-len("/l.csv")], Path: "l.csv",
		Options: source.Options{Classes: []string{"cat", "pig", "dog", "cow", "fox", "owl"}},
		Actions: []dataset.Action{dataset.SetClass, dataset.DeleteObject, dataset.AddObject, dataset.DropImage},
		Compare: formattest.Comparison{NoIDs: true, AnyOrder: true},
	}.Patch(t)
}

package pixelcsv

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// line is a row with a label and n pixels of the same value.
func line(label string, n, value int) string {
	return label + strings.Repeat(fmt.Sprintf(",%d", value), n) + "\n"
}

func header(n int) string {
	out := "label"
	for i := range n {
		out += fmt.Sprintf(",pixel%d", i)
	}
	return out + "\r\n"
}

func fixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string]string{
		"x_test.csv":  "\ufeff" + line("7", 64, 1) + "\n" + line(" 2 ", 64, 2) + line("3", 63, 1),
		"x_train.csv": header(192) + line("10", 192, 5) + strings.TrimSuffix(line("1", 192, 6), "\n"),
		"notes.csv":   "name,value\na,b\n",
	})
	return dir
}

func labelling(t testing.TB, ds *dataset.Dataset) string {
	t.Helper()
	var out []string
	for i, a := range ds.Annotations {
		data, err := ds.Pictures.Read(&ds.Images[i])
		if err != nil {
			t.Fatal(err)
		}
		if w, h, err := source.SizeOfBytes(data); err != nil || w != ds.Images[i].Width || h != ds.Images[i].Height {
			t.Errorf("the picture %s has %d×%d pixels: %v", ds.Images[i].Path, w, h, err)
		}
		out = append(out, fmt.Sprintf("%s:%s:%d", ds.Images[i].Split, ds.Classes[a.Class], data[len(data)-1]))
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, fixture(t))
	if got, want := labelling(t, ds), "test:7:1 test:2:2 train:10:5 train:1:6"; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	if got := strings.Join(ds.Classes, " "); got != "1 2 7 10" || ds.Images[2].Path != "x_train.csv/000000.ppm" {
		t.Errorf("classes are %s, the third image is %s", got, ds.Images[2].Path)
	}
	if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "64 cells") || ds.Problems[0].Place != "x_test.csv line 4" {
		t.Errorf("problems: %v", ds.Problems)
	}
	if n, at, err := ds.Pictures.Stat(&ds.Images[2]); n != 192 || at == 0 || err != nil {
		t.Errorf("Stat says %d, %d, %v", n, at, err)
	}
}

func TestPatch(t *testing.T) {
	dir := fixture(t)
	formattest.PatchCase{Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass}, MaxOld: 2, Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
	ds := formattest.Read(t, Format, dir)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.DropImage, Image: 0}, {Action: dataset.DropImage, Image: 2},
		{Action: dataset.SetClass, Image: 1, Annotation: 1, From: 1, To: 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	if got, want := labelling(t, formattest.Read(t, Format, dir)), "test:10:2 train:1:6"; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	data, err := os.ReadFile(filepath.Join(dir, "x_test.csv"))
	if want := "\n" + line(" 10 ", 64, 2) + line("3", 63, 1); err != nil || string(data) != want {
		t.Errorf("the table is %.300q: %v", data, err)
	}
}

func TestPatchRefuses(t *testing.T) {
	ds := formattest.Read(t, Format, fixture(t))
	ds.Classes = append(ds.Classes, "cow")
	for want, c := range map[string]dataset.Change{
		"has no number": {Action: dataset.SetClass, From: 2, To: 4},
		"any more":      {Action: dataset.SetClass, From: 0, To: 1},
		"exactly one":   {Action: dataset.DeleteObject},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestNames(t *testing.T) {
	dir := fixture(t)
	formattest.Put(t, dir, map[string]string{"classes.txt": "zero\none\ntwo\n"})
	ds := formattest.Read(t, Format, dir)
	if got := labelling(t, ds); got != "test:7:1 test:two:2 train:10:5 train:one:6" || len(ds.Problems) != 3 {
		t.Errorf("got %s: %v", got, ds.Problems)
	}
}

func TestRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "text": "hello\n", "few pixels": line("1", 9, 1), "no square": line("1", 65, 1), "too bright": line("1", 64, 256),
		"no label": strings.Replace(header(64), "label", "id", 1) + line("1", 64, 1), "names": line("cat", 64, 1),
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string]string{"x.csv": data})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil {
			t.Errorf("%s is read", name)
		}
		if m := formattest.Detect(t, Format, dir); m.Confidence != source.No {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := formattest.Detect(t, Format, fixture(t)); m.Confidence != source.Sure {
		t.Errorf("%+v", m)
	}
}

func TestShared(t *testing.T) {
	dir := shared.Dir(t, "data/formats/datumaro-assets/mnist_csv_dataset")
	if ds := formattest.Read(t, Format, dir); len(ds.Images) != 5 || len(ds.Annotations) != 5 || len(ds.Problems) > 0 {
		t.Errorf("%d images, %d annotations: %v", len(ds.Images), len(ds.Annotations), ds.Problems)
	}
	formattest.PatchCase{Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass}, MaxOld: 2, Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
}

// FuzzRead reads arbitrary bytes as a table.
func FuzzRead(f *testing.F) {
	f.Add(line("7", 64, 1) + line("2", 64, 2))
	f.Add(header(64) + line("10", 64, 5))
	f.Add(strings.ReplaceAll(line("1", 64, 0), ",", ";") + "\n\n")
	f.Fuzz(func(t *testing.T, data string) {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string]string{"x.csv": data})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		labelling(t, ds)
		formattest.PatchNothing(t, Format, ds)
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage}})
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		after, err := os.ReadFile(filepath.Join(dir, "x.csv"))
		if err != nil || len(after) >= len(data) || len(after) < len(data)-maxLine {
			t.Fatalf("%d bytes of %d are left: %v", len(after), len(data), err)
		}
	})
}

package attributes

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads any bytes as each kind of file. What can be read has an empty
// patch without changes; with a label deleted, its picture has all others and
// not that one.
func FuzzRead(f *testing.F) {
	f.Add(uint8(0), []byte("a hairBlack  personalFemale\r\nb.png hairRed hatNone bald\r\n"))
	f.Add(uint8(1), []byte("2\nBald Young Hat \na.png -1  1  1\nb.png  1 -1 -1\n"))
	f.Add(uint8(2), []byte("filename, cat, dog\r\na.png, 1, \"0\"\r\nb.png, 0, 0"))
	f.Add(uint8(2), []byte("\xef\xbb\xbfimage;set;\"x;y\";z\na;val;True;false\nb;;False;True\n"))
	f.Add(uint8(3), []byte("a.png 0 1\n\"b c.png\" 1 7\n"))
	names := []string{"Label.txt", "list_attr_celeba.txt", "t.csv", "train.txt"}
	dirs := make([]string, len(names))
	for i := range names {
		dirs[i] = f.TempDir()
		for name, content := range map[string]string{"a.png": png, "a_1.png": png, "b.png": png, "synsets.txt": "x\ny\n"} {
			if name == "synsets.txt" && names[i] != "train.txt" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dirs[i], name), []byte(content), 0o666); err != nil {
				f.Fatal(err)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		work, name := dirs[int(which)%len(names)], names[int(which)%len(names)]
		file := filepath.Join(work, name)
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		ds, err := Format.Read(t.Context(), file, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) < 2 {
			return
		}
		a := ds.Annotations[0]
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0, Image: a.Image, From: dataset.None, To: dataset.None}})
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		got, err := Format.Read(t.Context(), file, source.Options{})
		if err != nil {
			return // too little is left to know the format by
		}
		was, is := labelsOf(ds, ds.Images[a.Image].Path), labelsOf(got, ds.Images[a.Image].Path)
		if want := slices.Delete(was, 0, 1); !slices.Equal(is, want) {
			t.Fatalf("%s has the labels %q, want %q", ds.Images[a.Image].Path, is, want)
		}
	})
}

func labelsOf(ds *dataset.Dataset, image string) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	if i, ok := ix.Image(image); ok {
		for _, a := range ix.Annotations(i) {
			out = append(out, ds.Classes[ds.Annotations[a].Class])
		}
	}
	return out
}

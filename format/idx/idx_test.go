package idx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// file makes an IDX file.
func file(kind byte, values []byte, dims ...int) []byte {
	out := []byte{0, 0, kind, byte(len(dims))}
	for _, d := range dims {
		out = binary.BigEndian.AppendUint32(out, uint32(d))
	}
	return append(out, values...)
}

func pixels(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i)
	}
	return out
}

func zip(t testing.TB, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"train-images-idx3-ubyte":    file(8, pixels(5*6), 5, 2, 3),
		"train-labels-idx1-ubyte":    file(8, []byte{3, 1, 4, 1, 5}, 5),
		"t10k-images-idx3-ubyte.gz":  zip(t, file(8, pixels(2*6), 2, 2, 3)),
		"t10k-labels.idx1-ubyte":     file(8, []byte{9, 2}, 2),
		"t10k-labels.idx1-ubyte.gz":  zip(t, file(8, []byte{7, 7}, 2)),
		"unrelated-something-else":   []byte("text"),
		"t10k-images-idx3-ubyte.txt": []byte("text"),
	})
	if err := os.Rename(filepath.Join(dir, "t10k-labels.idx1-ubyte"), filepath.Join(dir, "t10k-labels-idx1-ubyte")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// labelling spells the images of ds with their labels and pixels.
func labelling(t *testing.T, ds *dataset.Dataset) string {
	t.Helper()
	ix := dataset.NewIndex(ds)
	var out []string
	for i := range ds.Images {
		data, err := ds.Pictures.Read(&ds.Images[i])
		if err != nil {
			t.Fatal(err)
		}
		s := ds.Images[i].Split + ":"
		for _, a := range ix.Annotations(i) {
			s += ds.Classes[ds.Annotations[a].Class]
		}
		out = append(out, s+string(rune('a'+int(data[len(data)-6])/6)))
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	if len(ds.Problems) > 0 {
		t.Errorf("problems: %v", ds.Problems)
	}
	if got, want := labelling(t, ds), "test:9a test:2b train:3a train:1b train:4c train:1d train:5e"; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	if im := ds.Images[3]; im.Path != "train-images-idx3-ubyte/000001.pgm" || im.Width != 3 || im.Height != 2 {
		t.Errorf("the image is %+v", im)
	}
	data, err := ds.Pictures.Read(&ds.Images[3])
	if want := "P5\n3 2\n255\n\x06\x07\x08\x09\x0a\x0b"; err != nil || string(data) != want {
		t.Errorf("the picture is %q: %v", data, err)
	}
	if w, h, err := source.SizeOfBytes(data); w != 3 || h != 2 || err != nil {
		t.Errorf("the picture has %d×%d pixels: %v", w, h, err)
	}
	if n, at, err := ds.Pictures.Stat(&ds.Images[3]); n != 6 || at == 0 || err != nil {
		t.Errorf("Stat says %d, %d, %v", n, at, err)
	}
	one := formattest.Read(t, Format, filepath.Join(dir, "train-labels-idx1-ubyte"))
	if got, want := labelling(t, one), "train:3a train:1b train:4c train:1d train:5e"; got != want {
		t.Errorf("of one file got %s, not %s", got, want)
	}
}

func TestEMNIST(t *testing.T) {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"emnist-letters-train-images-idx3-ubyte": file(8, pixels(2*6), 2, 2, 3),
		"emnist-letters-train-labels-idx1-ubyte": file(8, []byte{1, 2}, 2),
		"emnist-letters-mapping.txt":             []byte("1 65\n"),
	})
	ds := formattest.Read(t, Format, dir)
	data, err := ds.Pictures.Read(&ds.Images[0])
	if want := "P5\n2 3\n255\n\x00\x03\x01\x04\x02\x05"; err != nil || string(data) != want {
		t.Errorf("the picture is %q: %v", data, err)
	}
	if got := ds.Classes[ds.Annotations[0].Class]; got != "A" {
		t.Errorf("the class is %q", got)
	}
	if len(ds.Problems) != 1 || ds.Problems[0].Kind != dataset.UndefinedClass || ds.Problems[0].Ordinal != 1 {
		t.Errorf("problems: %+v", ds.Problems)
	}
}

func TestColours(t *testing.T) {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{"x-images-idx4-ubyte": file(8, pixels(12), 1, 2, 2, 3)})
	ds := formattest.Read(t, Format, dir)
	data, err := ds.Pictures.Read(&ds.Images[0])
	if err != nil || string(data) != "P6\n2 2\n255\n"+string(pixels(12)) || ds.Images[0].Path != "x-images-idx4-ubyte/000000.ppm" {
		t.Errorf("%s is %q: %v", ds.Images[0].Path, data, err)
	}
}

func TestPatch(t *testing.T) {
	dir := fixture(t)
	formattest.Put(t, dir, map[string][]byte{"classes.txt": []byte("0\n1\n2\n3\n4\n5\n6\n7\n8\nnine\n")})
	formattest.PatchCase{Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass}, MaxOld: 1}.Patch(t)
	ds := formattest.Read(t, Format, dir)
	if got := ds.Classes[9]; got != "nine" {
		t.Fatalf("class 9 is %q", got)
	}
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.DropImage, Image: 3, Annotation: dataset.None},
		{Action: dataset.SetClass, Image: 4, Annotation: 4, From: 4, To: 9},
		{Action: dataset.DropImage, Image: 6, Annotation: dataset.None},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	after := formattest.Read(t, Format, dir)
	if got, want := labelling(t, after), "test:ninea test:2b train:3a train:ninec train:1d"; got != want || len(after.Problems) > 0 {
		t.Errorf("got %s, not %s: %v", got, want, after.Problems)
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	ds.Classes = append(ds.Classes, "cow", "300")
	for want, c := range map[string]dataset.Change{
		"gunzip":           {Action: dataset.DropImage, Image: 0},
		"\"cow\" has no":   {Action: dataset.SetClass, Image: 3, Annotation: 3, From: ds.Annotations[3].Class, To: len(ds.Classes) - 2},
		"does not fit":     {Action: dataset.SetClass, Image: 3, Annotation: 3, From: ds.Annotations[3].Class, To: len(ds.Classes) - 1},
		"exactly one":      {Action: dataset.DeleteObject, Image: 3, Annotation: 3},
		"read the dataset": {Action: dataset.SetClass, Image: 2, Annotation: 3, From: ds.Annotations[3].Class, To: 0},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	one := formattest.Read(t, Format, filepath.Join(dir, "train-labels-idx1-ubyte"))
	if _, err := Format.(source.Patcher).Patch(t.Context(), one, []dataset.Change{{Action: dataset.DropImage}}); err == nil || !strings.Contains(err.Error(), "give the folder") {
		t.Errorf("of one file: %v", err)
	}
}

func TestDamage(t *testing.T) {
	for name, c := range map[string]struct {
		images, labels []byte
		n              int
		want           string
	}{
		"cut":           {file(8, pixels(10), 5, 2, 3), file(8, []byte{1, 2}, 2), 1, "cut off"},
		"longer":        {file(8, pixels(10), 1, 2, 3), file(8, []byte{1}, 1), 1, "goes on for 4"},
		"hostile count": {file(8, nil, 1<<31, 28, 28), file(8, []byte{1}, 1), 0, "cut off"},
		"hostile size":  {file(8, nil, 1, 1<<31, 1<<31), file(8, []byte{1}, 1), 1, "no size of a picture"},
		"labels only":   {[]byte("text"), file(12, []byte{0, 0, 1, 0}, 1), 1, "two zero bytes"},
		"floats":        {file(13, pixels(24), 1, 2, 3), file(8, []byte{1}, 1), 1, "type 0x0d"},
		"more labels":   {file(8, pixels(6), 1, 2, 3), file(8, []byte{1, 2}, 2), 1, "2 labels"},
		"fewer labels":  {file(8, pixels(12), 2, 2, 3), file(8, []byte{1}, 1), 2, "have no label"},
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"a-images-idx3-ubyte": c.images, "a-labels-idx1-ubyte": c.labels})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if c.n == 0 {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(ds.Images) != c.n || len(ds.Problems) == 0 || !strings.Contains(ds.Problems[0].Message, c.want) {
			t.Errorf("%s: %v: %+v", name, err, ds)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := fixture(t)
	for name, want := range map[string]source.Confidence{"": source.Sure, "train-labels-idx1-ubyte": source.Sure, "t10k-images-idx3-ubyte.gz": source.Sure, "unrelated-something-else": source.No} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
}

// FuzzRead reads arbitrary bytes as a pair of files.
func FuzzRead(f *testing.F) {
	f.Add(file(8, pixels(12), 2, 2, 3), file(8, []byte{1, 2}, 2), false)
	f.Add(file(8, pixels(24), 2, 2, 2, 3), file(12, pixels(8), 2), false)
	f.Add(zip(f, file(8, pixels(12), 2, 2, 3)), zip(f, file(11, []byte{1, 2}, 1)), true)
	f.Fuzz(func(t *testing.T, images, labels []byte, packed bool) {
		dir := t.TempDir()
		end := map[bool]string{true: ".gz"}[packed]
		formattest.Put(t, dir, map[string][]byte{"a-images-idx3-ubyte" + end: images, "a-labels-idx1-ubyte" + end: labels})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		for i := range ds.Images[:min(3, len(ds.Images))] {
			if data, err := ds.Pictures.Read(&ds.Images[i]); err == nil && ds.Images[i].Width > 0 {
				if w, h, err := source.SizeOfBytes(data); err != nil || w != ds.Images[i].Width || h != ds.Images[i].Height {
					t.Fatalf("the picture has %d×%d pixels: %v", w, h, err)
				}
			}
		}
		formattest.PatchNothing(t, Format, ds)
		if packed {
			return
		}
		drop := []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, From: dataset.None, To: dataset.None}}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, drop)
		if err != nil {
			t.Fatal(err)
		}
		formattest.Apply(t, p)
		after, err := Format.Read(t.Context(), dir, source.Options{})
		if len(ds.Images) > 1 && (err != nil || len(after.Images) != len(ds.Images)-1) {
			t.Fatalf("%d images are left of %d: %v", len(after.Images), len(ds.Images), err)
		}
	})
}

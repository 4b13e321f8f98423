package parquet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// encodeRows makes a file with row groups of so many rows.
func encodeRows[T any](t testing.TB, group int, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	for i := range rows {
		if _, err := w.Write(rows[i : i+1]); err != nil {
			t.Fatal(err)
		}
		if (i+1)%group == 0 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type optionalPicture struct {
	Bytes []byte  `parquet:"bytes,optional"`
	Path  *string `parquet:"path,optional,dict"`
}

type optionalRow struct {
	Image optionalPicture `parquet:"image,optional"`
	Label *int64          `parquet:"label,optional,dict"`
	Note  string          `parquet:"note,dict"`
}

// listRow has a struct of lists as Hugging Face's Sequence makes it.
type listRow struct {
	ImageID int64           `parquet:"image_id"`
	Image   optionalPicture `parquet:"image,optional"`
	Objects struct {
		BBox     [][]float32 `parquet:"bbox,list" parquet-element:",list"`
		Category []int32     `parquet:"category,list"`
		Source   []string    `parquet:"source,list"`
	} `parquet:"objects"`
}

func pointer[T any](v T) *T { return &v }

func labelFile(t testing.TB, n int) []byte {
	var rows []optionalRow
	for i := range n {
		r := optionalRow{Image: optionalPicture{Bytes: formattest.Picture(i+1, 2)}, Label: pointer(int64(i % 2)), Note: fmt.Sprint("note", i%2)}
		if i%3 == 0 {
			r.Image.Path = pointer(fmt.Sprintf("folder/a%d.png", i))
		}
		if i == 4 {
			r.Label = nil
		}
		rows = append(rows, r)
	}
	return encodeRows(t, 4, rows, parquet.KeyValueMetadata("huggingface", features([]string{"cat", "ox", "yak"}, false)), parquet.Compression(&parquet.Snappy))
}

func objectFile(t testing.TB) []byte {
	var rows []listRow
	for i := range 5 {
		r := listRow{ImageID: int64(100 + i), Image: optionalPicture{Bytes: formattest.Picture(20, 10)}}
		for j := range (i + 3) % 4 {
			r.Objects.BBox = append(r.Objects.BBox, []float32{float32(j), 1.1, 2.5, 3})
			r.Objects.Category = append(r.Objects.Category, int32(j%2))
			r.Objects.Source = append(r.Objects.Source, "hand")
		}
		rows = append(rows, r)
	}
	return encodeRows(t, 3, rows, parquet.KeyValueMetadata("huggingface", `{"info": {"features": {"objects": {"feature": {"category": {"names": ["a", "b"], "_type": "ClassLabel"}}, "_type": "Sequence"}}}}`))
}

func labelFixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{"data/train-00000-of-00002.parquet": labelFile(t, 10), "data/test-00000-of-00001.parquet": labelFile(t, 2)})
	return dir
}

func objectFixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{"train.parquet": objectFile(t)})
	return dir
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, labelFixture(t))
	want := "test:a0.png:cat test:000001:ox train:a0.png:cat train:000001:ox train:000002:cat train:a3.png:ox train:000004: train:000005:ox train:a6.png:cat train:000007:ox train:000008:cat train:a9.png:ox"
	if got := formattest.Labelling(ds); got != want {
		t.Errorf("got %s", got)
	}
	if strings.Join(ds.Classes, " ") != "cat ox yak" || len(ds.Problems) > 0 || ds.Images[2].Path != "data/train-00000-of-00002.parquet/folder/a0.png" {
		t.Errorf("classes %q, problems %v, path %q", ds.Classes, ds.Problems, ds.Images[2].Path)
	}
	for _, i := range []int{11, 2, 3, 10, 9, 0, 4, 5, 11, 3, 2} {
		w := i - 1
		if i < 2 {
			w = i + 1
		}
		data, err := ds.Pictures.Read(&ds.Images[i])
		if err != nil || !bytes.Equal(data, formattest.Picture(w, 2)) {
			t.Errorf("the picture %s has %d bytes: %v", ds.Images[i].Path, len(data), err)
		}
		if n, at, err := ds.Pictures.Stat(&ds.Images[i]); n == 0 || at == 0 || err != nil {
			t.Errorf("Stat says %d, %d, %v", n, at, err)
		}
	}
}

func TestReadObjects(t *testing.T) {
	ds := formattest.Read(t, Format, objectFixture(t))
	if want := "train:000000:a+b+a train:000001: train:000002:a train:000003:a+b train:000004:a+b+a"; formattest.Labelling(ds) != want || len(ds.Problems) > 0 {
		t.Errorf("got %s: %v", formattest.Labelling(ds), ds.Problems)
	}
	if a := ds.Annotations[1]; a.Geometry != (dataset.Box{X: 1, Y: 1.1, W: 2.5, H: 3}) || ds.Images[0].ID != "100" {
		t.Errorf("the second object is %+v", a)
	}
}

func TestReadPlainColumns(t *testing.T) {
	type row struct {
		Image []byte   `parquet:"image"`
		Tags  []string `parquet:"labels,list"`
		Other string   `parquet:"colour"`
	}
	dir := t.TempDir()
	rows := []row{{formattest.Picture(1, 1), []string{"b", "a"}, "red"}, {formattest.Picture(2, 1), nil, "blue"}, {nil, []string{"a"}, "red"}}
	formattest.Put(t, dir, map[string][]byte{"x.parquet": encodeRows(t, 10, rows)})
	if got := formattest.Labelling(formattest.Read(t, Format, dir)); got != ":000000:b+a :000001: :000002:a" {
		t.Errorf("got %s", got)
	}
	ds, err := Format.Read(t.Context(), dir, source.Options{LabelColumn: "colour", Classes: []string{"red"}})
	if err != nil || formattest.Labelling(ds) != ":000000:red :000001:blue :000002:red" || len(ds.Problems) != 1 || ds.Problems[0].Kind != dataset.UndefinedClass {
		t.Errorf("of the column colour got %s: %v, %v", formattest.Labelling(ds), ds.Problems, err)
	}
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass, dataset.DeleteObject},
		Compare: formattest.Comparison{AnyOrder: true, NoUnused: true},
	}.Patch(t)
}

func TestPatch(t *testing.T) {
	formattest.PatchCase{Format: Format.(source.Patcher), Root: labelFixture(t), Actions: []dataset.Action{dataset.SetClass}}.Patch(t)
	formattest.PatchCase{Format: Format.(source.Patcher), Root: labelFixture(t), Actions: []dataset.Action{dataset.DeleteObject}}.Patch(t)
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: objectFixture(t),
		Actions: []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject},
	}.Patch(t)
}

func TestPatchSmall(t *testing.T) {
	dir := labelFixture(t)
	ds := formattest.Read(t, Format, dir)
	full := filepath.Join(dir, "data", "train-00000-of-00002.parquet")
	before, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	footer := len(before) - 8 - int(binary.LittleEndian.Uint32(before[len(before)-8:]))
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass, Image: 7, Annotation: 6, From: 1, To: 2}})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	after, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before[:footer], after[:footer]) || len(after) > len(before)+200 {
		t.Errorf("the data changed, or the file grew by %d bytes", len(after)-len(before))
	}
	got := formattest.Read(t, Format, dir)
	if formattest.Labelling(got) != strings.Replace(formattest.Labelling(ds), "000005:ox", "000005:yak", 1) {
		t.Fatalf("got %s: %v", formattest.Labelling(got), got.Problems)
	}
	change := []dataset.Change{{Action: dataset.SetClass, Image: 7, Annotation: 6, From: 2, To: 1}, {Action: dataset.AddObject, Image: 6, To: 2, From: dataset.None, Annotation: dataset.None}}
	if p, err = Format.(source.Patcher).Patch(t.Context(), got, change); err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	if again := formattest.Read(t, Format, dir); formattest.Labelling(again) != strings.Replace(formattest.Labelling(ds), "000004:", "000004:yak", 1) {
		t.Errorf("corrected twice it is %s", formattest.Labelling(again))
	}
}

func TestDrop(t *testing.T) {
	dir := labelFixture(t)
	ds := formattest.Read(t, Format, dir)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.DropImage, Image: 11}, {Action: dataset.DropImage, Image: 10}, {Action: dataset.DropImage, Image: 4},
		{Action: dataset.SetClass, Image: 5, Annotation: 5, From: 1, To: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	after := formattest.Read(t, Format, dir)
	want := "test:a0.png:cat test:000001:ox train:a0.png:cat train:000001:ox train:a3.png:yak train:000003: train:000004:ox train:a6.png:cat train:000006:ox"
	if formattest.Labelling(after) != want || len(after.Problems) > 0 {
		t.Errorf("got %s: %v", formattest.Labelling(after), after.Problems)
	}
	for i, w := range []int{1, 2, 1, 2, 4, 5, 6, 7, 8} {
		if data, err := after.Pictures.Read(&after.Images[i]); err != nil || !bytes.Equal(data, formattest.Picture(w, 2)) {
			t.Errorf("the picture %d has %d bytes: %v", i, len(data), err)
		}
	}
	dir = objectFixture(t)
	ds = formattest.Read(t, Format, dir)
	if p, err = Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage, Image: 0}}); err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	if got := formattest.Labelling(formattest.Read(t, Format, dir)); got != "train:000000: train:000001:a train:000002:a+b train:000003:a+b+a" {
		t.Errorf("got %s", got)
	}
}

func TestPatchRefuses(t *testing.T) {
	ds, objects := formattest.Read(t, Format, labelFixture(t)), formattest.Read(t, Format, objectFixture(t))
	ds.Classes = append(ds.Classes, "cow")
	for _, c := range []struct {
		ds     *dataset.Dataset
		want   string
		change dataset.Change
	}{
		{ds, "\"cow\" is not among", dataset.Change{Action: dataset.SetClass, From: 0, To: 3}},
		{ds, "has one", dataset.Change{Action: dataset.AddObject, To: 1}},
		{ds, "no column of objects", dataset.Change{Action: dataset.AddObject, To: 1, Geometry: dataset.Box{W: 1, H: 1}}},
		{ds, "read the dataset again", dataset.Change{Action: dataset.SetClass, From: 1, To: 2}},
		{ds, "no attributes", dataset.Change{Action: dataset.SetAttribute, Attribute: dataset.Attribute{Name: "x"}}},
		{objects, "upright boxes", dataset.Change{Action: dataset.MoveObject, Geometry: dataset.RotatedBox{W: 1}}},
		{objects, "no column of labels", dataset.Change{Action: dataset.AddObject, To: 1}},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), c.ds, []dataset.Change{c.change}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

func TestWrite(t *testing.T) {
	ds := formattest.Read(t, Format, labelFixture(t))
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, objectFixture(t)))
	// What errata writes can be corrected in all ways.
	dir := t.TempDir()
	objects := formattest.Read(t, Format, objectFixture(t))
	objects.Annotations[2].Crowd = true
	if err := Format.(source.Writer).Write(t.Context(), objects, formattest.Folder{Dir: dir, Dataset: objects, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: dir, MaxOld: -1,
		Actions: []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage},
	}.Patch(t)
}

func TestDamage(t *testing.T) {
	good := labelFile(t, 3)
	type nothing struct {
		X int64 `parquet:"x"`
	}
	for want, data := range map[string][]byte{
		"too short":       []byte("PAR1PAR1"),
		"cut off":         good[:len(good)-20],
		"cannot be":       append(bytes.Clone(good[:len(good)-8]), 0xff, 0xff, 0xff, 0x7f, 'P', 'A', 'R', '1'),
		"damaged":         append(bytes.Clone(good[:len(good)-8]), 0xff, 0, 0, 0, 'P', 'A', 'R', '1'),
		"no column of pi": encodeRows(t, 10, []nothing{{1}}),
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.parquet": data})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := labelFixture(t)
	formattest.Put(t, dir, map[string][]byte{"other/x.parquet": []byte("PAR1 and no more"), "text/y.parquet": []byte("text")})
	for name, want := range map[string]source.Confidence{
		"": source.Sure, "data": source.Sure, "data/test-00000-of-00001.parquet": source.Sure, "other": source.Possible, "text": source.No,
	} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
}

// FuzzRead reads arbitrary bytes as a file.
func FuzzRead(f *testing.F) {
	f.Add(labelFile(f, 5))
	f.Add(objectFile(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.parquet": data})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		for i := range ds.Images[:min(3, len(ds.Images))] {
			_, _ = ds.Pictures.Read(&ds.Images[i])
		}
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		a := ds.Annotations[0]
		change := []dataset.Change{{Action: dataset.SetClass, Image: a.Image, From: a.Class, To: (a.Class + 1) % len(ds.Classes)}}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, change)
		if err != nil || p.Empty() {
			return
		}
		formattest.Apply(t, p)
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err != nil {
			t.Fatalf("the corrected file cannot be read: %v", err)
		}
	})
}

// Pictures are asked for by many at once, in any order.
func TestPicturesFromSeveralGoroutines(t *testing.T) {
	ds := formattest.Read(t, Format, labelFixture(t))
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for k := range ds.Images {
				i := (k*(g+1) + g) % len(ds.Images)
				w := i - 1
				if i < 2 {
					w = i + 1
				}
				if data, err := ds.Pictures.Read(&ds.Images[i]); err != nil || !bytes.Equal(data, formattest.Picture(w, 2)) {
					t.Errorf("the picture %s has %d bytes: %v", ds.Images[i].Path, len(data), err)
				}
			}
		})
	}
	wait.Wait()
}

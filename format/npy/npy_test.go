package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
	"github.com/errata-cv/errata/internal/shared"
)

// npy makes an array as numpy.save does.
func npy(descr string, fortran bool, shape string, data []byte) []byte {
	order := map[bool]string{true: "True", false: "False"}[fortran]
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, order, shape)
	for (10+len(head)+1)%64 != 0 {
		head += " "
	}
	head += "\n"
	out := append([]byte(magic+"\x01\x00"), byte(len(head)), byte(len(head)>>8))
	return append(append(out, head...), data...)
}

func int64s(v ...int64) (out []byte) {
	for _, x := range v {
		out = binary.LittleEndian.AppendUint64(out, uint64(x))
	}
	return out
}

func float32s(v ...float32) (out []byte) {
	for _, x := range v {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
	}
	return out
}

func samples(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i)
	}
	return out
}

func fixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"x_train.npy":    npy("|u1", false, "12, 2, 3", samples(72)),
		"y_train.npy":    npy("<i8", false, "12,", int64s(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 10)),
		"p_train.npy":    npy("<f4", false, "12, 2", float32s(make([]float32, 24)...)),
		"embeddings.npy": npy("<f4", false, "2, 2", float32s(1, 2, 3, 4)),
		"y_val.npy":      npy(">u2", false, "2, 1", []byte{0, 7, 0, 2}),
	})
	return dir
}

// labelling spells the splits and labels of the images of ds.
func labelling(ds *dataset.Dataset) string {
	ix := dataset.NewIndex(ds)
	var out []string
	for i := range ds.Images {
		var of []string
		for _, a := range ix.Annotations(i) {
			of = append(of, ds.Classes[ds.Annotations[a].Class])
		}
		out = append(out, ds.Images[i].Split+":"+strings.Join(of, "+"))
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	if len(ds.Problems) > 0 {
		t.Errorf("problems: %v", ds.Problems)
	}
	want := "train:3 train:1 train:4 train:1 train:5 train:9 train:2 train:6 train:5 train:3 train:5 train:10 val:7 val:2"
	if got := labelling(ds); got != want {
		t.Errorf("got %s", got)
	}
	if got := strings.Join(ds.Classes, " "); got != "0 1 2 3 4 5 6 7 9 10" {
		t.Errorf("classes are %s", got)
	}
	if ds.Images[1].Path != "x_train.npy/000001.pgm" || ds.Images[12].Path != "y_val.npy/000000" {
		t.Errorf("images are %q and %q", ds.Images[1].Path, ds.Images[12].Path)
	}
	data, err := ds.Pictures.Read(&ds.Images[1])
	if want := "P5\n3 2\n255\n\x06\x07\x08\x09\x0a\x0b"; err != nil || string(data) != want {
		t.Errorf("the picture is %q: %v", data, err)
	}
	if _, err := ds.Pictures.Read(&ds.Images[12]); err == nil {
		t.Error("a picture of labels alone is read")
	}
	if _, _, err := ds.Pictures.Stat(&ds.Images[0]); err != nil {
		t.Error(err)
	}
	if got := labelling(formattest.Read(t, Format, filepath.Join(dir, "y_val.npy"))); got != "val:7 val:2" {
		t.Errorf("of one file got %s", got)
	}
}

func TestReadKinds(t *testing.T) {
	wide := func(s string, n int) (out []byte) {
		for i := range n {
			c := byte(0)
			if i < len(s) {
				c = s[i]
			}
			out = append(out, c, 0, 0, 0)
		}
		return out
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"texts":         {npy("<U3", false, "2,", append(wide("cat", 3), wide("ox", 3)...)), ":cat :ox"},
		"bytes":         {npy("|S3", false, "2,", []byte("catox\x00")), ":cat :ox"},
		"floats":        {npy("<f4", false, "2,", float32s(1, 2)), ":1 :2"},
		"truth":         {npy("|b1", false, "2,", []byte{1, 0}), ":1 :0"},
		"zeros, ones":   {npy("|u1", false, "2, 3", []byte{1, 0, 1, 0, 0, 0}), ":0+2 :"},
		"Fortran":       {npy("|u1", true, "2, 3", []byte{1, 0, 0, 0, 1, 0}), ":0+2 :"},
		"negative":      {npy("<i8", false, "2,", int64s(-1, 0)), ":-1 :0"},
		"Python 2":      {npy("<i8", false, "2L,", int64s(4, 0)), ":4 :0"},
		"probabilities": {npy("<f4", false, "2, 2", float32s(.25, .75, 1, 0)), ":1 :0"},
	} {
		dir := t.TempDir()
		file := "y.npy"
		if name == "probabilities" {
			file = "pred_probs.npy"
		}
		formattest.Put(t, dir, map[string][]byte{file: c.data})
		ds := formattest.Read(t, Format, dir)
		if got := labelling(ds); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
		if name == "probabilities" && (!ds.Predictions || ds.Annotations[0].Score != .75) {
			t.Errorf("the prediction is %+v", ds.Annotations[0])
		}
	}
}

func TestPictures(t *testing.T) {
	for shape, want := range map[string]string{
		"1, 2, 2":    "P5\n2 2\n255\n\x00\x01\x02\x03",
		"1, 2, 2, 3": "P6\n2 2\n255\n" + string(samples(12)),
		"1, 3, 2, 5": "P6\n5 2\n255\n\x00\x0a\x14\x01\x0b\x15\x02\x0c\x16\x03\x0d\x17\x04\x0e\x18\x05\x0f\x19\x06\x10\x1a\x07\x11\x1b\x08\x12\x1c\x09\x13\x1d",
		"1, 2, 1, 4": "P6\n1 2\n255\n\x00\x01\x02\x04\x05\x06",
		"1, 2, 1, 2": "P5\n1 2\n255\n\x00\x02",
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"images.npy": npy("|u1", false, shape, samples(30)), "labels.npy": npy("|u1", false, "1,", []byte{1})})
		ds := formattest.Read(t, Format, dir)
		if data, err := ds.Pictures.Read(&ds.Images[0]); err != nil || string(data) != want {
			t.Errorf("%s: %q: %v", shape, data, err)
		}
	}
}

func TestArchive(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		dir := t.TempDir()
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, data := range map[string][]byte{
			"train_images.npy": npy("|u1", false, "2, 1, 2, 3", samples(12)),
			"train_labels.npy": npy("|u1", false, "2, 1", []byte{1, 0}),
			"../readme.txt":    []byte("text"),
			"test_labels.npy":  []byte("damaged"),
		} {
			f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		formattest.Put(t, dir, map[string][]byte{"medmnist.npz": b.Bytes()})
		ds := formattest.Read(t, Format, filepath.Join(dir, "medmnist.npz"))
		if got := labelling(ds); got != "train:1 train:0" {
			t.Errorf("got %s", got)
		}
		if data, err := ds.Pictures.Read(&ds.Images[1]); err != nil || string(data) != "P6\n2 1\n255\n\x06\x07\x08\x09\x0a\x0b" {
			t.Errorf("the picture is %q: %v", data, err)
		}
		if _, _, err := ds.Pictures.Stat(&ds.Images[1]); err != nil {
			t.Error(err)
		}
		if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "no .npy file") {
			t.Errorf("problems: %v", ds.Problems)
		}
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass, From: 1, To: 0}})
		if err == nil || !strings.Contains(err.Error(), "unpack it") {
			t.Errorf("a correction: %v", err)
		}
	}
}

func TestPatch(t *testing.T) {
	dir := fixture(t)
	formattest.PatchCase{Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass}, MaxOld: 8}.Patch(t)
	ds := formattest.Read(t, Format, dir)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.DropImage, Image: 1}, {Action: dataset.DropImage, Image: 5}, {Action: dataset.DropImage, Image: 8},
		{Action: dataset.SetClass, Image: 0, Annotation: 0, From: ds.Annotations[0].Class, To: ds.Annotations[11].Class},
		{Action: dataset.DropImage, Image: 12},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	after := formattest.Read(t, Format, dir)
	if got, want := labelling(after), "train:10 train:4 train:1 train:5 train:2 train:6 train:3 train:5 train:10 val:2"; got != want || len(after.Problems) > 0 {
		t.Errorf("got %s, not %s: %v", got, want, after.Problems)
	}
	if data, err := after.Pictures.Read(&after.Images[1]); err != nil || data[len(data)-1] != 17 {
		t.Errorf("the second picture is %q: %v", data, err)
	}
	probabilities, err := os.ReadFile(filepath.Join(dir, "p_train.npy"))
	if want := npy("<f4", false, "9, 2", float32s(make([]float32, 18)...)); err != nil || !bytes.Equal(probabilities, want) {
		t.Errorf("probabilities are %q: %v", probabilities, err)
	}
}

func TestPatchSeveralLabels(t *testing.T) {
	for _, fortran := range []bool{false, true} {
		dir := t.TempDir()
		rows := float32s(1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1)
		if fortran {
			rows = float32s(1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1)
		}
		formattest.Put(t, dir, map[string][]byte{"y.npy": npy("<f4", fortran, "3, 4", rows), "classes.txt": []byte("a\nb\nc\nd\n")})
		formattest.PatchCase{Format: Format.(source.Patcher), Root: dir, Actions: []dataset.Action{dataset.SetClass, dataset.DeleteObject}, Compare: formattest.Comparison{AnyOrder: true}}.Patch(t)
		ds := formattest.Read(t, Format, dir)
		add := dataset.Change{Action: dataset.AddObject, Annotation: dataset.None, From: dataset.None}
		for add.To = range ds.Classes {
			p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{add})
			has := strings.Contains(strings.Fields(labelling(ds))[0], ds.Classes[add.To])
			if has != (err != nil) || err == nil && (len(p.Files) != 1 || len(p.Files[0].Edits) != 1) {
				t.Errorf("adding %s: %v %v", ds.Classes[add.To], p, err)
			}
		}
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	ds.Classes = append(ds.Classes, "cow", "70000")
	last := len(ds.Annotations) - 1
	for want, c := range map[string]dataset.Change{
		"\"cow\" has no":  {Action: dataset.SetClass, Image: 13, Annotation: last, From: ds.Annotations[last].Class, To: len(ds.Classes) - 2},
		"does not fit":    {Action: dataset.SetClass, Image: 13, Annotation: last, From: ds.Annotations[last].Class, To: len(ds.Classes) - 1},
		"exactly one":     {Action: dataset.DeleteObject, Image: 0, Annotation: 0},
		"places":          {Action: dataset.AddObject, Image: 0, Geometry: dataset.Box{W: 1, H: 1}},
		"read the datase": {Action: dataset.SetClass, Image: 13, Annotation: last, From: 0, To: 1},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestDamage(t *testing.T) {
	good := npy("|u1", false, "2,", []byte{1, 0})
	for want, data := range map[string][]byte{
		"no .npy file":    []byte("text"),
		"version 9":       bytes.Replace(good, []byte("\x01\x00"), []byte("\x09\x00"), 1),
		"head is cut off": good[:20],
		"element type":    npy("|O", false, "2,", nil),
		"cut off":         npy("<i8", false, "9000000000,", nil),
		"is none":         npy("<i8", false, "9000000000,9000000000", nil),
		"dimensions":      npy("<i8", false, "", nil),
		"no dimension":    npy("<i8", false, "0, 9000000000", nil),
		"lacks":           npy("<i8", false, "x", nil),
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"y.npy": data})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"y.npy": good, "labels_true.npy": good, "x.npy": npy("<f4", false, "3, 1, 1", float32s(1, 2, 3)), "classes.txt": []byte("a\n"),
	})
	ds := formattest.Read(t, Format, dir)
	var got []string
	for _, p := range ds.Problems {
		got = append(got, p.Message)
	}
	for _, want := range []string{"not checked", "no bytes", "2 rows and x.npy has 3", "\"1\" is not on the list"} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("%q is not told: %q", want, got)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := fixture(t)
	for name, want := range map[string]source.Confidence{"": source.Likely, "y_val.npy": source.Sure, "embeddings.npy": source.Sure} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
}

// FuzzRead reads arbitrary bytes as arrays, or as an archive of them.
func FuzzRead(f *testing.F) {
	f.Add(npy("<i8", false, "2,", int64s(1, 2)), npy("|u1", false, "2, 1, 2", samples(4)), false)
	f.Add(npy("|b1", true, "2, 2", samples(4)), npy("|u1", false, "2, 1, 2, 3", samples(12)), false)
	f.Add(npy("<U1", false, "1,", []byte("a\x00\x00\x00")), []byte{}, false)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if m, err := w.Create("y.npy"); err != nil {
		f.Fatal(err)
	} else if _, err := m.Write(npy("|u1", false, "1,", []byte{1})); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes(), []byte{}, true)
	f.Fuzz(func(t *testing.T, y, x []byte, archive bool) {
		dir := t.TempDir()
		path := dir
		if archive {
			path = filepath.Join(dir, "a.npz")
			formattest.Put(t, dir, map[string][]byte{"a.npz": y})
		} else {
			formattest.Put(t, dir, map[string][]byte{"y.npy": y, "x.npy": x})
		}
		ds, err := Format.Read(t.Context(), path, source.Options{})
		if err != nil {
			return
		}
		for i := range ds.Images[:min(3, len(ds.Images))] {
			if data, err := ds.Pictures.Read(&ds.Images[i]); err == nil {
				if w, h, err := source.SizeOfBytes(data); err != nil || w != ds.Images[i].Width || h != ds.Images[i].Height {
					t.Fatalf("the picture has %d×%d pixels: %v", w, h, err)
				}
			}
		}
		formattest.PatchNothing(t, Format, ds)
		drop := []dataset.Change{{Action: dataset.DropImage, Annotation: dataset.None, From: dataset.None, To: dataset.None}}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, drop)
		if err != nil {
			return
		}
		formattest.Apply(t, p)
		after, err := Format.Read(t.Context(), path, source.Options{})
		if len(ds.Images) > 1 && (err != nil || len(after.Images) != len(ds.Images)-1) {
			t.Fatalf("%d images are left of %d: %v", len(after.Images), len(ds.Images), err)
		}
	})
}

// Labels as an array and pictures in IDX, as MNIST is passed on with predictions.
func TestPicturesInIDX(t *testing.T) {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"labels.npy":             npy("<i8", false, "2,", int64s(1, 0)),
		"true_labels.npy":        npy("<i8", false, "2,", int64s(1, 1)),
		"pred_labels.npy":        npy("<i8", false, "2,", int64s(1, 1)),
		"t10k-images-idx3-ubyte": append([]byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2}, 1, 2, 3, 4),
	})
	if m := formattest.Detect(t, Format, dir); m.Confidence != source.Sure {
		t.Errorf("%+v", m)
	}
	ds := formattest.Read(t, Format, dir)
	if got := labelling(ds); got != ":1 :0" || ds.Images[1].Path != "t10k-images-idx3-ubyte/000001.pgm" {
		t.Errorf("got %s of %s", got, ds.Images[1].Path)
	}
	if data, err := ds.Pictures.Read(&ds.Images[1]); err != nil || string(data) != "P5\n2 1\n255\n\x03\x04" {
		t.Errorf("the picture is %q: %v", data, err)
	}
	if len(ds.Problems) != 1 || !strings.Contains(ds.Problems[0].Message, "not checked") {
		t.Errorf("problems: %v", ds.Problems)
	}
	if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage}}); err == nil || !strings.Contains(err.Error(), "no array") {
		t.Errorf("dropping: %v", err)
	}
}

func TestShared(t *testing.T) {
	for name, images := range map[string]int{"mnist_test": 10_000, "cifar10s_resnet18": 0} {
		ds := formattest.Read(t, Format, shared.Dir(t, "data/pred-probs", name))
		if len(ds.Images) == 0 || images > 0 && len(ds.Images) != images || len(ds.Annotations) != len(ds.Images) || len(ds.Classes) != 10 {
			t.Errorf("%s: %d images, %d annotations, %d classes", name, len(ds.Images), len(ds.Annotations), len(ds.Classes))
		}
		for _, p := range ds.Problems {
			t.Logf("%s: %+v", name, p)
		}
		formattest.PatchCase{
			Format: Format.(source.Patcher), Root: shared.Dir(t, "data/pred-probs", name),
			Actions: []dataset.Action{dataset.SetClass}, MaxOld: 8, Image: ds.Images[3].Path,
		}.Patch(t)
	}
}

package tfrecord

import (
	"bytes"
	"encoding/binary"
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

func frame(data []byte) []byte {
	return bytes.Join([][]byte{frameHead(len(data)), data, frameTail(data)}, nil)
}

const labels = "# classes\nitem {\n  id: 1\n  name: \"/m/1\" display_name: 'cat'\n}\nitem: { name: 'dog', id: 2 keypoints { id: 7 label: 'nose' } }\n"

// objectsRecord is a record with three boxes, its picture and lists that errata
// does not know.
func objectsRecord(t testing.TB, name string) []byte {
	f := builder{}
	f.bytes(encoded, formattest.Picture(20, 10))
	f.bytes(filename, []byte(name))
	f.bytes("zz/unknown", []byte("kept"))
	for _, v := range []int64{1, 2, 1} {
		f.ints(objectNaming.label, v)
		f.ints(objects+"difficult", v-1)
		f.floats(objects+"keypoint/x", .5)
		f.floats(objects+"keypoint/x", .25)
	}
	for _, v := range []string{"/m/1", "dog", "/m/1"} {
		f.bytes(objectNaming.text, []byte(v))
	}
	for i, side := range [][3]float32{{0.1, 0.2, 0.3}, {0.1, 0.2, 0.3}, {0.5, 0.6, 0.7}, {0.5, 0.6, 0.7}} {
		for _, v := range side {
			f.floats(sides[i], v)
		}
	}
	return f.encode()
}

func labelRecord(t testing.TB, name string, classes ...string) []byte {
	f := builder{}
	f.bytes(encoded, formattest.Picture(4, 4))
	f.bytes(filename, []byte(name))
	for _, c := range classes {
		f.bytes("image/class/text", []byte(c))
		f.ints("image/class/label", map[string]int64{"cat": 1, "dog": 2}[c])
	}
	return f.encode()
}

func fixture(t testing.TB) string {
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{
		"label_map.pbtxt": []byte(labels),
		"train.record-00000-of-00002": bytes.Join([][]byte{
			frame(objectsRecord(t, "a.png")), frame(objectsRecord(t, "b.png")),
		}, nil),
		"train.record-00001-of-00002": frame(labelRecord(t, "c.png", "cat")),
		"val.tfrecord":                frame(labelRecord(t, "d.png")),
	})
	return dir
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, fixture(t))
	if got := strings.Join(ds.Classes, " "); got != "cat dog" {
		t.Errorf("classes are %q", got)
	}
	if len(ds.Problems) > 0 {
		t.Errorf("problems: %v", ds.Problems)
	}
	var paths []string
	for _, im := range ds.Images {
		paths = append(paths, im.Path+" "+im.Split)
	}
	want := "train.record-00000-of-00002/a.png train, train.record-00000-of-00002/b.png train, train.record-00001-of-00002/c.png train, val.tfrecord/d.png val"
	if got := strings.Join(paths, ", "); got != want {
		t.Errorf("images are %s", got)
	}
	if len(ds.Annotations) != 7 {
		t.Fatalf("there are %d annotations", len(ds.Annotations))
	}
	if got, want := ds.Annotations[1].Geometry, (dataset.Box{X: 4, Y: 2, W: 8, H: 4}); got != want {
		t.Errorf("the second box is %v, not %v", got, want)
	}
	if a := ds.Annotations[1]; ds.Classes[a.Class] != "dog" || len(a.Attributes) != 1 || a.Attributes[0] != (dataset.Attribute{Name: "difficult", Value: "1"}) {
		t.Errorf("the second annotation is %+v", a)
	}
	if a := ds.Annotations[6]; a.Geometry != nil || ds.Classes[a.Class] != "cat" {
		t.Errorf("the label of the whole picture is %+v", a)
	}
	data, err := ds.Pictures.Read(&ds.Images[0])
	if err != nil || !bytes.Equal(data, formattest.Picture(20, 10)) {
		t.Errorf("the picture has %d bytes: %v", len(data), err)
	}
	if n, at, err := ds.Pictures.Stat(&ds.Images[0]); n != int64(len(data)) || at == 0 || err != nil {
		t.Errorf("Stat says %d bytes at %d: %v", n, at, err)
	}
}

func TestPixels(t *testing.T) {
	for _, side := range []float64{3, 500, 434, 1333, 4000, 100003} {
		for x := 0.0; x <= side; x += max(1, math.Floor(side/777)) {
			if got := pixels(float32(x/side), side); got != x {
				t.Fatalf("%v of %v becomes %v", x, side, got)
			}
		}
	}
	if got := pixels(float32(10.25/500), 500); got != 10.25 {
		t.Errorf("10.25 becomes %v", got)
	}
	if got := pixels(float32(math.NaN()), 500); !math.IsNaN(got) {
		t.Errorf("NaN becomes %v", got)
	}
}

func TestPatch(t *testing.T) {
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: fixture(t),
		Actions:   []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "difficult", Value: "5"},
	}.Patch(t)
}

func TestPatchKeepsOtherFeatures(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.DeleteObject, Annotation: 1, Image: 0, From: dataset.None, To: dataset.None},
		{Action: dataset.AddObject, Annotation: dataset.None, Image: 3, To: 1, From: dataset.None, Geometry: dataset.Box{X: 1, Y: 1, W: 2, H: 2}},
		{Action: dataset.AddObject, Annotation: dataset.None, Image: 3, To: 0, From: dataset.None},
		{Action: dataset.DeleteObject, Annotation: 6, Image: 2, From: dataset.None, To: dataset.None},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	var got []string
	err = scanRecords(t.Context(), filepath.Join(dir, "train.record-00000-of-00002"), func(_ int, _ int64, data []byte) {
		e, err := parseExample(data)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.text("zz/unknown"), strings.Repeat("x", e.features[objects+"keypoint/x"].len()))
	}, func(n int, message string) { t.Errorf("record %d: %s", n, message) })
	if want := "kept xxxx kept xxxxxx"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("got %q, not %q: %v", got, want, err)
	}
	ds = formattest.Read(t, Format, dir)
	ix := dataset.NewIndex(ds)
	if n := len(ix.Annotations(2)); n != 0 {
		t.Errorf("the label is still there: %d", n)
	}
	of := ix.Annotations(3)
	if len(of) != 2 || ds.Annotations[of[0]].Geometry != nil || ds.Classes[ds.Annotations[of[1]].Class] != "dog" {
		t.Errorf("the added annotations are %v", of)
	}
}

func TestPatchRefuses(t *testing.T) {
	dir := fixture(t)
	for name, c := range map[string]dataset.Change{
		"upright boxes and masks": {Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.RotatedBox{W: 1, H: 1}},
		"box only":                {Action: dataset.MoveObject, Annotation: 0, Geometry: dataset.NewMask(20, 10, func(x, y int) bool { return x < 3 })},
		"no list image/object/x":  {Action: dataset.SetAttribute, Annotation: 0, Attribute: dataset.Attribute{Name: "x", Value: "1"}},
		"no whole number":         {Action: dataset.SetAttribute, Annotation: 0, Attribute: dataset.Attribute{Name: "difficult", Value: "yes"}},
		"has no class \"cow\"":    {Action: dataset.SetClass, Annotation: 0, From: 0, To: 2},
	} {
		ds := formattest.Read(t, Format, dir)
		ds.Classes = append(ds.Classes, "cow")
		_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ds := formattest.Read(t, Format, dir)
	full := filepath.Join(dir, "train.record-00000-of-00002")
	data, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	data[40] ^= 1
	formattest.Put(t, dir, map[string][]byte{"train.record-00000-of-00002": data})
	_, err = Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.SetClass, To: 1}})
	if err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("a changed file: %v", err)
	}
}

func TestWrite(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	ds.Classes[0] = "it's \\ a\tcat"
	ds.Annotations[0].Geometry = dataset.NewMask(20, 10, func(x, y int) bool { return x+y < 9 })
	ds.Annotations[0].Attributes = append(ds.Annotations[0].Attributes, dataset.Attribute{Name: "pose", Value: "left"})
	ds.Annotations[2].Crowd = true
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	out := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: out, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	mask := ds.Annotations[0].Geometry
	written := formattest.Read(t, Format, out)
	change := dataset.Change{Action: dataset.MoveObject, Geometry: formattest.Shift(mask, 4, 0), From: dataset.None, To: dataset.None}
	p, err := Format.(source.Patcher).Patch(t.Context(), written, []dataset.Change{change})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	want, err := dataset.Apply(written, []dataset.Change{change})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range formattest.Diff(formattest.Read(t, Format, out), want, formattest.Comparison{}) {
		t.Error(d)
	}
}

func TestDamage(t *testing.T) {
	good, other := frame(labelRecord(t, "a.png", "cat")), frame(labelRecord(t, "b.png", "dog"))
	broken := bytes.Clone(good)
	broken[30] ^= 1
	cut := other[:len(other)-3]
	huge := append(frameHead(1<<40), "image"...)
	for name, c := range map[string]struct {
		data    []byte
		images  int
		problem string
	}{
		"wrong checksum":       {bytes.Join([][]byte{broken, other}, nil), 1, "damaged"},
		"cut":                  {bytes.Join([][]byte{good, cut}, nil), 1, "cut off"},
		"cut in the head":      {bytes.Join([][]byte{good, other[:5]}, nil), 1, "cut off"},
		"wrong length":         {bytes.Join([][]byte{good, make([]byte, 40)}, nil), 1, "cannot be found"},
		"huge":                 {bytes.Join([][]byte{good, huge}, nil), 1, "cut off"},
		"no example":           {bytes.Join([][]byte{good, frame([]byte("text"))}, nil), 1, "no tf.train.Example"},
		"the same name twice":  {bytes.Join([][]byte{good, good}, nil), 2, ""},
		"lists do not fit":     {frame(uneven(t)), 1, "another side"},
		"nothing but a number": {bytes.Join([][]byte{good, frame(builder{"x": {kind: intList, ints: []int64{1}}}.encode())}, nil), 1, "neither a picture"},
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.tfrecord": c.data})
		ds, err := Format.Read(t.Context(), filepath.Join(dir, "x.tfrecord"), source.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(ds.Images) != c.images {
			t.Errorf("%s: %d images", name, len(ds.Images))
		}
		if (c.problem == "") != (len(ds.Problems) == 0) || c.problem != "" && !strings.Contains(ds.Problems[0].Message, c.problem) {
			t.Errorf("%s: %v", name, ds.Problems)
		}
	}
	for name, data := range map[string]string{"empty": "", "zeros": strings.Repeat("\x00", 99), "text": "hello, world, hello"} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.tfrecord": []byte(data)})
		if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func uneven(t testing.TB) []byte {
	f := builder{}
	f.bytes(encoded, formattest.Picture(2, 2))
	f.floats(sides[0], 1)
	f.floats(sides[0], 1)
	f.floats(sides[1], 1)
	return f.encode()
}

func TestLabelMapErrors(t *testing.T) {
	for text, want := range map[string]string{
		"item {\n id: x }":            "line 2: the id \"x\"",
		"item { name: 'a":             "not closed",
		"item { id: 1":                "} is missing",
		"}":                           "too many",
		strings.Repeat("item {", 99):  "too deep",
		"item { name: '\\q' id: 1 } ": "escape",
	} {
		if _, err := parseLabelMap(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestDetect(t *testing.T) {
	dir := fixture(t)
	for name, want := range map[string]source.Confidence{"": source.Sure, "val.tfrecord": source.Sure, "label_map.pbtxt": source.No} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
}

// Unpacked numbers and features without a value are what other writers make.
func TestUnpackedNumbers(t *testing.T) {
	f := &feature{kind: intList, ints: []int64{1, -2}, loose: true}
	g := &feature{kind: floatList, floats: []float32{1, 2}, loose: true}
	entries := append(encodeEntry("i", f), encodeEntry("f", g)...)
	entries = append(entries, appendChunk(nil, 1, appendChunk(nil, 1, []byte("empty")))...)
	data := append(binary.AppendUvarint([]byte{0x0a}, uint64(len(entries))), entries...)
	e, err := parseExample(data)
	if err != nil {
		t.Fatal(err)
	}
	if e.features["i"].ints[1] != -2 || e.features["f"].floats[1] != 2 || len(e.features) != 2 {
		t.Errorf("features are %v", e.features)
	}
	e.edit("i", intList).ints[0] = 300
	edits, after := weave(data, e.splices(), 0)
	again, err := parseExample(after)
	if err != nil || again.features["i"].ints[0] != 300 || again.features["i"].ints[1] != -2 || !again.features["i"].loose {
		t.Errorf("after %v: %v %v", edits, again, err)
	}
}

func TestShared(t *testing.T) {
	for name, want := range map[string][3]int{ // images, annotations, classes
		"voc100-formats/gts/tfrecord_format":                            {100, 273, 20},
		"formats/datumaro-assets/tf_detection_api_dataset":              {3, 4, 11},
		"formats/datumaro-assets/roboflow_dataset/tfrecord":             {3, 4, 2},
		"formats/datumaro-assets/tf_detection_api_dataset/val.tfrecord": {1, 1, 10},
	} {
		ds := formattest.Read(t, Format, shared.Dir(t, "data", name))
		if got := [3]int{len(ds.Images), len(ds.Annotations), len(ds.Classes)}; got != want {
			t.Errorf("%s: %v, not %v", name, got, want)
		}
		for _, p := range ds.Problems {
			t.Logf("%s: %+v", name, p)
		}
	}
	formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data/voc100-formats/gts/tfrecord_format")}.Patch(t)
	formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data/formats/datumaro-assets/tf_detection_api_dataset"), Compare: formattest.Comparison{NoUnused: true}}.Patch(t)
	formattest.PatchCase{Format: Format.(source.Patcher), Root: shared.Dir(t, "data/formats/datumaro-assets/roboflow_dataset/tfrecord")}.Patch(t)
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, shared.Dir(t, "data/formats/datumaro-assets/tf_detection_api_dataset")))
	for _, a := range formattest.Read(t, Format, shared.Dir(t, "data/voc100-formats/gts/tfrecord_format")).Annotations {
		b := a.Geometry.(dataset.Box)
		if b.X != math.Trunc(b.X) || b.Y != math.Trunc(b.Y) || b.W != math.Trunc(b.W) || b.H != math.Trunc(b.H) {
			t.Errorf("%v is not whole", b)
		}
	}
}

// FuzzRead reads arbitrary bytes as a file of records, with right checksums so
// that the records are looked at.
func FuzzRead(f *testing.F) {
	f.Add(objectsRecord(f, "a.png"), []byte(labels), uint8(1))
	f.Add(labelRecord(f, "a.png", "cat"), []byte("item { id: 1 }"), uint8(2))
	f.Add([]byte("\x0a\xff\xff\xff\xff\x0f"), []byte("'"), uint8(0))
	f.Fuzz(func(t *testing.T, data, labels []byte, mode uint8) {
		dir := t.TempDir()
		file := frame(data)
		if mode == 0 {
			file = data
		}
		formattest.Put(t, dir, map[string][]byte{"x.tfrecord": append(file, frame(labelRecord(t, "z.png", "dog"))...), "label_map.pbtxt": labels})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 || mode == 0 {
			return
		}
		a := ds.Annotations[0]
		to := (a.Class + 1) % len(ds.Classes)
		changes := []dataset.Change{{Action: dataset.DeleteObject, Annotation: 0, Image: a.Image, From: dataset.None, To: dataset.None}}
		if mode > 1 {
			changes = []dataset.Change{{Action: dataset.SetClass, Annotation: 0, Image: a.Image, From: a.Class, To: to}}
		}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, changes)
		if err != nil {
			return
		}
		formattest.Apply(t, p)
		got := formattest.Read(t, Format, dir)
		if want := len(ds.Annotations) - 1 + min(1, int(mode)/2); len(got.Annotations) != want {
			t.Fatalf("%d annotations are left, not %d", len(got.Annotations), want)
		}
	})
}

package webdataset

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// archive makes a tar file of names and contents in turn.
func archive(t testing.TB, format tar.Format, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		h := &tar.Header{Name: members[i], Mode: 0o644, Size: int64(len(members[i+1])), Typeflag: tar.TypeReg, Format: format}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const objectsJSON = `{
  "source": "x",
  "annotations": [
    {"bbox": [1, 2.50, 3, 4], "category": "cat", "category_id": 7, "iscrowd": 0, "unknown": [1]},
    {"bbox": [2, 2, 5, 5.125], "category": "ox", "category_id": 9, "id": 31, "attributes": {"pose": "left", "n": 1}},
    {"bbox": [0, 0, 1e0, 1], "category": "cat", "category_id": 7, "iscrowd": 1}
  ]
}`

func fixture(t testing.TB) string {
	dir := t.TempDir()
	p := string(formattest.Picture(20, 10))
	long := strings.Repeat("long/", 30)
	formattest.Put(t, dir, map[string][]byte{
		"train-000000.tar": archive(t, tar.FormatUSTAR, "a.json", objectsJSON, "a.png", p, "a.meta.bin", "kept",
			"b.seg.png", "no picture", "b.png", p, "b.json", `{"label": ["cat", "ox"]}`),
		"train-000001.tar": archive(t, tar.FormatPAX, long+"c.png", p, long+"c.json", `{"class": "ox"}`),
		"val/x.tar":        archive(t, tar.FormatGNU, "./d.png", p, "./e.png", p, "./e.txt", "cat\n"),
	})
	return dir
}

func classFixture(t testing.TB) string {
	dir := t.TempDir()
	p := string(formattest.Picture(4, 4))
	formattest.Put(t, dir, map[string][]byte{
		"classes.txt":   []byte("cat\nox\n" + strings.Repeat("more", 3) + "\n"),
		"data-0000.tar": archive(t, tar.FormatUSTAR, "a.png", p, "a.cls", "0", "b.png", p, "b.cls", " 1\n", "c.png", p, "c.json", `{"label": 1}`),
	})
	return dir
}

func TestRead(t *testing.T) {
	ds := formattest.Read(t, Format, fixture(t))
	if want := "train:a.png:cat+ox+cat train:b.png:cat+ox train:c.png:ox val:d.png: val:e.png:cat"; formattest.Labelling(ds) != want {
		t.Errorf("got %s", formattest.Labelling(ds))
	}
	if len(ds.Problems) > 0 {
		t.Errorf("problems: %v", ds.Problems)
	}
	if p := ds.Images[3].Path; p != "val/x.tar/d.png" {
		t.Errorf("the path is %q", p)
	}
	a := ds.Annotations[1]
	if a.Geometry != (dataset.Box{X: 2, Y: 2, W: 5, H: 5.125}) || a.ID != "31" || fmt.Sprint(a.Attributes) != "[{pose left} {n 1}]" || !ds.Annotations[2].Crowd {
		t.Errorf("the second object is %+v", a)
	}
	for i := range ds.Images {
		data, err := ds.Pictures.Read(&ds.Images[i])
		if err != nil || string(data) != string(formattest.Picture(20, 10)) {
			t.Errorf("the picture %s has %d bytes: %v", ds.Images[i].Path, len(data), err)
		}
		if n, at, err := ds.Pictures.Stat(&ds.Images[i]); n != int64(len(data)) || at == 0 || err != nil {
			t.Errorf("Stat says %d, %d, %v", n, at, err)
		}
	}
	ds = formattest.Read(t, Format, classFixture(t))
	if want := ":a.png:cat :b.png:ox :c.png:ox"; formattest.Labelling(ds) != want || len(ds.Classes) != 3 {
		t.Errorf("got %s of %q", formattest.Labelling(ds), ds.Classes)
	}
}

func TestCompressed(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(archive(t, tar.FormatUSTAR, "a.png", string(formattest.Picture(3, 3)), "a.cls", "1")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	formattest.Put(t, dir, map[string][]byte{"x.tar.gz": b.Bytes(), "y.tgz": b.Bytes()[:40]})
	ds := formattest.Read(t, Format, dir)
	if data, err := ds.Pictures.Read(&ds.Images[0]); err != nil || string(data) != string(formattest.Picture(3, 3)) || len(ds.Images) != 1 {
		t.Errorf("the picture has %d bytes: %v", len(data), err)
	}
	_, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{{Action: dataset.DropImage}})
	if err == nil || !strings.Contains(err.Error(), "gunzip") {
		t.Errorf("a correction: %v", err)
	}
}

func TestPatch(t *testing.T) {
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: fixture(t),
		Actions:   []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage, dataset.SetAttribute},
		Attribute: dataset.Attribute{Name: "pose", Value: "right"}, MaxOld: 10_000,
	}.Patch(t)
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: classFixture(t),
		Actions: []dataset.Action{dataset.SetClass, dataset.DropImage}, MaxOld: 10_000,
	}.Patch(t)
	formattest.PatchCase{
		Format: Format.(source.Patcher), Root: classFixture(t),
		Actions: []dataset.Action{dataset.DeleteObject},
	}.Patch(t)
}

func TestPatchLabels(t *testing.T) {
	dir := fixture(t)
	ds := formattest.Read(t, Format, dir)
	ox := ds.Annotations[1].Class
	p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{
		{Action: dataset.SetClass, Image: 2, Annotation: 5, From: ox, To: ds.Annotations[0].Class},
		{Action: dataset.AddObject, Image: 3, Annotation: dataset.None, From: dataset.None, To: ox, Geometry: dataset.Box{X: 1, Y: 2, W: 3.5, H: 4}},
		{Action: dataset.AddObject, Image: 1, Annotation: dataset.None, From: dataset.None, To: ox},
		{Action: dataset.SetClass, Image: 4, Annotation: 6, From: ds.Annotations[0].Class, To: ox},
		{Action: dataset.DeleteObject, Image: 1, Annotation: 3, From: dataset.None, To: dataset.None},
	})
	if err != nil {
		t.Fatal(err)
	}
	formattest.Apply(t, p)
	after := formattest.Read(t, Format, dir)
	if want := "train:a.png:cat+ox+cat train:b.png:ox+ox train:c.png:cat val:d.png:ox val:e.png:ox"; formattest.Labelling(after) != want || len(after.Problems) > 0 {
		t.Errorf("got %s %v", formattest.Labelling(after), after.Problems)
	}
	// Everything but the members that changed is the same for another reader too.
	for name, want := range map[string]string{
		"train-000000.tar": "a.json a.png a.meta.bin b.seg.png b.png b.json", "val/x.tar": "./d.png ./d.json ./e.png ./e.txt",
	} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		in := tar.NewReader(f)
		var names []string
		for h, err := in.Next(); err == nil; h, err = in.Next() {
			names = append(names, h.Name)
		}
		f.Close()
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s holds %s", name, got)
		}
	}
}

func TestPatchRefuses(t *testing.T) {
	ds := formattest.Read(t, Format, classFixture(t))
	ds.Classes = append(ds.Classes, "cow")
	for want, c := range map[string]dataset.Change{
		"has no number":    {Action: dataset.SetClass, Image: 0, Annotation: 0, From: 0, To: 3},
		"upright boxes":    {Action: dataset.AddObject, Image: 0, To: 1, Geometry: dataset.RotatedBox{W: 1, H: 1}},
		"holds one class":  {Action: dataset.AddObject, Image: 0, To: 1},
		"no attributes":    {Action: dataset.SetAttribute, Image: 0, Annotation: 0, Attribute: dataset.Attribute{Name: "a"}},
		"read the dataset": {Action: dataset.SetClass, Image: 0, Annotation: 0, From: 1, To: 2},
	} {
		if _, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestWrite(t *testing.T) {
	ds := formattest.Read(t, Format, fixture(t))
	formattest.RoundTrip(t, Format.(source.Writer), ds)
	ds.Images[0].Split = "part/one"
	dir := t.TempDir()
	if err := Format.(source.Writer).Write(t.Context(), ds, formattest.Folder{Dir: dir, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	if got := formattest.Read(t, Format, dir); len(got.Images) != len(ds.Images) || len(got.Problems) > 0 {
		t.Errorf("read back %s: %v", formattest.Labelling(got), got.Problems)
	}
	formattest.RoundTrip(t, Format.(source.Writer), formattest.Read(t, Format, classFixture(t)))
}

func TestCaptions(t *testing.T) {
	var members []string
	for i := range 120 {
		members = append(members, fmt.Sprintf("%03d.png", i), string(formattest.Picture(1, 1)), fmt.Sprintf("%03d.txt", i), fmt.Sprintf("a photo of %d", i))
	}
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{"x.tar": archive(t, tar.FormatUSTAR, members...)})
	ds := formattest.Read(t, Format, dir)
	if len(ds.Images) != 120 || len(ds.Annotations) != 0 || len(ds.Classes) != 0 || len(ds.Problems) != 1 {
		t.Errorf("%d annotations of %d classes: %v", len(ds.Annotations), len(ds.Classes), ds.Problems)
	}
}

func TestDamage(t *testing.T) {
	p := string(formattest.Picture(2, 2))
	good := archive(t, tar.FormatUSTAR, "a.png", p, "a.cls", "0")
	for name, c := range map[string]struct {
		data    []byte
		problem string
	}{
		"cut in a picture": {archive(t, tar.FormatUSTAR, "a.cls", "0", "a.png", strings.Repeat(p, 100))[:2000], "damaged"},
		"cut in a head":    {good[:700+512], "damaged"},
		"rubbish after":    {append(bytes.Clone(good[:2048]), bytes.Repeat([]byte("x"), 1024)...), "damaged"},
		"twice":            {archive(t, tar.FormatUSTAR, "a.png", p, "b.png", p, "a.png", p), "already"},
		"bad JSON":         {archive(t, tar.FormatUSTAR, "a.png", p, "a.json", `{"label": `), "cannot be read"},
		"no picture":       {archive(t, tar.FormatUSTAR, "a.png", p, "b.cls", "1"), "no picture"},
		"escape":           {archive(t, tar.FormatUSTAR, "../../a.png", p), ""},
		"bbox of three":    {archive(t, tar.FormatUSTAR, "a.png", p, "a.json", `{"annotations": [{"bbox": [1, 2, 3], "label": "x"}, 7]}`), ""},
	} {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.tar": c.data})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, im := range ds.Images {
			if !filepath.IsLocal(im.Path) || !strings.HasPrefix(im.Path, "x.tar/") {
				t.Errorf("%s: the path is %q", name, im.Path)
			}
		}
		if (c.problem == "") != (len(ds.Problems) == 0) || c.problem != "" && !strings.Contains(ds.Problems[0].Message, c.problem) {
			t.Errorf("%s: %v", name, ds.Problems)
		}
	}
	dir := t.TempDir()
	formattest.Put(t, dir, map[string][]byte{"x.tar": bytes.Repeat([]byte("text"), 300)})
	if _, err := Format.Read(t.Context(), dir, source.Options{}); err == nil {
		t.Error("text is read")
	}
}

func TestDetect(t *testing.T) {
	dir := fixture(t)
	formattest.Put(t, dir, map[string][]byte{"other/y.tar": archive(t, tar.FormatUSTAR, "readme.md", "text")})
	for name, want := range map[string]source.Confidence{"": source.Sure, "train-000000.tar": source.Sure, "other/y.tar": source.No, "other": source.No} {
		if m := formattest.Detect(t, Format, filepath.Join(dir, name)); m.Confidence != want {
			t.Errorf("%q: %+v", name, m)
		}
	}
}

// FuzzRead reads arbitrary bytes as a shard.
func FuzzRead(f *testing.F) {
	p := string(formattest.Picture(1, 1))
	f.Add(archive(f, tar.FormatUSTAR, "a.json", objectsJSON, "a.png", p), uint8(0))
	f.Add(archive(f, tar.FormatPAX, strings.Repeat("x/", 80)+"a.cls", "7", strings.Repeat("x/", 80)+"a.png", p), uint8(1))
	f.Add(archive(f, tar.FormatGNU, "b.png", p, "b.txt", "cat", "c.png", p, "c.json", `{"labels": [1, "x"]}`), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, mode uint8) {
		dir := t.TempDir()
		formattest.Put(t, dir, map[string][]byte{"x.tar": data})
		ds, err := Format.Read(t.Context(), dir, source.Options{})
		if err != nil {
			return
		}
		for i := range ds.Images[:min(3, len(ds.Images))] {
			_, _ = ds.Pictures.Read(&ds.Images[i])
		}
		formattest.PatchNothing(t, Format, ds)
		c := dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, From: dataset.None, To: dataset.None}
		images, annotations := len(ds.Images)-1, -1
		if mode > 0 && len(ds.Annotations) > 0 {
			a := ds.Annotations[0]
			c = dataset.Change{Action: dataset.SetClass, Image: a.Image, From: a.Class, To: (a.Class + 1) % len(ds.Classes)}
			images, annotations = len(ds.Images), len(ds.Annotations)
		}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{c})
		if err != nil {
			return
		}
		formattest.Apply(t, p)
		after, err := Format.Read(t.Context(), dir, source.Options{})
		if images == 0 {
			return
		}
		if err != nil || annotations >= 0 && len(after.Images) != images || annotations >= 0 && len(after.Annotations) != annotations {
			t.Fatalf("the corrected shard has other contents: %v", err)
		}
	})
}

package workspace

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
)

const testParams = "v1 thumb=8 input=2"

var ctx = context.Background()

// open opens a workspace that is closed when the test ends.
func open(t testing.TB, dir string, o Options) *Workspace {
	t.Helper()
	w, err := Open(ctx, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// measured is a made-up picture whose bytes are text.
func measured(path, text string) MeasuredFile {
	sum := sha256.Sum256([]byte(text))
	return MeasuredFile{Path: path, Bytes: int64(len(text)), ModTime: 7, Measured: &pixel.Measured{
		Format: "png", Width: 3, Height: 4, Orientation: 6, Frames: 1, Bits: 8, Mode: "RGB",
		Bytes: int64(len(text)), SHA256: sum, PixelHash: sha256.Sum256(sum[:]), PHash: 1<<63 | 5, Truncated: true,
		Quality: pixel.Quality{Dark: .25, Size: 3.5}, Mean: [3]uint8{1, 2, 255},
		Thumb: []byte("thumb of " + text), Input: sum[:12],
	}}
}

func put(t testing.TB, w *Workspace, batch ...MeasuredFile) {
	t.Helper()
	if err := w.PutMeasured(ctx, testParams, batch); err != nil {
		t.Fatal(err)
	}
}

// wantFile checks that path has the content of text, bytes included.
func wantFile(t testing.TB, w *Workspace, path, text string) {
	t.Helper()
	files, err := w.Files(ctx, testParams)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, w, path, files[path], text)
}

// wantBytes checks that the file of a path has the bytes of text.
func wantBytes(t testing.TB, w *Workspace, path string, f File, text string) {
	t.Helper()
	if f.Path != path || f.Slot == Unknown {
		t.Fatalf("%q is known as %+v", path, f)
	}
	thumb, err := w.Thumb(f.Slot)
	if err != nil || string(thumb) != "thumb of "+text {
		t.Errorf("%q has the thumbnail %q, %v", path, thumb, err)
	}
	in, err := w.Inputs([]int64{f.Slot, f.Slot}, 2)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	for i := range in.Len() {
		if got := in.RGB(i, nil); !bytes.Equal(got, sum[:12]) || in.Err() != nil {
			t.Errorf("%q has the input %x, want %x, %v", path, got, sum[:12], in.Err())
		}
	}
}

func TestMeasuredComeBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), ".errata")
	w := open(t, dir, Options{})
	odd := "sub dir/b\xff\n?#%41.png"
	moved := MeasuredFile{Path: "moved.png", Bytes: 3, ModTime: 9, SHA256: sha256.Sum256([]byte("one"))}
	broken := MeasuredFile{Path: "broken.png", Bytes: 1, ModTime: 2, Kind: dataset.Unreadable, Error: "it is no picture"}
	put(t, w, measured("a.png", "one"), measured("copy.png", "one"), measured(odd, "two"), broken)
	put(t, w, moved)

	check := func(w *Workspace) {
		t.Helper()
		wantFile(t, w, "a.png", "one")
		wantFile(t, w, "copy.png", "one")
		wantFile(t, w, "moved.png", "one")
		wantFile(t, w, odd, "two")
		files, err := w.Files(ctx, testParams)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := files["broken.png"], (File{Path: "broken.png", Bytes: 1, ModTime: 2, Slot: Unknown, Kind: dataset.Unreadable, Error: "it is no picture"}); got != want {
			t.Errorf("the broken file is %+v", got)
		}
		content, err := w.Content(ctx, testParams)
		if err != nil || len(content) != 2 {
			t.Fatalf("there are %d contents, want 2: %v", len(content), err)
		}
		want := *measured("", "one").Measured
		want.Thumb, want.Input = nil, nil
		if got := fmt.Sprintf("%+v", content[0].Measured); got != fmt.Sprintf("%+v", want) {
			t.Errorf("measured %+v\ncame back as %s", want, got)
		}
	}
	check(w)
	r := open(t, dir, Options{ReadOnly: true})
	check(r)
	if err := r.PutMeasured(ctx, testParams, []MeasuredFile{moved}); err == nil {
		t.Error("a reader could write")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	check(open(t, dir, Options{}))

	for name, want := range map[string]string{".gitignore": "*\n", "README": readme} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
}

func TestOtherParamsKnowNothing(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	put(t, w, measured("a.png", "one"), MeasuredFile{Path: "b.png", Kind: dataset.Unreadable, Error: "too large"})
	files, err := w.Files(ctx, "v2")
	if err != nil {
		t.Fatal(err)
	}
	for path, f := range files {
		if f.Slot != Unknown || f.Error != "" {
			t.Errorf("under other parameters %s is %+v", path, f)
		}
	}
	// Four sets: the first makes room.
	for _, params := range []string{"v2", "v3", "v4"} {
		if err := w.PutMeasured(ctx, params, []MeasuredFile{measured("a.png", "one")}); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := w.Content(ctx, testParams); err != nil || len(c) != 0 {
		t.Errorf("the oldest parameters still have %d contents, %v", len(c), err)
	}
	names, err := os.ReadDir(filepath.Join(w.Dir(), "packs"))
	if err != nil || len(names) != 2*keptParams {
		t.Errorf("packs holds %v, %v", names, err)
	}
	c, err := w.Content(ctx, "v4")
	if err != nil || len(c) != 1 {
		t.Fatalf("the newest parameters have %d contents, %v", len(c), err)
	}
	if thumb, err := w.Thumb(c[0].Slot); err != nil || string(thumb) != "thumb of one" {
		t.Errorf("thumbnail %q, %v", thumb, err)
	}
	if _, err := w.Thumb(1); err == nil {
		t.Error("forgotten content still has a thumbnail")
	}
}

func TestPutMeasuredIsAllOrNothing(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	put(t, w, measured("a.png", "one"))
	short := measured("c.png", "three")
	short.Measured.Input = short.Measured.Input[:3]
	for name, bad := range map[string]MeasuredFile{
		"input of another length": short,
		"content that is unknown": {Path: "c.png", SHA256: [32]byte{1}},
	} {
		if err := w.PutMeasured(ctx, testParams, []MeasuredFile{measured("b.png", "two"), bad}); err == nil || !strings.Contains(err.Error(), `"c.png"`) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	files, err := w.Files(ctx, testParams)
	if err != nil || len(files) != 1 {
		t.Fatalf("the workspace knows %v, %v", files, err)
	}
	put(t, w, measured("b.png", "two"))
	wantFile(t, w, "a.png", "one")
	wantFile(t, w, "b.png", "two")
}

func TestTornTailsAreCut(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	put(t, w, measured("a.png", "one"))
	w.Close()
	for _, name := range []string{"1.thumbs", "1.inputs"} {
		f, err := os.OpenFile(filepath.Join(dir, "packs", name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("half a record"); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	stray := filepath.Join(dir, "packs", "9.thumbs")
	if err := os.WriteFile(stray, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	w = open(t, dir, Options{})
	if info, err := os.Stat(filepath.Join(dir, "packs", "1.inputs")); err != nil || info.Size() != 12 {
		t.Errorf("the inputs have %v bytes, %v", info.Size(), err)
	}
	if _, err := os.Stat(stray); err == nil {
		t.Error("a pack of no parameters is still there")
	}
	put(t, w, measured("b.png", "two"))
	wantFile(t, w, "a.png", "one")
	wantFile(t, w, "b.png", "two")
}

func TestLostBytesAreMeasuredAgain(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	put(t, w, measured("a.png", "one"))
	put(t, w, measured("b.png", "two"))
	w.Close()
	if err := os.Truncate(filepath.Join(dir, "packs", "1.inputs"), 20); err != nil {
		t.Fatal(err)
	}
	w = open(t, dir, Options{})
	wantFile(t, w, "a.png", "one")
	files, err := w.Files(ctx, testParams)
	if err != nil || files["b.png"].Slot != Unknown || files["b.png"].Error != "" {
		t.Errorf("b.png is %+v, %v", files["b.png"], err)
	}
	put(t, w, measured("b.png", "two"))
	wantFile(t, w, "b.png", "two")
}

func TestManyGoroutines(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	reader := open(t, dir, Options{ReadOnly: true})
	const batches = 15
	var wg sync.WaitGroup
	wg.Go(func() {
		for b := range batches {
			if err := w.PutMeasured(ctx, testParams, []MeasuredFile{measured(fmt.Sprint(b), fmt.Sprint(b))}); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for b := range batches {
			if _, err := w.Append(ctx, decide("", dataset.Key{Image: fmt.Sprint(b)})); err != nil {
				t.Error(err)
			}
			if _, err := w.PutScan(ctx, &Scan{DatasetKey: fmt.Sprint(b), Findings: []Finding{{Image: fmt.Sprint(b)}}}); err != nil {
				t.Error(err)
			}
		}
	})
	for _, r := range []*Workspace{w, reader} {
		wg.Go(func() {
			for n := 0; n < batches; {
				content, err := r.Content(ctx, testParams)
				if err != nil {
					t.Error(err)
					return
				}
				n = len(content)
				for _, c := range content {
					if thumb, err := r.Thumb(c.Slot); err != nil || !strings.HasPrefix(string(thumb), "thumb of ") {
						t.Errorf("thumbnail %q, %v", thumb, err)
					}
				}
				if s, err := r.Scan(ctx); err != nil || s != nil && (len(s.Findings) != 1 || s.Findings[0].Image != s.DatasetKey) {
					t.Errorf("the scan is %+v, %v", s, err)
				}
			}
		})
	}
	wg.Wait()
	for b := range batches {
		wantFile(t, reader, fmt.Sprint(b), fmt.Sprint(b))
	}
	if entries, err := reader.Entries(ctx, 0); err != nil || len(entries) != batches {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

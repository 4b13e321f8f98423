package synth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"image"
	"image/jpeg"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// render makes a small folder and returns its files by path.
func render(t *testing.T, o Options) (dir string, truth *Truth, files map[string][]byte) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "signs")
	truth, err := Signs(context.Background(), dir, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth, files
}

// many plants enough of everything to look at, in few pictures.
var many = Options{
	Images: 100, Seed: 7, WrongRate: .10, ConflictRate: .04, LeakRate: .05,
	BlurRate: .03, DarkRate: .03, TruncatedRate: .03, UnreadableRate: .02,
}

func TestSameSeedSameBytes(t *testing.T) {
	o := Options{Images: 64, Seed: 3}
	_, _, a := render(t, o)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, _, b := render(t, o)
	if !maps.EqualFunc(a, b, bytes.Equal) {
		t.Error("one core and several gave different files")
	}
	one, two := newPlan(o), newPlan(Options{Images: o.Images, Seed: o.Seed + 1})
	for i := range one {
		if one[i].seed == two[i].seed {
			t.Errorf("picture %d of another seed is the same", i)
		}
	}
}

func TestPlantedErrors(t *testing.T) {
	dir, truth, files := render(t, many)
	t.Run("record", func(t *testing.T) { checkRecord(t, dir, truth, files) })
	t.Run("pictures", func(t *testing.T) { checkPictures(t, truth, files) })
}

// checkRecord compares the record with the files, both ways.
func checkRecord(t *testing.T, dir string, truth *Truth, files map[string][]byte) {
	if len(files) != many.Images+1 {
		t.Errorf("%d files for %d images and a record", len(files), many.Images)
	}
	again, err := ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Errors) != len(truth.Errors) || again.Errors[0] != truth.Errors[0] || again.Seed != truth.Seed {
		t.Errorf("the record reads back as %+v", again)
	}
	want := map[dataset.Kind]int{
		dataset.WrongClass: 10, dataset.InconsistentComponent: 4, dataset.SplitLeak: 5,
		dataset.Blurry: 3, dataset.Dark: 3, dataset.Truncated: 3, dataset.Unreadable: 2,
	}
	got := map[dataset.Kind]int{}
	identical, reencoded := 0, 0
	spoilt := map[string]bool{}
	for _, e := range truth.Errors {
		got[e.Kind]++
		body, ok := files[e.Image]
		if !ok {
			t.Fatalf("%s is in the record and not in the folder", e.Image)
		}
		spoilt[e.Image] = true
		if !strings.Contains(e.Image, "/"+e.Given+"/") {
			t.Errorf("%s does not lie in the folder of %s", e.Image, e.Given)
		}
		mislabelled := e.Kind == dataset.WrongClass || e.Kind == dataset.InconsistentComponent
		if mislabelled != (e.Given != e.True) {
			t.Errorf("%s, %s: %s shows %s", e.Image, e.Kind, e.Given, e.True)
		}
		if e.Of != "" {
			same := bytes.Equal(body, files[e.Of])
			if same == e.Reencoded {
				t.Errorf("%s copies %s: same bytes %v, encoded anew %v", e.Image, e.Of, same, e.Reencoded)
			}
			if same {
				identical++
			} else {
				reencoded++
				if d := difference(t, body, files[e.Of]); d > 12 {
					t.Errorf("%s and %s differ by %.1f levels", e.Image, e.Of, d)
				}
			}
		}
		switch _, err := jpeg.Decode(bytes.NewReader(body)); {
		case e.Kind == dataset.Unreadable && len(body) != 0:
			t.Errorf("%s has %d bytes", e.Image, len(body))
		case e.Kind == dataset.Truncated && err == nil:
			t.Errorf("%s is truncated and decodes", e.Image)
		case e.Kind != dataset.Unreadable && e.Kind != dataset.Truncated && err != nil:
			t.Errorf("%s: %v", e.Image, err)
		}
		if e.Kind == dataset.SplitLeak && (!strings.HasPrefix(e.Image, "val/") || !strings.HasPrefix(e.Of, "train/")) {
			t.Errorf("%s copies %s: not across the splits", e.Image, e.Of)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("planted %v, want %v", got, want)
	}
	if identical == 0 || reencoded == 0 {
		t.Errorf("%d copies are identical and %d encoded anew", identical, reencoded)
	}

	// Nothing is spoilt that is not in the record.
	seen := map[[32]byte]string{}
	for path, body := range files {
		if path == TruthFile || spoilt[path] {
			continue
		}
		if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		sum := sha256.Sum256(body)
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s are the same", path, other)
		}
		seen[sum] = path
	}
}

// difference is the mean absolute difference of two JPEGs in grey levels.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	var grey [2]*image.YCbCr
	for i, body := range [][]byte{a, b} {
		im, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		grey[i] = im.(*image.YCbCr)
	}
	if len(grey[0].Y) != len(grey[1].Y) {
		t.Fatal("a copy has another size")
	}
	sum := 0.0
	for i, v := range grey[0].Y {
		sum += max(float64(v)-float64(grey[1].Y[i]), float64(grey[1].Y[i])-float64(v))
	}
	return sum / float64(len(grey[0].Y))
}

// checkPictures tells that the dark are dark, the blurry blurry, and the others
// not dark.
func checkPictures(t *testing.T, truth *Truth, files map[string][]byte) {
	kinds := map[string]dataset.Kind{}
	for _, e := range truth.Errors {
		kinds[e.Image] = e.Kind
	}
	for path, body := range files {
		im, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			continue
		}
		y := im.(*image.YCbCr)
		top, edges, n := uint8(0), 0.0, 0
		for r := 1; r < y.Rect.Dy()-1; r++ {
			for c := 1; c < y.Rect.Dx()-1; c++ {
				i := y.YOffset(c, r)
				top = max(top, y.Y[i])
				lap := 4*float64(y.Y[i]) - float64(y.Y[i-1]) - float64(y.Y[i+1]) - float64(y.Y[i-y.YStride]) - float64(y.Y[i+y.YStride])
				edges += lap * lap
				n++
			}
		}
		if dark := top < 90; dark != (kinds[path] == dataset.Dark) {
			t.Errorf("%s of kind %q has its brightest pixel at %d", path, kinds[path], top)
		}
		if edges /= float64(n); kinds[path] == dataset.Blurry && edges > 40 {
			t.Errorf("%s is blurry and its edges have an energy of %.1f", path, edges)
		}
	}
}

func TestRatesBelowZeroPlantNothing(t *testing.T) {
	o, err := Options{WrongRate: -1, ConflictRate: -1, LeakRate: -1, BlurRate: -1, DarkRate: -1, TruncatedRate: -1, UnreadableRate: -1}.complete()
	if err != nil {
		t.Fatal(err)
	}
	if planted := truth(o, newPlan(o)).Errors; len(planted) != 0 {
		t.Errorf("planted %v", planted)
	}
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"not empty": {},
		"too few":   {Images: 3},
		"too much":  {WrongRate: .9},
		"val share": {ValShare: 2},
	} {
		if _, err := Signs(ctx, dir, o, nil); err == nil || !strings.Contains(err.Error(), " ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("a refusal left %v", list)
	}
	if _, err := Signs(ctx, filepath.Join(dir, "mine.txt"), Options{}, nil); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	last := 0
	_, err := Signs(ctx, dir, Options{Images: 200}, func(done, total int) {
		if done != last+1 || total != 200 {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		if last = done; done == 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("ended with %v", err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 0 {
		t.Errorf("left %v", list)
	}
	if _, err := ReadTruth(dir); err == nil || !strings.Contains(err.Error(), TruthFile) {
		t.Errorf("reading the record gave %v", err)
	}
}

func TestConfusableClassesExist(t *testing.T) {
	known := map[string]bool{}
	for _, c := range classes {
		known[c.name] = true
	}
	for _, c := range classes {
		for _, l := range c.like {
			if !known[l] || l == c.name {
				t.Errorf("%s is like %s", c.name, l)
			}
		}
	}
}

func BenchmarkSigns(b *testing.B) {
	for b.Loop() {
		if _, err := Signs(context.Background(), filepath.Join(b.TempDir(), "x"), Options{Images: 1000}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "images/s")
}

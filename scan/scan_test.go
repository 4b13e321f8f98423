package scan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

// draw writes a noisy 20×20 picture whose colour tells its class.
func draw(t *testing.T, path, class string, seed int) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(seed), uint64(len(class))))
	img := image.NewRGBA(image.Rect(0, 0, 20, 20))
	for y := range 20 {
		for x := range 20 {
			c := color.RGBA{uint8(40 + r.IntN(60)), uint8(40 + r.IntN(60)), 90, 255}
			if class == "ripe" {
				c.R += 120
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fruit makes a folder of n pictures of each of two classes, one of them under
// the wrong label, and an empty file.
func fruit(t *testing.T, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fruit")
	for i := range n {
		draw(t, filepath.Join(dir, "ripe", fmt.Sprintf("%03d.png", i)), "ripe", i)
		draw(t, filepath.Join(dir, "green", fmt.Sprintf("%03d.png", i)), "green", i)
	}
	draw(t, filepath.Join(dir, "green", "wrong.png"), "ripe", n)
	if err := os.WriteFile(filepath.Join(dir, "ripe", "empty.png"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// scanned is what a scan said, in a form that compares.
type scanned struct {
	*Result
	text string // findings, labels and estimate, to the last bit
}

func (s scanned) reused(t *testing.T) string {
	t.Helper()
	var names []string
	for _, step := range s.Steps {
		if step.Reused {
			names = append(names, step.Name)
		}
	}
	return strings.Join(names, " ")
}

func (s scanned) find(path string, kind dataset.Kind) *dataset.Finding {
	for i, f := range s.Findings {
		if f.Kind == kind && f.Image != dataset.None && s.Dataset.Images[f.Image].Path == path {
			return &s.Findings[i]
		}
	}
	return nil
}

// coherent tests that what a finding says, suggests and gives as evidence is
// about one class.
func (s scanned) coherent(t *testing.T) {
	t.Helper()
	for _, f := range s.Findings {
		if f.Kind != dataset.WrongClass {
			continue
		}
		if p := float64(s.Probs.Row(f.Annotation)[f.Suggestion.Class]); f.Evidence["p_suggested"] != p {
			t.Errorf("the suggested class has the probability %v, the evidence says %v", p, f.Evidence["p_suggested"])
		}
		if name := s.Dataset.Classes[f.Suggestion.Class]; !strings.Contains(f.Message, name) {
			t.Errorf("%q does not name the suggestion %s", f.Message, name)
		}
	}
}

func tryScan(ctx context.Context, source, workspaceDir string, o Options) (scanned, error) {
	ds, err := format.Open(ctx, source, "", format.Options{})
	if err != nil {
		return scanned{}, err
	}
	ws, err := workspace.Open(ctx, workspaceDir, workspace.Options{Root: ds.Root})
	if err != nil {
		return scanned{}, err
	}
	defer ws.Close()
	res, err := Run(ctx, ds, ws, o)
	if err != nil {
		return scanned{}, err
	}
	b, err := json.Marshal([]any{res.Findings, res.Labels, res.Estimate, res.Notes, res.Suppressed})
	return scanned{res, string(b)}, err
}

// scanIn scans with the workspace in a folder.
func scanIn(t *testing.T, source, workspaceDir string, o Options) scanned {
	t.Helper()
	s, err := tryScan(t.Context(), source, workspaceDir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// watch is a reporter that calls set whenever a step gets on.
type watch func(step string, done int)

func (w watch) Start(step string, _ int, _ string) progress.Task { return watched{w, step} }

type watched struct {
	w    watch
	step string
}

func (t watched) Set(done int) { t.w(t.step, done) }
func (t watched) Done(string)  {}

// counting counts how many images were measured.
func counting(n *int) Options {
	return Options{Workers: 1, Progress: watch(func(step string, _ int) {
		if step == "measure" {
			*n++
		}
	})}
}

const allSteps = "measure embed neighbors probe"

func TestSecondScanReusesEverything(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	first := scanIn(t, dir, ws, Options{})
	if got := first.reused(t); got != "" {
		t.Errorf("the first scan reused %q", got)
	}
	if f := first.find("green/wrong.png", dataset.WrongClass); f == nil || first.Dataset.Classes[f.Suggestion.Class] != "ripe" {
		t.Errorf("the wrong label was found as %+v", f)
	}
	if first.find("ripe/empty.png", dataset.Unreadable) == nil {
		t.Error("the empty file was not found")
	}
	first.coherent(t)
	second := scanIn(t, dir, ws, Options{})
	if got := second.reused(t); got != allSteps {
		t.Errorf("the second scan reused %q, want %q", got, allSteps)
	}
	if second.text != first.text {
		t.Error("the second scan says something else")
	}
	if other := scanIn(t, dir, ws, Options{Seed: 1}); other.reused(t) != "measure" {
		t.Errorf("with another seed it reused %q", other.reused(t))
	}
}

func TestOneChangedFileIsMeasuredAlone(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	scanIn(t, dir, ws, Options{})
	draw(t, filepath.Join(dir, "ripe", "003.png"), "ripe", 999)
	var n int
	changed := scanIn(t, dir, ws, counting(&n))
	if n != 1 {
		t.Errorf("%d images were measured, want 1", n)
	}
	if fresh := scanIn(t, dir, t.TempDir(), Options{}); fresh.text != changed.text {
		t.Error("a scan from nothing says something else")
	}
}

func TestMovedFilesKeepTheirMeasurements(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	scanIn(t, dir, ws, Options{})
	if err := os.Rename(filepath.Join(dir, "green", "wrong.png"), filepath.Join(dir, "ripe", "right.png")); err != nil {
		t.Fatal(err)
	}
	moved := scanIn(t, dir, ws, Options{})
	if i, ok := moved.Index.Image("ripe/right.png"); !ok || moved.Images[i] == nil {
		t.Fatal("the moved picture has no measurements")
	}
	if fresh := scanIn(t, dir, t.TempDir(), Options{}); fresh.text != moved.text {
		t.Error("a scan from nothing says something else")
	}
}

func TestInterruptedScanGoesOn(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	whole := scanIn(t, dir, t.TempDir(), Options{})
	const batch, cores = 10, 2
	total := 0
	for _, at := range []struct {
		step string
		done int
	}{{"measure", 4}, {"measure", batch + 4}, {"embed", 1}, {"neighbors", 1}, {"probe", 1}} {
		ctx, cancel := context.WithCancel(t.Context())
		measured := 0
		_, err := tryScan(ctx, dir, ws, Options{Workers: cores, batch: batch, Progress: watch(func(step string, done int) {
			if step == "measure" {
				measured++
			}
			if step == at.step && done >= at.done {
				cancel()
			}
		})})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("a scan interrupted at %v ended with %v", at, err)
		}
		if at.step == "measure" && measured > at.done+cores {
			t.Errorf("a scan interrupted at %v went on to measure %d", at, measured)
		}
		if total += measured; total > len(whole.Images)-1 {
			t.Errorf("with the scan interrupted at %v, %d images were measured of %d", at, total, len(whole.Images)-1)
		}
	}
	if resumed := scanIn(t, dir, ws, Options{}); resumed.text != whole.text {
		t.Error("a scan that was interrupted again and again says something else")
	}
}

func TestSameResultOnAnyNumberOfCores(t *testing.T) {
	dir := fruit(t, 12)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := scanIn(t, dir, t.TempDir(), Options{Workers: 1})
	runtime.GOMAXPROCS(2)
	two := scanIn(t, dir, t.TempDir(), Options{Workers: 2})
	if one.text != two.text {
		t.Error("findings differ with the number of cores")
	}
	if !slices.Equal(one.Embedding.Data, two.Embedding.Data) || !slices.Equal(one.Probs.Data, two.Probs.Data) ||
		!slices.Equal(one.Neighbors.Index, two.Neighbors.Index) || !slices.Equal(one.Neighbors.Distance, two.Neighbors.Distance) {
		t.Error("columns differ with the number of cores")
	}
}

// onlyColumn is the path of the one column that is kept of a step.
func onlyColumn(t *testing.T, ws, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(ws, "artifacts", name, "*.npy"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s is kept as %q: %v", name, files, err)
	}
	return files[0]
}

func TestDamagedColumnsAreMadeAgain(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	whole := scanIn(t, dir, ws, Options{})
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for _, c := range []struct {
		column, step, how string
		damage            func(b []byte) []byte
	}{
		{"embedding", "embed", "cut short", half},
		{indexColumn, "neighbors", "empty", func([]byte) []byte { return nil }},
		{distanceColumn, "neighbors", "cut short", half},
		{"probabilities", "probe", "nonsense", func(b []byte) []byte { return bytes.Repeat([]byte{7}, len(b)) }},
	} {
		path := onlyColumn(t, ws, c.column)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, c.damage(b), 0o644); err != nil {
			t.Fatal(err)
		}
		again := scanIn(t, dir, ws, Options{})
		if want := strings.Join(slices.DeleteFunc(strings.Fields(allSteps), func(s string) bool { return s == c.step }), " "); again.reused(t) != want {
			t.Errorf("with %s %s, %q was reused, want %q", c.column, c.how, again.reused(t), want)
		}
		if again.text != whole.text {
			t.Errorf("with %s %s the scan says something else", c.column, c.how)
		}
	}
	// Indices that point nowhere are not followed.
	path := onlyColumn(t, ws, indexColumn)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[len(b)-4:], []byte{0, 0, 0, 99})
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if again := scanIn(t, dir, ws, Options{}); again.text != whole.text {
		t.Error("with indices that point nowhere the scan says something else")
	}
}

// A file that cannot be opened may be opened later without any sign of change.
func TestPassingProblemsAreLookedAtAgain(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	path := filepath.Join(dir, "ripe", "000.png")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	away := filepath.Join(t.TempDir(), "away.png")
	if err := os.Rename(path, away); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere.png", path); err != nil {
		t.Skip("links cannot be made here: ", err)
	}
	gone := scanIn(t, dir, ws, Options{})
	if f := gone.find("ripe/000.png", dataset.Unreadable); f == nil || !strings.Contains(f.Message, "does not exist") {
		t.Errorf("the missing file is reported as %+v", f)
	}
	if err := errors.Join(os.Remove(path), os.Rename(away, path), os.Chtimes(path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	back := scanIn(t, dir, ws, Options{})
	if back.find("ripe/000.png", dataset.Unreadable) != nil {
		t.Error("the file is there again, but still reported as missing")
	}
	// And the other way round: what was read once is not trusted when it is gone.
	if err := errors.Join(os.Remove(path), os.Symlink("nowhere.png", path)); err != nil {
		t.Fatal(err)
	}
	if again := scanIn(t, dir, ws, Options{}); again.text != gone.text {
		t.Error("a file that is missing again is not reported as it was first")
	}
}

func TestOnlyWhatTheFileDecidesIsRemembered(t *testing.T) {
	dir := fruit(t, 2)
	if err := os.WriteFile(filepath.Join(dir, "ripe", "text.png"), []byte("this is no picture"), 0o644); err != nil {
		t.Fatal(err)
	}
	wsDir := t.TempDir()
	scanIn(t, dir, wsDir, Options{})
	var n int
	scanIn(t, dir, wsDir, counting(&n))
	if n != 0 {
		t.Errorf("%d files were measured again though nothing changed", n)
	}
	ws, err := workspace.Open(t.Context(), wsDir, workspace.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	files, err := ws.Files(t.Context(), measureParams())
	if err != nil {
		t.Fatal(err)
	}
	if f := files["ripe/text.png"]; f.Error == "" {
		t.Error("a file that is no picture is not remembered as such")
	}
	s := scanner{res: &Result{Dataset: &dataset.Dataset{Root: dir, Images: []dataset.Image{{Path: "nowhere"}, {Path: "."}}}}}
	for i := range s.res.Dataset.Images {
		path := s.res.Dataset.Images[i].Path
		if o := s.measureOne(job{image: i}, nil); o.passing == "" || o.file.Path != "" {
			t.Errorf("that %s cannot be opened would be remembered: %+v", path, o)
		}
	}
}

func TestRelabelledTableIsNotMeasuredOrEmbeddedAgain(t *testing.T) {
	dir, ws := fruit(t, 12), t.TempDir()
	table := filepath.Join(dir, "labels.csv")
	write := func(wrong string) {
		var b strings.Builder
		b.WriteString("path,label\n")
		for i := range 12 {
			fmt.Fprintf(&b, "ripe/%03d.png,ripe\ngreen/%03d.png,green\n", i, i)
		}
		fmt.Fprintf(&b, "green/wrong.png,%s\n", wrong)
		if err := os.WriteFile(table, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("green")
	if first := scanIn(t, table, ws, Options{}); first.find("green/wrong.png", dataset.WrongClass) == nil {
		t.Error("the wrong label was not found")
	}
	write("ripe")
	var n int
	second := scanIn(t, table, ws, counting(&n))
	if got := second.reused(t); n != 0 || got != "measure embed neighbors" {
		t.Errorf("with one label changed %d images were measured and %q reused", n, got)
	}
	if second.find("green/wrong.png", dataset.WrongClass) != nil {
		t.Error("the corrected label is still reported")
	}
}

// What no other picture can tell is not judged, and no finding is made of it.
func TestLabelsWithoutCompanyAreNotJudged(t *testing.T) {
	dir := fruit(t, 10)
	draw(t, filepath.Join(dir, "alone", "one.png"), "ripe", 500)
	b, err := os.ReadFile(filepath.Join(dir, "ripe", "001.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"copies/a.png", "copies/b.png"} {
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "copies"), 0o755), os.WriteFile(filepath.Join(dir, name), b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	s := scanIn(t, dir, t.TempDir(), Options{})
	for i, l := range s.Labels {
		path := s.Dataset.Images[s.Dataset.Annotations[i].Image].Path
		want := !strings.HasPrefix(path, "alone/") && !strings.HasPrefix(path, "copies/") && path != "ripe/empty.png"
		if l.Judged != want {
			t.Errorf("%s is judged: %v", path, l.Judged)
		}
		if !l.Judged && s.find(path, dataset.WrongClass) != nil {
			t.Errorf("%s is not judged, but said to be wrong", path)
		}
	}
}

func TestStoredScanIsTheResult(t *testing.T) {
	dir, wsDir := fruit(t, 12), t.TempDir()
	res := scanIn(t, dir, wsDir, Options{})
	ws, err := workspace.Open(t.Context(), wsDir, workspace.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	stored, err := ws.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stored.DatasetKey != DatasetKey(res.Dataset) || len(stored.Findings) != len(res.Findings) || time.Since(stored.Time) > time.Hour {
		t.Errorf("stored are %d findings of %s at %v", len(stored.Findings), stored.DatasetKey, stored.Time)
	}
	for i, l := range res.Labels {
		if stored.Labels.Probability[i] != l.Probability || int(stored.Labels.Suggestion[i]) != l.Suggestion {
			t.Fatalf("label %d is stored as %v", i, stored.Labels.Probability[i])
		}
	}
}

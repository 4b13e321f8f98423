package quality

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/pixel"
)

// good is a row without any issue.
func good() Row {
	return Row{Status: Measured, Width: 100, Height: 100, Orientation: 1, Quality: pixel.Quality{
		Dark: 1, Bright: 1, OddAspect: 1, LowInformation: 1, Blurry: 1, Size: 100}}
}

func many(n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = good()
	}
	return rows
}

func kinds(r Result) (out []dataset.Kind) {
	for _, f := range r.Findings {
		out = append(out, f.Kind)
	}
	return out
}

func TestEachKind(t *testing.T) {
	cases := []struct {
		kind   dataset.Kind
		change func(*Row)
	}{
		{dataset.Unreadable, func(r *Row) { *r = Row{Status: Unreadable, Error: "the file is empty"} }},
		{dataset.Truncated, func(r *Row) { r.Status = Truncated }},
		{dataset.Dark, func(r *Row) { r.Quality.Dark = 0.31 }},
		{dataset.Bright, func(r *Row) { r.Quality.Bright = 0.04 }},
		{dataset.Blurry, func(r *Row) { r.Quality.Blurry = 0.28 }},
		{dataset.LowInformation, func(r *Row) { r.Quality.LowInformation = 0.29 }},
		{dataset.OddSize, func(r *Row) { r.Quality.Size = 300 }},
		{dataset.OddAspect, func(r *Row) { r.Quality.OddAspect = 0.34 }},
		{dataset.Grayscale, func(r *Row) { r.Quality.Grayscale = true }},
		{dataset.RotatedByEXIF, func(r *Row) { r.Orientation = 6 }},
	}
	if len(cases) != len(Rules()) {
		t.Fatalf("%d cases for %d rules", len(cases), len(Rules()))
	}
	if r := Check(many(20), Options{}); len(r.Findings) != 0 || len(r.Suppressed) != 0 {
		t.Fatalf("good pictures gave %v and %v", r.Findings, r.Suppressed)
	}
	for _, c := range cases {
		rows := many(20)
		c.change(&rows[7])
		r := Check(rows, Options{})
		if len(r.Findings) != 1 {
			t.Errorf("%s: findings %v", c.kind, r.Findings)
			continue
		}
		f := r.Findings[0]
		if f.Kind != c.kind || f.Image != 7 || f.Annotation != dataset.None || f.Class != dataset.None {
			t.Errorf("%s: finding is %+v", c.kind, f)
		}
		if f.Probability <= 0 || f.Probability > 1 || f.Score < 0 || f.Score >= 1 {
			t.Errorf("%s: score %g, probability %g", c.kind, f.Score, f.Probability)
		}
		if !strings.HasSuffix(f.Message, ".") || len(f.Evidence) == 0 {
			t.Errorf("%s: message %q, evidence %v", c.kind, f.Message, f.Evidence)
		}
		drop := c.kind == dataset.Unreadable || c.kind == dataset.Truncated
		if drop != (f.Suggestion != nil && f.Suggestion.Action == dataset.DropImage) {
			t.Errorf("%s: suggestion is %v", c.kind, f.Suggestion)
		}
	}
}

func TestThresholdIsExclusive(t *testing.T) {
	rows := many(20)
	q := &rows[3].Quality
	q.Dark, q.Bright, q.Blurry, q.LowInformation, q.OddAspect = 0.32, 0.05, 0.29, 0.3, 0.35
	if r := Check(rows, Options{}); len(r.Findings) != 0 {
		t.Errorf("scores at the threshold gave %v", kinds(r))
	}
}

func TestUnknownPicturesAreSilent(t *testing.T) {
	rows := many(20)
	rows[4] = Row{}
	if r := Check(rows, Options{}); len(r.Findings) != 0 {
		t.Errorf("a picture that was not looked at gave %v", kinds(r))
	}
	if r := Check(nil, Options{}); len(r.Findings)+len(r.Suppressed) != 0 {
		t.Errorf("no pictures gave %+v", r)
	}
}

func TestPrevalence(t *testing.T) {
	dark := func(n, of int) Result {
		rows := many(of)
		for i := range n {
			rows[i].Quality.Dark = 0.1
		}
		return Check(rows, Options{})
	}
	if r := dark(10, 20); len(r.Findings) != 10 || len(r.Suppressed) != 0 || r.Findings[0].Probability != 0 {
		t.Errorf("half of the pictures dark: %d findings of probability %g, suppressed %v",
			len(r.Findings), r.Findings[0].Probability, r.Suppressed)
	}
	r := dark(11, 20)
	if len(r.Findings) != 0 || len(r.Suppressed) != 1 {
		t.Fatalf("more than half dark: %d findings, suppressed %v", len(r.Findings), r.Suppressed)
	}
	s := r.Suppressed[0]
	if s.Kind != dataset.Dark || s.Count != 11 || s.Of != 20 || !strings.Contains(s.Message, "11 of 20") {
		t.Errorf("suppressed is %+v", s)
	}
	if r := dark(3, 3); len(r.Findings) != 3 {
		t.Errorf("three dark pictures alone gave %d findings", len(r.Findings))
	}
	rows := make([]Row, 20)
	for i := range rows {
		rows[i] = Row{Status: Unreadable, Error: "the file is empty"}
	}
	if r := Check(rows, Options{}); len(r.Findings) != 20 || len(r.Suppressed) != 0 {
		t.Errorf("20 unreadable files gave %d findings", len(r.Findings))
	}
}

func TestTinyPicturesAreNotBlurry(t *testing.T) {
	for side, want := range map[int]int{28: 0, 32: 0, 33: 1, 500: 1} {
		rows := many(20)
		rows[0].Width, rows[0].Height, rows[0].Quality.Blurry = side, side, 0.1
		if got := len(Check(rows, Options{}).Findings); got != want {
			t.Errorf("a blurry picture of side %d gave %d findings, expected %d", side, got, want)
		}
	}
}

func TestOrderAndProbability(t *testing.T) {
	rows := many(30)
	for i, v := range []float64{0.3, 0, 0.2, 0.2, 0.1} {
		rows[i+5].Quality.Dark = v
	}
	rows[29] = Row{Status: Unreadable, Error: "x"}
	r := Check(rows, Options{})
	var images []int
	for _, f := range r.Findings {
		images = append(images, f.Image)
	}
	if want := []int{29, 6, 9, 7, 8, 5}; !slices.Equal(images, want) {
		t.Errorf("order is %v, expected %v", images, want)
	}
	last := math.Inf(1)
	for _, f := range r.Findings {
		if f.Probability > last {
			t.Errorf("probability grows from %g to %g while the score grows", last, f.Probability)
		}
		last = f.Probability
	}
	// 0.9 for a black picture, less because 5 of 29 are dark.
	if p, want := r.Findings[1].Probability, 0.9*(1-5.0/29/0.5); math.Abs(p-want) > 1e-12 {
		t.Errorf("a black picture has probability %g, expected %g", p, want)
	}
	if again := Check(rows, Options{}); !reflect.DeepEqual(r, again) {
		t.Error("two runs differ")
	}
}

func TestGoldenFlags(t *testing.T) {
	dir := shared.Dir(t, "golden")
	b, err := os.ReadFile(filepath.Join(dir, "cleanvision_images.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Scores map[string]struct {
			Score   map[string]float64
			IsIssue map[string]bool `json:"is_issue"`
		}
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range golden.Scores["dark"].Score {
		names = append(names, name)
	}
	slices.Sort(names)
	rows := make([]Row, len(names))
	for i, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, "images", name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := pixel.Measure(data, pixel.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = Row{Status: Measured, Width: m.Width, Height: m.Height, Orientation: m.Orientation, Quality: m.Quality}
	}
	got := map[dataset.Kind]map[string]float64{}
	for _, f := range Check(rows, Options{}).Findings {
		if got[f.Kind] == nil {
			got[f.Kind] = map[string]float64{}
		}
		got[f.Kind][names[f.Image]] = f.Score
	}
	for kind, theirs := range map[dataset.Kind]string{
		dataset.Dark: "dark", dataset.Bright: "light", dataset.OddAspect: "odd_aspect_ratio",
		dataset.LowInformation: "low_information", dataset.Blurry: "blurry",
		dataset.Grayscale: "grayscale", dataset.OddSize: "odd_size",
	} {
		g := golden.Scores[theirs]
		if len(g.IsIssue) != 10 {
			t.Fatalf("%s: %d golden flags", theirs, len(g.IsIssue))
		}
		for name, want := range g.IsIssue {
			score, is := got[kind][name]
			if is != want || is && math.Abs(score-g.Score[name]) > 1e-9 {
				t.Errorf("%s: %s is %v (%g), expected %v (%g)", kind, name, is, score, want, g.Score[name])
			}
		}
	}
}

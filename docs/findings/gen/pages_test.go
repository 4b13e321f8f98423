package main

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/duplicate"
	"github.com/errata-cv/errata/check/features"
	"github.com/errata-cv/errata/check/object"
	"github.com/errata-cv/errata/check/outlier"
	"github.com/errata-cv/errata/check/quality"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/pixel"
)

const pages = ".."

// read returns the text of a page.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(pages, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every kind has a page and a picture, and every page and picture a kind.
func TestEveryKindHasItsPage(t *testing.T) {
	var want []string
	for _, k := range dataset.Kinds() {
		want = append(want, string(k.Kind))
	}
	slices.Sort(want)
	for dir, ext := range map[string]string{pages: ".md", filepath.Join(pages, "img"): ".jpg"} {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			switch name := filepath.Base(f); name {
			case "README.md", "img", "gen":
			default:
				got = append(got, strings.TrimSuffix(name, ext))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s holds the %s files of %q; the kinds are %q", dir, ext, got, want)
		}
	}
	if got := slices.Sorted(maps.Keys(cards)); len(got) != len(want) {
		t.Errorf("pictures are drawn of %q; the kinds are %q", got, want)
	}
}

func TestPagesHaveAllSections(t *testing.T) {
	for _, k := range dataset.Kinds() {
		name := string(k.Kind)
		text := read(t, name+".md")
		for _, want := range []string{
			"# " + name + "\n", "](img/" + name + ".jpg)", "\n## What you see\n", "\n## Formula\n",
			"\n## Score and probability\n", "\n## Evidence\n", "\n## How to silence it\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s.md lacks %q", name, want)
			}
		}
		if !strings.Contains(strings.Join(strings.Fields(text), " "), "errata check --ignore "+name) {
			t.Errorf("%s.md does not say how to leave the kind out", name)
		}
		if n := strings.Count(text, "\n"); n < 25 || n > 60 {
			t.Errorf("%s.md has %d lines; pages have 25 to 60", name, n)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	names := []string{"README.md"}
	for _, k := range dataset.Kinds() {
		names = append(names, string(k.Kind)+".md")
	}
	for _, name := range names {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(pages, m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

// The index lists the kinds in the order of reports, in the words of the code
// and with the thresholds in force.
func TestIndexAgreesWithTheCode(t *testing.T) {
	rules := map[dataset.Kind]quality.Rule{}
	for _, r := range quality.Rules() {
		rules[r.Kind] = r
	}
	rows := regexp.MustCompile(`(?m)^\| \[.*\|$`).FindAllString(read(t, "README.md"), -1)
	if len(rows) != len(dataset.Kinds()) {
		t.Fatalf("the index has %d rows for %d kinds", len(rows), len(dataset.Kinds()))
	}
	for i, k := range dataset.Kinds() {
		cells := strings.Split(rows[i], " | ")
		want := fmt.Sprintf("| [%[1]s](%[1]s.md)", k.Kind)
		if len(cells) != 5 || cells[0] != want || cells[1] != k.Family || cells[2] != k.Summary {
			t.Errorf("row %d of the index is %q; expected %q, %q and %q", i, rows[i], want, k.Family, k.Summary)
			continue
		}
		if r, ok := rules[k.Kind]; ok && r.Low < r.High {
			if figure := number(r.Threshold); !strings.Contains(cells[4], "< "+figure) {
				t.Errorf("the index gives %q as default of %s, whose threshold is %s", cells[4], k.Kind, figure)
			}
		}
	}
	if text := read(t, "near-duplicate.md"); !strings.Contains(text, fmt.Sprintf("**%d** of 64 bits", duplicate.DefaultDistance)) {
		t.Errorf("near-duplicate.md does not give the distance %d", duplicate.DefaultDistance)
	}
	for _, f := range class.Filters()[:1] {
		if !strings.Contains(read(t, "wrong-class.md"), "`"+string(f)+"`") {
			t.Errorf("wrong-class.md does not name the default filter %s", f)
		}
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// The pages of quality kinds give the threshold and the ends of the probability.
func TestPagesGiveTheRules(t *testing.T) {
	for _, r := range quality.Rules() {
		text := read(t, string(r.Kind)+".md")
		want := []string{"robability is " + number(r.Low)}
		if r.Low < r.High {
			rise := strconv.FormatFloat(r.High-r.Low, 'f', 1, 64)
			want = []string{"**below " + number(r.Threshold) + "**", "probability = " + number(r.Low) + " + " + rise + " · depth"}
		} else if r.Low == 1 {
			want = []string{"probability 1"}
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s.md does not say %q", r.Kind, w)
			}
		}
	}
}

// What a check puts into its evidence stands in the table of the page, and
// nothing else does.
func TestPagesListTheEvidence(t *testing.T) {
	seen := map[dataset.Kind]map[string]bool{
		// Package scan adds these.
		dataset.WrongClass:     {"neighbors_agree": true},
		dataset.UndefinedClass: {"place": true},
		dataset.UnusedClass:    {"class": true},
		dataset.RareClass:      {"class": true},
		// Readers of tables and folders find these too.
		dataset.InconsistentComponent: {"place": true},
		dataset.SplitLeak:             {"place": true},
		dataset.ExactDuplicate:        {"place": true},
		dataset.Unreadable:            {"place": true},
		// These are found by readers alone, or by them too.
		dataset.DuplicateID:      {"place": true},
		dataset.OrphanAnnotation: {"place": true},
		dataset.Artifact:         {"place": true},
	}
	for _, f := range slices.Concat(wrongClassSample(t), copiesSample(t), qualitySample(), objectSample(t), annotatorSample(t), featureSample(t), setsSample(t)) {
		if seen[f.Kind] == nil {
			seen[f.Kind] = map[string]bool{}
		}
		for key := range f.Evidence {
			seen[f.Kind][key] = true
		}
	}
	key := regexp.MustCompile("`([a-z_0-9]+)`")
	for _, k := range dataset.Kinds() {
		_, text, _ := strings.Cut(read(t, string(k.Kind)+".md"), "## Evidence\n")
		text, _, _ = strings.Cut(text, "\n## ")
		listed := map[string]bool{}
		for line := range strings.Lines(text) {
			if field, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok {
				for _, m := range key.FindAllStringSubmatch(field, -1) {
					listed[m[1]] = true
				}
			}
		}
		if !maps.Equal(listed, seen[k.Kind]) {
			t.Errorf("%s.md lists the evidence %q, and the check gives %q", k.Kind,
				slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(seen[k.Kind])))
		}
	}
}

func wrongClassSample(t *testing.T) []dataset.Finding {
	y := []int{0, 0, 0, 1, 1, 1}
	ds := &dataset.Dataset{Classes: []string{"a", "b"}}
	p := matrix.New(len(y), 2)
	for i, c := range y {
		ds.Images = append(ds.Images, dataset.Image{Path: strconv.Itoa(i)})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: c})
		p.Row(i)[c], p.Row(i)[1-c] = .9, .1
	}
	p.Row(0)[0], p.Row(0)[1] = .1, .9
	l, err := class.Learn(y, class.Of(p))
	if err != nil {
		t.Fatal(err)
	}
	findings, err := l.Findings(ds, class.FindingOptions{})
	if err != nil || len(findings) != 1 {
		t.Fatalf("the sample gives %d wrong classes, and the error %v", len(findings), err)
	}
	return findings
}

func copiesSample(t *testing.T) []dataset.Finding {
	ds := &dataset.Dataset{Classes: []string{"a", "b"}}
	c := duplicate.Columns{}
	// Two equal files, a near one, one in another split; the last label differs.
	for i, split := range []string{"train", "train", "train", "val"} {
		ds.Images = append(ds.Images, dataset.Image{Path: strconv.Itoa(i), Split: split})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: i / 3})
		c.SHA256 = append(c.SHA256, [32]byte{byte(max(i, 1))})
		c.PHash = append(c.PHash, 0xffff_ffff<<16|uint64(i))
	}
	var out []dataset.Finding
	for n := 3; n <= 4; n++ { // without and with the other split
		part := &dataset.Dataset{Classes: ds.Classes, Images: ds.Images[:n], Annotations: ds.Annotations[:n]}
		found, err := duplicate.Find(duplicate.Columns{SHA256: c.SHA256[:n], PHash: c.PHash[:n]}, duplicate.Options{Distance: 4})
		if err != nil {
			t.Fatal(err)
		}
		findings, err := found.Findings(part, dataset.NewIndex(part), duplicate.Policy{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, findings...)
	}
	return out
}

func annotatorSample(t *testing.T) []dataset.Finding {
	findings, _, err := weakest()
	if err != nil || len(findings) != 1 {
		t.Fatalf("the sample gives %d weak annotators, and the error %v", len(findings), err)
	}
	return findings
}

func setsSample(t *testing.T) []dataset.Finding {
	_, findings, err := several()
	if err != nil || len(findings) != len(doubtful) {
		t.Fatalf("the sample gives %d wrong labels, and the error %v", len(findings), err)
	}
	return findings
}

func featureSample(t *testing.T) []dataset.Finding {
	_, far, err := clouds()
	if err != nil || len(far) != 2 {
		t.Fatalf("the sample gives %d outliers, and the error %v", len(far), err)
	}
	p := matrix.New(20, 2)
	for i := range p.Rows {
		p.Row(i)[i%2] = 1
	}
	copy(p.Row(0), []float32{.5, .5})
	judged, err := outlier.ByProbability(class.Of(p), outlier.ProbabilityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	undecided, err := judged.Findings(numbered(p.Rows), nil)
	if err != nil || len(undecided) != 1 {
		t.Fatalf("the sample gives %d outliers by probability, and the error %v", len(undecided), err)
	}
	_, order, err := drift()
	if err != nil {
		t.Fatal(err)
	}
	_, groups, err := failing()
	if err != nil {
		t.Fatal(err)
	}
	told, err := telltale()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(far, undecided, order, groups, features.Findings(told))
}

func qualitySample() []dataset.Finding {
	good := quality.Row{
		Status: quality.Measured, Width: 100, Height: 100, Orientation: 1,
		Quality: pixel.Quality{Dark: 1, Bright: 1, OddAspect: 1, LowInformation: 1, Blurry: 1, Size: 100},
	}
	rows := slices.Repeat([]quality.Row{good}, 20)
	for i, spoil := range []func(*quality.Row){
		func(r *quality.Row) { r.Status = quality.Unreadable },
		func(r *quality.Row) { r.Status = quality.Truncated },
		func(r *quality.Row) { r.Quality.Dark = 0 },
		func(r *quality.Row) { r.Quality.Bright = 0 },
		func(r *quality.Row) { r.Quality.Blurry = 0 },
		func(r *quality.Row) { r.Quality.LowInformation = 0 },
		func(r *quality.Row) { r.Quality.Size = 1 },
		func(r *quality.Row) { r.Quality.OddAspect = 0 },
		func(r *quality.Row) { r.Quality.Grayscale = true },
		func(r *quality.Row) { r.Orientation = 6 },
	} {
		spoil(&rows[i])
	}
	return quality.Check(rows, quality.Options{}).Findings
}

// objectSample breaks every rule of objects once.
func objectSample(t *testing.T) []dataset.Finding {
	ds := &dataset.Dataset{Classes: []string{"a", "b"}}
	var c object.Columns
	box := func(x, y, w, h float64) dataset.Box { return dataset.Box{X: x, Y: y, W: w, H: h} }
	put := func(marks ...dataset.Annotation) {
		for _, m := range marks {
			m.Image = len(ds.Images)
			ds.Annotations = append(ds.Annotations, m)
		}
		ds.Images = append(ds.Images, dataset.Image{Path: strconv.Itoa(len(ds.Images)), Width: 640, Height: 480})
		c.Width, c.Height, c.Orientation = append(c.Width, 640), append(c.Height, 480), append(c.Orientation, 1)
	}
	sound := box(100, 100, 200, 150)
	for range 100 {
		put(mark(0, sound))
	}
	outline := func(stated dataset.Box, part ...float64) dataset.Polygon {
		return dataset.Polygon{Parts: [][]float64{part}, Stated: stated}
	}
	for _, g := range []dataset.Geometry{
		dataset.Invalid{Reason: "it is empty"}, box(math.NaN(), 0, 1, 1), box(1, 1, 0, 0), outline(sound, 1, 2), box(900, 1, 9, 9), sound.Mask(480, 640),
		outline(dataset.Box{}, 100, 100, 200, 200, 200, 100, 100, 200), outline(box(1, 1, 9, 9), 100, 100, 200, 200, 200, 100),
		box(600, 1, 90, 90), box(50, 50, 3, 3), box(50, 50, 200, 2),
	} {
		put(mark(0, g))
	}
	put(mark(0, sound), mark(0, sound), mark(0, box(102, 100, 200, 150)), mark(0, box(100, 80, 200, 160)), mark(1, sound))
	put(mark(0, sound))
	c.Width[len(c.Width)-1] = 320
	put(mark(0, sound))
	c.Orientation[len(c.Orientation)-1] = 6
	put()
	findings := object.Check(ds, dataset.NewIndex(ds), c, object.Options{}).Findings
	broken := map[any]bool{}
	for _, f := range findings {
		broken[f.Evidence["rule"]] = true
	}
	for _, r := range object.Rules() {
		if !broken[r.Name] {
			t.Errorf("the sample does not break the rule %s", r.Name)
		}
	}
	return findings
}

// The pages of kinds with rules give the probability of each.
func TestPagesGiveTheRulesOfObjects(t *testing.T) {
	for _, r := range object.Rules() {
		text := read(t, string(r.Kind)+".md")
		row := regexp.MustCompile("(?m)^\\| `" + r.Name + "` \\|.*$").FindString(text)
		if r.Kind != dataset.Artifact && r.Kind != dataset.DuplicateObject {
			if !strings.Contains(text, "`"+r.Name+"`") || !strings.Contains(text, number(r.Low)) || !strings.Contains(text, number(r.High)) {
				t.Errorf("%s.md does not give the rule %s with %g and %g", r.Kind, r.Name, r.Low, r.High)
			}
			continue
		}
		want := "| " + number(r.Low) + " |"
		if r.Low < r.High {
			want = "| " + number(r.Low) + " + " + strconv.FormatFloat(r.High-r.Low, 'f', 1, 64) + " "
		}
		if !strings.Contains(row, want) {
			t.Errorf("%s.md says %q of the rule %s, and not %q", r.Kind, row, r.Name, want)
		}
	}
}

func TestPicturesAreSmall(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(pages, "img", "*.jpg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no pictures: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > maxBytes {
			t.Errorf("%s has %d bytes, more than %d", f, len(b), maxBytes)
		}
		if img, err := jpeg.Decode(bytes.NewReader(b)); err != nil || img.Bounds().Dx() != width {
			t.Errorf("%s is no picture %d pixels wide: %v", f, width, err)
		}
	}
}

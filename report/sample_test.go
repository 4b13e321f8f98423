package report

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./report -update rewrites it); got:\n%s", path, got)
	}
}

// hostile is a file name that tries to leave every format it is written to.
const hostile = "val/rose/</script><script>alert(1)</script>\"'\n\x1b[31m=1+1,\xff.jpg"

// sample is a small result with every kind of oddity.
func sample() *Result {
	ds := &dataset.Dataset{
		Name: "flowers", Root: "/data/flowers", Source: "/data/flowers", Format: "folder",
		Classes: []string{"daisy", "rose", "バラ & <b>tulip</b>", "unused"},
	}
	add := func(path, split string, classes ...int) {
		ds.Images = append(ds.Images, dataset.Image{Path: path, Split: split})
		for _, c := range classes {
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: len(ds.Images) - 1, Class: c})
		}
	}
	add("train/daisy/0001.jpg", "train", 0)
	add("train/daisy/a very long folder name that goes on/and on and on/and never wants to end/0002.jpg", "train", 0)
	add("train/rose/0003.jpg", "train", 1)
	add(hostile, "val", 1)
	add("train/バラ/花の写真.jpg", "train", 2)
	add("train/daisy/0006.jpg", "train", 0, 1)
	add("val/daisy/0007.jpg", "val", 0)
	ds.Annotations[1].ID = "line 17"
	set := func(c int) *dataset.Suggestion { return &dataset.Suggestion{Action: dataset.SetClass, Class: c} }
	drop := &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None}
	return &Result{
		Dataset: ds,
		Path:    "flowers",
		Findings: []dataset.Finding{
			{Kind: dataset.WrongClass, Image: 1, Annotation: 1, Class: 0, Suggestion: set(1), Score: .02, Probability: .97,
				Evidence: map[string]any{"probs": []float32{.02, .97, .01, 0}, "given": math.NaN(), "votes": map[string]int{"rose": 9}}},
			{Kind: dataset.WrongClass, Image: 3, Annotation: 3, Class: 1, Suggestion: set(2), Score: math.NaN(), Probability: .75},
			{Kind: dataset.WrongClass, Image: 4, Annotation: 4, Class: 2, Suggestion: set(1), Score: .2, Probability: .5},
			{Kind: dataset.WrongClass, Image: 5, Annotation: 6, Class: 1, Suggestion: set(0), Score: .1, Probability: .8},
			{Kind: dataset.SplitLeak, Image: 6, Annotation: dataset.None, Class: dataset.None, Others: []int{0, 3}, Suggestion: drop, Probability: .99,
				Message: "The same picture is in train and val."},
			{Kind: dataset.Dark, Image: 2, Annotation: dataset.None, Class: dataset.None, Score: .1, Probability: .9},
			{Kind: dataset.UnusedClass, Image: dataset.None, Annotation: dataset.None, Class: 3, Probability: 1, Message: "The class unused has no label."},
			{Kind: "brand-new", Image: 2, Annotation: dataset.None, Class: dataset.None, Probability: math.NaN()},
		},
		Checked: []dataset.Kind{dataset.WrongClass, dataset.Dark, dataset.Bright, dataset.Blurry},
		Scores: []Score{
			{0, 0, .99, .01}, {1, 1, .02, .97}, {2, 1, .9, .1}, {3, 2, math.NaN(), .75},
			{4, 1, .2, .5}, {5, 0, .8, .2}, {6, 0, .1, .8}, {7, dataset.None, 1, math.Inf(1)},
		},
		Estimate:   &Estimate{Errors: 3.2, Low: 2, High: 4.5},
		Confusion:  []Cell{{0, 0, 3}, {0, 1, 1}, {1, 1, 1}, {1, 2, 1}, {1, 0, 1}, {2, 1, 1}},
		Suppressed: []Suppressed{{dataset.OddSize, 6, "More than half of the pictures are of odd size, so size says nothing here."}},
		Skipped: []dataset.Problem{
			{Kind: dataset.Unreadable, Image: "val/rose/empty.jpg", Message: "The file is empty."},
			{Place: "notes.txt", Message: "Not a picture, left out."},
		},
		Notes:   []string{"The class unused could not be judged: it has no label."},
		Steps:   []Step{{Name: "read", Elapsed: 12 * time.Millisecond}, {Name: "measure", Elapsed: 1300 * time.Millisecond}, {Name: "embed", Elapsed: 61 * time.Second, Reused: true}},
		Elapsed: 62*time.Second + 312*time.Millisecond,
		Created: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
	}
}

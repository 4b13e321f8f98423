package scan

import (
	"fmt"
	"slices"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Of images with several classes, what is missing and what is too much is found
// from given probabilities.
func TestMultiLabel(t *testing.T) {
	const n, classes = 60, 3
	ds := &dataset.Dataset{Name: "y", Root: t.TempDir(), Classes: []string{"hat", "bag", "tie"}}
	probs := matrix.New(n, classes)
	for i := range n {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("y.npy/%03d", i)})
		for c := range classes {
			// Two of three classes in each image; the model knows them.
			has := c != i%classes
			probs.Row(i)[c] = 0.05
			if has {
				probs.Row(i)[c] = 0.95
			}
			given := has
			if i == 10 && c == 0 || i == 21 && c == 0 {
				given = !has // 10: (hat) is missing, 21: (hat) is too much
			}
			if given {
				ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: c})
			}
		}
	}
	if ds.Task() != dataset.MultiLabel {
		t.Fatalf("the task is %s", ds.Task())
	}
	res, err := scanArrays(t, ds, Given{Probs: probs})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Findings {
		class := f.Class
		if f.Kind == dataset.MissingClass && f.Suggestion != nil {
			class = f.Suggestion.Class
		}
		if class == dataset.None {
			t.Fatalf("%+v names no class", f)
		}
		got = append(got, fmt.Sprintf("%s %d %s", f.Kind, f.Image, ds.Classes[class]))
	}
	slices.Sort(got)
	if want := []string{"extra-class 21 hat", "missing-class 10 hat"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if !slices.Contains(res.Checked, dataset.MissingClass) || slices.Contains(res.Checked, dataset.WrongClass) {
		t.Errorf("looked for %v", res.Checked)
	}
	if _, err := scanArrays(t, ds, Given{Probs: matrix.New(5, classes)}); err == nil {
		t.Error("probabilities of another shape were taken")
	}
}

// One of four people guesses.
func TestWeakAnnotator(t *testing.T) {
	ds, probs, _, _ := arrays(t, 300)
	ds.Annotations = nil
	for i := range ds.Images {
		for k, who := range []string{"ann", "bob", "cho", "dan"} {
			class := i % 3
			if who == "dan" && i%2 == 0 {
				class = (i/2 + 1) % 3
			} else if (i+k)%25 == 0 {
				class = (i + 1) % 3
			}
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: class, Annotator: who})
		}
	}
	res, err := scanArrays(t, ds, Given{Probs: probs})
	if err != nil {
		t.Fatal(err)
	}
	var weak []any
	for _, f := range res.Findings {
		if f.Kind == dataset.WeakAnnotator {
			weak = append(weak, f.Evidence["annotator"])
		}
	}
	if len(weak) != 1 || weak[0] != "dan" || !slices.Contains(res.Checked, dataset.WeakAnnotator) {
		t.Errorf("weak are %v, looked for %v, notes %v", weak, res.Checked, res.Notes)
	}
}

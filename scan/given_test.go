package scan

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/workspace"
)

// arrays makes labels of n images without pictures, of which every tenth is
// wrong, probabilities that know the truth, and embeddings that show it.
func arrays(t *testing.T, n int) (ds *dataset.Dataset, probs, embedding *matrix.Matrix, wrong map[int]bool) {
	t.Helper()
	const classes = 3
	r := rand.New(rand.NewPCG(1, 2))
	ds = &dataset.Dataset{Name: "y", Root: t.TempDir(), Classes: []string{"a", "b", "c"}}
	probs, embedding, wrong = matrix.New(n, classes), matrix.New(n, 4), map[int]bool{}
	for i := range n {
		truth := i % classes
		given := truth
		if i%10 == 3 {
			given, wrong[i] = (truth+1)%classes, true
		}
		ds.Images = append(ds.Images, dataset.Image{Path: "y.npy/" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: given})
		for c := range classes {
			probs.Row(i)[c] = 0.05
			embedding.Row(i)[c] = float32(r.NormFloat64() * 0.1)
		}
		probs.Row(i)[truth] = 0.9
		embedding.Row(i)[truth]++
		embedding.Row(i)[3] = float32(r.NormFloat64() * 0.1)
	}
	return ds, probs, embedding, wrong
}

func scanArrays(t *testing.T, ds *dataset.Dataset, g Given) (*Result, error) {
	t.Helper()
	w, err := workspace.Open(t.Context(), t.TempDir(), workspace.Options{Root: ds.Root})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return Run(t.Context(), ds, w, Options{Given: g})
}

func TestArraysAlone(t *testing.T) {
	ds, probs, embedding, wrong := arrays(t, 120)
	for name, g := range map[string]Given{"probabilities": {Probs: probs}, "embeddings": {Embedding: embedding}, "both": {probs, embedding}} {
		t.Run(name, func(t *testing.T) {
			res, err := scanArrays(t, ds, g)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, f := range res.Findings {
				if f.Kind != dataset.WrongClass {
					t.Errorf("a %s was found in arrays", f.Kind)
					continue
				}
				if !wrong[f.Image] {
					t.Errorf("label %d is right and was found", f.Image)
				} else if want := f.Image % 3; f.Suggestion == nil || f.Suggestion.Class != want {
					t.Errorf("for label %d the suggestion is %v", f.Image, f.Suggestion)
				}
				found++
			}
			if found != len(wrong) || !res.Arrays || res.Estimate == nil {
				t.Errorf("found %d of %d, arrays %v, estimate %v", found, len(wrong), res.Arrays, res.Estimate)
			}
			for _, k := range res.Checked {
				if info, _ := k.Info(); info.Family == "quality" || info.Family == "duplicate" {
					t.Errorf("%s is said to have been looked for", k)
				}
			}
		})
	}
}

func TestGivenColumnsThatDoNotFit(t *testing.T) {
	fill := func(rows, cols int, v float32) *matrix.Matrix {
		m := matrix.New(rows, cols)
		for i := range m.Data {
			m.Data[i] = v
		}
		return m
	}
	nan := float32(math.NaN())
	for want, g := range map[string]Given{
		"the probabilities have 5 rows":                       {Probs: fill(5, 3, 1./3)},
		"have 4 columns and the dataset has 3 classes":        {Probs: fill(30, 4, .25)},
		"is no finite number":                                 {Probs: fill(30, 3, nan)},
		"take the softmax first":                              {Probs: fill(30, 3, -4)},
		"sums to 1.5 and not to 1":                            {Probs: fill(30, 3, .5)},
		"the embeddings have 7 rows and the dataset has 30":   {Embedding: fill(7, 3, 1)},
		"row 0 of the embeddings (counted from 0) holds":      {Embedding: fill(30, 3, nan)},
		"the embeddings have no columns":                      {Embedding: matrix.New(30, 0)},
		"row 0 column 0 of the probabilities (counted from 0": {Probs: fill(30, 3, 2)},
	} {
		ds, _, _, _ := arrays(t, 30)
		if _, err := scanArrays(t, ds, g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	// Rounding is mended, and said.
	ds, probs, _, _ := arrays(t, 30)
	for i := range probs.Data {
		probs.Data[i] *= 1.005
	}
	res, err := scanArrays(t, ds, Given{Probs: probs})
	if err != nil || len(res.Notes) == 0 || !strings.Contains(res.Notes[0], "30 rows of the probabilities do not quite sum to 1") {
		t.Errorf("got %v, notes %v", err, res)
	}
	// Embeddings that are all the same tell nothing, and stop nothing.
	if _, err := scanArrays(t, ds, Given{Embedding: fill(30, 3, 1)}); err != nil {
		t.Error(err)
	}
}

package multilabel

import (
	"fmt"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"

	"github.com/errata-cv/errata/internal/shared"
)

// album is a dataset with the sets as labels of its images.
func album(classes int, sets [][]int) *dataset.Dataset {
	ds := &dataset.Dataset{}
	for c := range classes {
		ds.Classes = append(ds.Classes, fmt.Sprintf("class-%d", c))
	}
	for i, set := range sets {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%03d.jpg", i)})
		for _, c := range set {
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: c})
		}
	}
	return ds
}

func TestFindings(t *testing.T) {
	sets := [][]int{{0}, {0, 1}, {1}, {1}, {0}, {}, {0, 1}, {}}
	probs := [][]float64{{.9, .1}, {.8, .95}, {.1, .9}, {.9, .9}, {.9, .2}, {.2, .1}, {.9, .05}, {.1, .2}}
	ds := album(2, sets)
	// An object is no label of the image.
	ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: 3, Class: 0, Geometry: dataset.Box{W: 1, H: 1}})
	ix := dataset.NewIndex(ds)
	labels := must[Labels](t)(OfDataset(ds, ix, nil))
	shared.Same(t, "labels", labels, must[Labels](t)(Sets(2, sets)))
	l := must[*Learning](t)(Learn(labels, table(probs)))
	findings := must[[]dataset.Finding](t)(l.Findings(ds, ix, FindingOptions{}))
	if len(findings) != 2 {
		t.Fatalf("found were %+v", findings)
	}
	extra, missing := findings[0], findings[1]
	shared.Same(t, "kind", extra.Kind, dataset.ExtraClass)
	shared.Same(t, "annotation", ds.Annotations[extra.Annotation], dataset.Annotation{Image: 6, Class: 1})
	shared.Same(t, "class", extra.Class, 1)
	shared.Same(t, "suggestion", *extra.Suggestion, dataset.Suggestion{Action: dataset.DeleteObject, Class: dataset.None})
	shared.Near(t, "extra", []float64{extra.Score, extra.Probability}, []float64{.05, .95})
	shared.Same(t, "labels", extra.Evidence["labels"], []string{"class-0", "class-1"})
	shared.Same(t, "p", extra.Evidence["p"], .05)
	shared.Near(t, "means", []float64{extra.Evidence["p_with"].(float64), extra.Evidence["p_without"].(float64)}, []float64{2.8 / 4, .6 / 4})
	shared.Near(t, "picture", []float64{extra.Evidence["picture_score"].(float64)}, []float64{.8*.05 + .2*.9})

	shared.Same(t, "kind", missing.Kind, dataset.MissingClass)
	shared.Same(t, "place", [3]int{missing.Image, missing.Annotation, missing.Class}, [3]int{3, dataset.None, dataset.None})
	shared.Same(t, "suggestion", *missing.Suggestion, dataset.Suggestion{Action: dataset.AddObject, Class: 0})
	shared.Near(t, "missing", []float64{missing.Score, missing.Probability}, []float64{.1, .9})

	// What they suggest can be applied, and gives the labels of the truth.
	after := must[*dataset.Dataset](t)(dataset.Apply(ds, []dataset.Change{
		{Action: dataset.DeleteObject, Annotation: extra.Annotation, Image: extra.Image, From: dataset.None, To: dataset.None},
		{Action: dataset.AddObject, Annotation: dataset.None, Image: missing.Image, From: dataset.None, To: missing.Suggestion.Class},
	}))
	got := must[Labels](t)(OfDataset(after, dataset.NewIndex(after), []int{6, 3}))
	shared.Same(t, "labels after", got, must[Labels](t)(Sets(2, [][]int{{0}, {0, 1}})))
}

// Findings about two missing labels of one picture have names of their own, and
// rows may be in another order than the images.
func TestFindingsOfChosenRows(t *testing.T) {
	ds := album(2, [][]int{{0, 1}, {}})
	ix := dataset.NewIndex(ds)
	images := []int{1, 0}
	l := must[*Learning](t)(Learn(must[Labels](t)(OfDataset(ds, ix, images)), table([][]float64{{.6, .7}, {.5, .1}})))
	findings := must[[]dataset.Finding](t)(l.Findings(ds, ix, FindingOptions{Images: images, Rows: [][]int{{0}, {0, 1}}}))
	var got []string
	ids := map[string]bool{}
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%s %d %d %.1f", f.Kind, f.Image, f.Annotation, f.Probability))
		ids[f.ID(ds, ix)] = true
	}
	shared.Same(t, "findings", got, []string{"extra-class 0 1 0.9", "missing-class 1 -1 0.7", "missing-class 1 -1 0.6"})
	shared.Same(t, "different ids", len(ids), 3)
	own := must[[]dataset.Finding](t)(l.Findings(ds, ix, FindingOptions{Images: images, Rows: [][]int{{0}, {0}}, Probability: []float64{.3, .2, 0, 1}}))
	shared.Near(t, "given probabilities", []float64{own[0].Probability, own[1].Probability}, []float64{.3, .2})
	if _, ok := own[0].Evidence["p_without"]; !ok {
		t.Error("the mean without the label is left out")
	}
	all := must[*Learning](t)(Learn(must[Labels](t)(Sets(1, [][]int{{0}, {0}})), table([][]float64{{.6}, {.7}})))
	one := album(1, [][]int{{0}, {0}})
	f := must[[]dataset.Finding](t)(all.Findings(one, dataset.NewIndex(one), FindingOptions{Rows: [][]int{{0}}}))
	if _, ok := f[0].Evidence["p_without"]; ok {
		t.Error("there is a mean over no pictures")
	}
}

func TestFindingsRefuse(t *testing.T) {
	ds := album(2, [][]int{{0}, {1}})
	ix := dataset.NewIndex(ds)
	l := learn(t, [][]int{{0}, {1}}, [][]float64{{.9, .1}, {.2, .8}})
	for words, o := range map[string]FindingOptions{
		"row 0 is mapped to image 2":                      {Images: []int{2, 0}},
		"1 rows are mapped":                               {Images: []int{0}},
		"1 error probabilities for 2 pictures":            {Probability: []float64{1}},
		"error probability of class 1 in row 0 is 2":      {Probability: []float64{1, 2, 0, 0}},
		"row 2 was asked for":                             {Rows: [][]int{{2}, {}}},
		"asked for in 1 classes":                          {Rows: [][]int{{2}}},
		"row 0 is image 1, which lacks the label class-0": {Images: []int{1, 0}, Rows: [][]int{{0}, {}}},
		"row 1 is image 0, which has the label class-0":   {Images: []int{1, 0}, Rows: [][]int{{1}, {}}},
		"no filter": {Filter: "x"},
		"no score":  {Score: "x"},
	} {
		if _, err := l.Findings(ds, ix, o); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("the error is %v; expected one with %q", err, words)
		}
	}
	for words, ds := range map[string]*dataset.Dataset{
		"3 classes, but": album(3, [][]int{{0}, {1}}),
		"1 images, but":  album(2, [][]int{{0}}),
	} {
		if _, err := l.Findings(ds, dataset.NewIndex(ds), FindingOptions{}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("the error is %v; expected one with %q", err, words)
		}
	}
}

func Example() {
	labels, _ := Sets(2, [][]int{{0}, {0, 1}, {1}, {1}, {0}, {}, {0, 1}, {}})
	probs := matrix.Wrap(8, 2, []float32{.9, .1, .8, .95, .1, .9, .9, .9, .9, .2, .2, .1, .9, .05, .1, .2})
	l, err := Learn(labels, class.Of(probs))
	if err != nil {
		panic(err)
	}
	rows, _ := l.Filter(class.PruneByNoiseRate, FilterOptions{})
	scores, _ := l.Scores(ScoreOptions{})
	for _, i := range class.Rank(rows, scores) {
		fmt.Printf("picture %d: %.2f\n", i, scores[i])
	}
	// Output:
	// picture 6: 0.22
	// picture 3: 0.26
}

func BenchmarkScores(b *testing.B) {
	sets, probs, _ := made(20000, 80)
	l := learn(b, sets, probs)
	for b.Loop() {
		must[[]float64](b)(l.Scores(ScoreOptions{}))
	}
}

func BenchmarkFilter(b *testing.B) {
	sets, probs, _ := made(20000, 80)
	l := learn(b, sets, probs)
	for b.Loop() {
		must[[]int](b)(l.Filter(class.PruneByNoiseRate, FilterOptions{}))
	}
}

package class

import (
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"

	"github.com/errata-cv/errata/internal/shared"
)

func TestFindings(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog", "eel", "fox"}}
	var labels []int
	var rows [][]float64
	add := func(y int, row ...float64) {
		ds.Images = append(ds.Images, dataset.Image{})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: len(labels), Class: y})
		labels, rows = append(labels, y), append(rows, row)
	}
	for range 5 {
		add(0, 0.9, 0.1, 0, 0)
		add(1, 0.1, 0.9, 0, 0)
		add(2, 0, 0, 0.8, 0.2)
		add(3, 0, 0, 0.2, 0.8)
	}
	add(0, 0.01, 0.94, 0.03, 0.02) // annotation 20: a dog labelled cat
	add(3, 0.02, 0.03, 0.85, 0.1)  // annotation 21: an eel labelled fox
	l := learn(t, labels, rows)

	got, err := l.Findings(ds, FindingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("there are %d findings, want 2: %v", len(got), got)
	}
	shared.Same(t, "finding", got[0], dataset.Finding{
		Kind: dataset.WrongClass, Image: 20, Annotation: 20, Class: 0,
		Suggestion:  &dataset.Suggestion{Action: dataset.SetClass, Class: 1},
		Score:       0.01,
		Probability: 0.99,
		Evidence: map[string]any{
			"p_given": 0.01, "p_suggested": 0.94, "margin": 0.01 - l.POther[20],
			"top": []map[string]any{{"class": "dog", "p": 0.94}, {"class": "eel", "p": 0.03}, {"class": "fox", "p": 0.02}},
		},
		Message: "Labelled cat (probability 0.01), but it looks more like dog (0.94).",
	})
	shared.Same(t, "second annotation", got[1].Annotation, 21)

	// A caller's probabilities decide the order, a caller's rows what is told.
	p := make([]float64, len(labels))
	p[21], p[20], p[0] = 0.9, 0.3, 0.5
	got, err = l.Findings(ds, FindingOptions{Probability: p, Rows: []int{20, 21, 0}, Score: NormalizedMargin})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "order", []int{got[0].Annotation, got[1].Annotation, got[2].Annotation}, []int{21, 0, 20})
	shared.Same(t, "score", got[1].Score, (0.9-0.1+1)/2)
	if !strings.Contains(got[1].Message, "most likely dog") {
		t.Errorf("the message of a label that fits is %q", got[1].Message)
	}

	// So does a caller's suggestion, which the evidence and message speak of.
	suggestion := make([]int, len(labels))
	suggestion[20], suggestion[21] = 3, dataset.None
	got, err = l.Findings(ds, FindingOptions{Suggestion: suggestion, Rows: []int{20, 21}})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "suggested", got[0].Suggestion.Class, 3)
	shared.Same(t, "its probability", got[0].Evidence["p_suggested"], any(0.02))
	shared.Same(t, "its message", got[0].Message, "Labelled cat (probability 0.01), but it looks more like fox (0.02).")
	shared.Same(t, "suggested where there is none", got[1].Suggestion.Class, 2)

	// Labels may be some of the annotations only.
	part := learn(t, labels[16:], rows[16:])
	got, err = part.Findings(ds, FindingOptions{Annotations: []int{16, 17, 18, 19, 20, 21}, Filter: PredictedNeqGiven})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "annotations", []int{got[0].Annotation, got[1].Annotation}, []int{20, 21})
}

func TestFindingsRefuse(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"a", "b"}, Images: make([]dataset.Image, 2), Annotations: []dataset.Annotation{{Image: 0, Class: 0}, {Image: 1, Class: 1}}}
	l := learn(t, []int{0, 1}, [][]float64{{1, 0}, {0, 1}})
	for says, o := range map[string]FindingOptions{
		"1 error probabilities for 2": {Probability: []float64{1}},
		"1 labels are mapped":         {Annotations: []int{0}},
		"mapped to annotation 7":      {Annotations: []int{0, 7}},
		"row 5 was asked for":         {Rows: []int{5}},
		"1 suggestions for 2":         {Suggestion: []int{1}},
		"gets the suggestion 2":       {Suggestion: []int{1, 2}},
		"there is no filter":          {Filter: "x"},
		"there is no score":           {Score: "x"},
	} {
		_, err := l.Findings(ds, o)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want one with %q", err, says)
		}
	}
	if _, err := l.Findings(&dataset.Dataset{Classes: []string{"a"}}, FindingOptions{}); err == nil {
		t.Error("a dataset of other classes was taken")
	}
	if _, err := l.Findings(&dataset.Dataset{Classes: ds.Classes}, FindingOptions{}); err == nil {
		t.Error("a dataset of other annotations was taken")
	}
}

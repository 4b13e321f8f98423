package duplicate

import (
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// made is a dataset with one annotation for each image; an image is spelt
// "path class [split]".
func made(images ...string) (*dataset.Dataset, *dataset.Index) {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog", "eel"}}
	for i, s := range images {
		f := append(strings.Fields(s), "")
		ds.Images = append(ds.Images, dataset.Image{Path: f[0], Split: f[2]})
		for k, name := range ds.Classes {
			if name == f[1] {
				ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: k})
			}
		}
	}
	return ds, dataset.NewIndex(ds)
}

func report(t *testing.T, c *Components, ds *dataset.Dataset, ix *dataset.Index, p Policy) []dataset.Finding {
	t.Helper()
	out, err := c.Findings(ds, ix, p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCopies(t *testing.T) {
	ds, ix := made("a cat", "b cat", "c cat", "d cat", "e cat")
	c := &Components{Exact: []int32{0, 1, 0, 1, 4}, Near: []int32{0, 0, 0, 0, 4}}
	got := report(t, c, ds, ix, Policy{})
	same(t, "findings", len(got), 3)
	drop := &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None}
	same(t, "near", got[0], dataset.Finding{
		Kind: dataset.NearDuplicate, Image: 1, Annotation: dataset.None, Class: dataset.None,
		Others: []int{0, 2, 3}, Suggestion: drop, Score: 0, Probability: hashProbability,
		Evidence: map[string]any{"kept": "a", "members": 4, "exact": false},
		Message:  "Almost the same picture as a.",
	})
	same(t, "exact", got[1], dataset.Finding{
		Kind: dataset.ExactDuplicate, Image: 2, Annotation: dataset.None, Class: dataset.None,
		Others: []int{0, 1, 3}, Suggestion: drop, Score: 0, Probability: 1,
		Evidence: map[string]any{"kept": "a", "members": 4, "exact": true},
		Message:  "The same picture as a.",
	})
	same(t, "copy of a copy", []any{got[2].Kind, got[2].Image, got[2].Message}, []any{dataset.ExactDuplicate, 3, "The same picture as b."})
}

func TestDistanceIsEvidence(t *testing.T) {
	ds, ix := made("a cat", "b cat")
	c := find(t, Columns{PHash: []uint64{0x5555555555555555, 0x5555555555555553}}, Options{Distance: 4})
	got := report(t, c, ds, ix, Policy{})
	same(t, "distance", got[0].Evidence["distance"], 2)
	same(t, "score", got[0].Score, 2.0/64)
}

func TestSplitLeak(t *testing.T) {
	ds, ix := made("train/a cat train", "train/b cat train", "test/c cat test", "test/d cat test", "val/e cat val", "loose cat")
	c := &Components{Exact: []int32{0, 0, 0, 0, 0, 0}, Near: []int32{0, 0, 0, 0, 0, 0}}
	got := report(t, c, ds, ix, Policy{})
	var kinds []dataset.Kind
	var images []int
	for _, f := range got {
		kinds, images = append(kinds, f.Kind), append(images, f.Image)
		same(t, "the kept picture comes first", f.Others[0], 2)
	}
	same(t, "images", images, []int{0, 1, 3, 4, 5})
	same(t, "kinds", kinds, []dataset.Kind{dataset.SplitLeak, dataset.SplitLeak, dataset.ExactDuplicate, dataset.SplitLeak, dataset.ExactDuplicate})
	same(t, "message", got[0].Message, "The same picture as test/c: one is in train, the other in test.")
	same(t, "splits", []any{got[3].Evidence["split"], got[3].Evidence["kept_split"]}, []any{"val", "test"})

	images = nil
	for _, f := range report(t, c, ds, ix, Policy{DropFrom: "test"}) {
		if f.Kind == dataset.SplitLeak {
			images = append(images, f.Image)
		}
	}
	same(t, "leaks when test gives way", images, []int{0, 1, 2, 3})
	if _, err := c.Findings(ds, ix, Policy{DropFrom: "tset"}); err == nil {
		t.Error("a split that does not exist was taken")
	}
	few, fewIx := made("a cat")
	if _, err := c.Findings(few, fewIx, Policy{}); err == nil {
		t.Error("another dataset was taken")
	}
}

func labelFindings(fs []dataset.Finding) []dataset.Finding {
	var out []dataset.Finding
	for _, f := range fs {
		if f.Kind == dataset.InconsistentComponent {
			out = append(out, f)
		}
	}
	return out
}

func TestMajorityIsSuggested(t *testing.T) {
	ds, ix := made("a cat", "b dog", "c dog", "d eel", "e dog", "f eel")
	c := &Components{Exact: []int32{0, 0, 0, 0, 0, 5}, Near: []int32{0, 0, 0, 0, 0, 5}}
	got := labelFindings(report(t, c, ds, ix, Policy{}))
	same(t, "findings", len(got), 2)
	same(t, "finding", got[0], dataset.Finding{
		Kind: dataset.InconsistentComponent, Image: 0, Annotation: 0, Class: 0,
		Others: []int{1, 2, 3, 4}, Suggestion: &dataset.Suggestion{Action: dataset.SetClass, Class: 1},
		Score: 0.2, Probability: 0.8,
		Evidence: map[string]any{"members": 5, "exact": true, "labels": map[string]int{"cat": 1, "dog": 3, "eel": 1}},
		Message:  "Labelled cat, but the same picture is also labelled dog, eel.",
	})
	same(t, "annotation", got[1].Annotation, 3)
}

func TestNoMajority(t *testing.T) {
	ds, ix := made("a cat", "b dog")
	c := &Components{Exact: []int32{0, 1}, Near: []int32{0, 0}}
	got := labelFindings(report(t, c, ds, ix, Policy{}))
	same(t, "findings", len(got), 2)
	for _, f := range got {
		same(t, "suggestion", f.Suggestion, (*dataset.Suggestion)(nil))
		same(t, "probability", f.Probability, hashProbability*0.5)
	}
}

// One picture with contradicting labels is reported, but not where several
// labels, or several annotators, are the rule.
func TestContradictions(t *testing.T) {
	alone := &Components{Exact: []int32{0, 1, 2}, Near: []int32{0, 1, 2}}
	ds, _ := made("a cat", "b dog", "c eel")
	add := func(i, class int, who string) {
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: class, Annotator: who})
	}
	count := func() int { return len(report(t, alone, ds, dataset.NewIndex(ds), Policy{})) }
	same(t, "consistent", count(), 0)
	add(1, 1, "")
	same(t, "twice the same", count(), 0)
	add(0, 2, "")
	same(t, "one of three", count(), 2)
	add(1, 2, "ann")
	same(t, "annotators", count(), 2)
	add(2, 0, "")
	same(t, "two of three", count(), 0)
}

func TestOthersAreBounded(t *testing.T) {
	var images []string
	for range 100 {
		images = append(images, "x cat")
	}
	ds, ix := made(images...)
	c := &Components{Exact: make([]int32, 100), Near: make([]int32, 100)}
	got := report(t, c, ds, ix, Policy{})
	same(t, "findings", len(got), 99)
	same(t, "others", len(got[98].Others), mostOthers)
	same(t, "members", got[98].Evidence["members"], 100)
}

package annotator

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"

	"github.com/errata-cv/errata/internal/shared"
)

func TestWeak(t *testing.T) {
	skill := slices.Repeat([]float64{.85}, 20)
	skill[4], skill[11] = .3, .55
	c := makeCrowd(51, 2000, 4, 3, skill, 3)
	r := crowdlab(t, make1(t, c.Columns), Options{}, c.probs()...)
	weak := r.Weak(WeakOptions{})
	if len(weak) != 2 || weak[0].Annotator != 4 || weak[1].Annotator != 11 {
		t.Fatalf("weak are %+v", weak)
	}
	for _, w := range weak {
		if !(w.Low < w.Quality && w.Quality < w.High && w.High < w.Others-DefaultGap && w.Gap > DefaultGap && w.Probability > .99 && w.Probability <= 1) {
			t.Errorf("it does not hang together: %+v", w)
		}
	}
	if w := r.Weak(WeakOptions{Gap: .5}); len(w) != 0 {
		t.Errorf("more than 0.5 below the others are %+v", w)
	}

	names, classes := make([]string, 20), []string{"a", "b", "c", "d"}
	for j := range names {
		names[j] = "person " + strconv.Itoa(j)
	}
	findings, err := WeakFindings(weak, names, classes)
	if err != nil {
		t.Fatal(err)
	}
	f := findings[0]
	if f.Kind != dataset.WeakAnnotator || f.Image != dataset.None || f.Annotation != dataset.None || f.Class != dataset.None || f.Suggestion != nil {
		t.Errorf("the finding is %+v", f)
	}
	shared.Same(t, "annotator", f.Evidence["annotator"], "person 4")
	shared.Same(t, "worst class", f.Evidence["worst_class"], classes[weak[0].WorstClass])
	shared.Near(t, "score", []float64{f.Score, f.Probability}, []float64{weak[0].Quality, weak[0].Probability})
	_, err = WeakFindings(weak, names[:4], classes)
	fails(t, err, "annotator 4 is worst at class")
}

// Of many good annotators with few labels, nobody is called weak more often than
// in one dataset of twenty.
func TestWeakSparesTheGood(t *testing.T) {
	wrong := 0
	for seed := range uint64(40) {
		c := makeCrowd(100+seed, 400, 4, 3, slices.Repeat([]float64{.8}, 30), 2)
		r := crowdlab(t, make1(t, c.Columns), Options{}, c.probs()...)
		if len(r.Weak(WeakOptions{})) > 0 {
			wrong++
		}
	}
	if wrong > 2 {
		t.Errorf("in %d of 40 datasets a good annotator is called weak", wrong)
	}
}

func TestWilson(t *testing.T) {
	// Newcombe 1998, "Two-sided confidence intervals for the single proportion",
	// table I: 81 of 263 and 0 of 20.
	low, high := wilson(81./263, 263, 1.959964)
	shared.Near(t, "81 of 263", []float64{math.Round(low*1e4) / 1e4, math.Round(high*1e4) / 1e4}, []float64{.2553, .3662})
	low, high = wilson(0, 20, 1.959964)
	shared.Near(t, "0 of 20", []float64{low, math.Round(high*1e4) / 1e4}, []float64{0, .1611})
}

func TestWrongConsensus(t *testing.T) {
	c := makeCrowd(61, 1000, 4, 3, []float64{.9, .6, .6, .5, .6, .7}, 4)
	r := crowdlab(t, make1(t, c.Columns), Options{}, c.probs()...)
	out, err := r.WrongConsensus(nil)
	if err != nil {
		t.Fatal(err)
	}
	mended, spoilt, last := 0, 0, 1.
	buf := make([]float64, 4)
	for _, s := range out {
		if s.Given != r.Majority[s.Image] || s.Suggested != r.Consensus[s.Image] || s.Probability > last {
			t.Fatalf("the suggestion is %+v", s)
		}
		last = s.Probability
		post := r.Posterior(s.Image, buf)
		shared.Near(t, "posterior", []float64{s.PGiven, s.PSuggested, s.Probability}, []float64{post[s.Given], post[s.Suggested], 1 - post[s.Given]})
		switch c.truth[s.Image] {
		case s.Suggested:
			mended++
		case s.Given:
			spoilt++
		}
	}
	if mended < 3*spoilt || mended < 50 {
		t.Errorf("suggestions mend %d images and spoil %d", mended, spoilt)
	}
	if out, err = r.WrongConsensus(r.Consensus); err != nil || len(out) != 0 {
		t.Errorf("the consensus itself gives %v and %v", out, err)
	}
	given := slices.Repeat([]int{dataset.None}, 1000)
	given[17] = (r.Consensus[17] + 1) % 4
	if out, err = r.WrongConsensus(given); err != nil || len(out) != 1 || out[0].Image != 17 {
		t.Errorf("one wrong class gives %v and %v", out, err)
	}
	_, err = r.WrongConsensus(given[1:])
	fails(t, err, "classes of 999 images")
	given[17] = 4
	_, err = r.WrongConsensus(given)
	fails(t, err, "image 17 has the class 4")
}

// sample has two images of one class and one that annotators doubt.
func sample() *dataset.Dataset {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}, Images: []dataset.Image{{Path: "0"}, {Path: "1"}, {Path: "2"}}}
	put := func(image, class int, who string) {
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: image, Class: class, Annotator: who})
	}
	put(2, 1, "zoe")
	put(0, 0, "ann")
	put(0, 0, "")
	put(0, 0, "ann")
	put(0, 0, "zoe")
	put(1, 1, "ann")
	put(1, 1, "zoe")
	put(1, 1, "eve")
	put(2, 1, "ann")
	put(2, 0, "eve")
	put(0, 1, "eve")
	ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: 1, Class: 0, Annotator: "ann", Geometry: dataset.Box{W: 1, H: 1}},
		dataset.Annotation{Image: 1, Class: dataset.None, Annotator: "joe"})
	return ds
}

func TestFromDataset(t *testing.T) {
	ds := sample()
	l, names, rows, err := FromDataset(ds)
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "names", names, []string{"zoe", "ann", "eve"})
	shared.Same(t, "rows", rows, []int{0, 1, 4, 5, 6, 7, 8, 9, 10})
	by, classes := l.Of(2)
	shared.Same(t, "annotators of image 2", by, []int32{0, 1, 2})
	shared.Same(t, "classes of image 2", classes, []int32{1, 1, 0})
	images, annotators, k := l.Shape()
	shared.Same(t, "shape", []int{images, annotators, k, l.Len()}, []int{3, 3, 2, 9})

	r := crowdlab(t, l, Options{}, class.Of64(3, 2, []float64{.9, .1, .2, .8, .3, .7}))
	shared.Same(t, "consensus", r.Consensus, []int{0, 1, 1})
	findings, err := r.Findings(ds, rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 2 || findings[0].Annotation != 10 || findings[1].Annotation != 9 {
		t.Fatalf("the findings are %+v", findings)
	}
	f := findings[0]
	if f.Kind != dataset.WrongClass || f.Image != 0 || f.Class != 1 || f.Suggestion == nil || f.Suggestion.Class != 0 || f.Score != r.LabelQuality[8] || f.Probability != 1-f.Score {
		t.Errorf("the finding is %+v", f)
	}
	shared.Same(t, "evidence", f.Evidence["p_given"], f.Score)
	_, err = r.Findings(ds, rows[1:])
	fails(t, err, "8 labels of 2 classes are mapped")
	rows[0] = 99
	_, err = r.Findings(ds, rows)
	fails(t, err, "label 0 is mapped to annotation 99")

	ds.Annotations[3].Class = 1
	_, _, _, err = FromDataset(ds)
	fails(t, err, `"ann" gave the image 0 the classes cat and dog`)
	ds.Annotations = ds.Annotations[2:3]
	l, _, _, err = FromDataset(ds)
	if err != nil || l.Len() != 0 {
		t.Errorf("a dataset without annotators gives %v and %v", l, err)
	}
}

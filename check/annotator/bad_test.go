package annotator

import (
	"math"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"

	"github.com/errata-cv/errata/internal/shared"
)

// small are three images, two annotators and two classes.
func small() Columns {
	return Columns{
		Images: 3, Annotators: 2, Classes: 2,
		Image: []int{0, 0, 1, 1, 2}, Annotator: []int{0, 1, 0, 1, 0}, Class: []int{1, 1, 0, 1, 0},
	}
}

func fails(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("the error is %v; expected one with %q", err, words)
	}
}

func TestNewRefuses(t *testing.T) {
	for words, spoil := range map[string]func(*Columns){
		"each label needs one":         func(c *Columns) { c.Class = c.Class[1:] },
		"of image 3":                   func(c *Columns) { c.Image[4] = 3 },
		"of image -1":                  func(c *Columns) { c.Image[4] = -1 },
		"of annotator 2":               func(c *Columns) { c.Annotator[0] = 2 },
		"of class 2":                   func(c *Columns) { c.Class[0] = 2 },
		"of class -1":                  func(c *Columns) { c.Class[0] = -1 },
		"labelled image 0 twice":       func(c *Columns) { c.Annotator[1] = 0 },
		"annotator 2 gave no label":    func(c *Columns) { c.Annotators = 3 },
		"number of classes is 1":       func(c *Columns) { c.Classes = 1 },
		"cannot be -1 images":          func(c *Columns) { c.Images = -1 },
		"more than 2147483647 labels,": func(c *Columns) { c.Images = math.MaxInt32 + 1 },
	} {
		c := small()
		spoil(&c)
		_, err := New(c)
		fails(t, err, words)
	}
}

func TestModelsRefused(t *testing.T) {
	l := make1(t, small())
	good := []float64{.5, .5, .9, .1, 0, 1}
	for words, p := range map[string]class.Probs{
		"of 2 images and 2 classes": class.Of64(2, 2, good[:4]),
		"of 2 images and 3 classes": class.Of64(2, 3, good),
		"no number":                 class.Of64(3, 2, []float64{.5, .5, math.NaN(), .1, 0, 1}),
		"infinite":                  class.Of64(3, 2, []float64{.5, .5, math.Inf(1), .1, 0, 1}),
		"apply softmax":             class.Of64(3, 2, []float64{.5, .5, 7, .1, 0, 1}),
		"the probability -2":        class.Of64(3, 2, []float64{.5, .5, -2, .1, 0, 1}),
	} {
		_, err := Crowdlab(l, []class.Probs{p}, Options{})
		fails(t, err, words)
		_, err = MajorityVote(l, []class.Probs{p}, 0)
		fails(t, err, words)
		_, err = ActiveLearning(l, []class.Probs{p}, Options{})
		fails(t, err, words)
	}
	p := class.Of64(3, 2, good)
	_, err := Crowdlab(l, nil, Options{})
	fails(t, err, "no class probabilities")
	_, err = Crowdlab(l, []class.Probs{p}, Options{Consensus: "best"})
	fails(t, err, "consensus best is not known")
	_, err = Crowdlab(l, []class.Probs{p}, Options{Quality: "high"})
	fails(t, err, "quality high is not known")
}

func TestOthersRefuse(t *testing.T) {
	empty := make1(t, Columns{Images: 2, Classes: 2})
	p := class.Of64(2, 2, []float64{.5, .5, .9, .1})
	_, err := Crowdlab(empty, []class.Probs{p}, Options{})
	fails(t, err, "no labels")
	_, err = DawidSkene(empty, DawidSkeneOptions{})
	fails(t, err, "no labels")
	_, err = GLAD(empty, Rounds{})
	fails(t, err, "no labels")
	_, err = Fleiss(empty, Interval{})
	fails(t, err, "no image has labels of two")

	l := make1(t, small())
	_, err = GoldMajority(l, []int{1, 0}, 0)
	fails(t, err, "2 known classes for 3 images")
	_, err = GoldMajority(l, []int{1, 0, 2}, 0)
	fails(t, err, "known class of image 2 is 2")
	_, err = GoldMajority(l, []int{-1, -1, -1}, 0)
	fails(t, err, "none of the labels")
	_, err = Cohen(l, 0, 2, Interval{})
	fails(t, err, "annotator 2 was asked for")
	_, err = Cohen(l, 0, 1, Interval{Confidence: 95})
	fails(t, err, "confidence is 95")
	_, err = Krippendorff(l, Interval{Replicates: -1})
	fails(t, err, "-1 replicates")

	alike := small()
	alike.Class = []int{1, 1, 1, 1, 1}
	l = make1(t, alike)
	for _, f := range []func() error{
		func() error { _, err := Cohen(l, 0, 1, Interval{}); return err },
		func() error { _, err := Fleiss(l, Interval{}); return err },
		func() error { _, err := Krippendorff(l, Interval{Replicates: 10}); return err },
	} {
		fails(t, f(), "one class")
	}
	apart := small()
	apart.Image = []int{0, 1, 1, 2, 2}
	apart.Annotator = []int{0, 0, 1, 0, 1}
	apart.Annotator[1], apart.Annotator[3] = 2, 2
	apart.Annotators = 3
	_, err = Cohen(make1(t, apart), 0, 1, Interval{})
	fails(t, err, "no image both")
}

// All labels the same, images without labels, an annotator who shares no image,
// rows of probabilities that are zero or do not sum to one: all have a rule.
func TestCrowdlabHasARule(t *testing.T) {
	finite := func(r *Result) {
		t.Helper()
		for _, v := range [][]float64{r.Quality, r.Agreement, r.LabelQuality, r.ModelWeights, r.AnnotatorWeights, r.Temperatures} {
			for _, x := range v {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("there is %v in %v", x, v)
				}
			}
		}
		for _, s := range r.Annotators {
			if !(s.Low <= s.Quality && s.Quality <= s.High) {
				t.Fatalf("quality %v is not between %v and %v", s.Quality, s.Low, s.High)
			}
		}
	}
	alike := small()
	alike.Class = []int{1, 1, 1, 1, 1}
	p := class.Of64(3, 2, []float64{0, 0, .3, .3, .9, .1})
	for _, o := range []Options{{}, {Calibrate: true}, {Quality: AgreementQuality}, {Consensus: ByMajority}} {
		r := crowdlab(t, make1(t, alike), o, p)
		finite(r)
		shared.Same(t, "majority", r.Majority, []int{1, 1, 1})
	}
	more := small()
	more.Images, more.Annotators = 5, 3
	more.Image, more.Annotator, more.Class = append(more.Image, 4), append(more.Annotator, 2), append(more.Class, 1)
	p = class.Of64(5, 2, []float64{.5, .5, .5, .5, .9, .1, .2, .8, .4, .6})
	for _, o := range []Options{{}, {Consensus: ByMajority}, {Quality: AgreementQuality}, {Calibrate: true}} {
		r := crowdlab(t, make1(t, more), o, p)
		finite(r)
		shared.Same(t, "consensus without labels", r.Consensus[3], 1)
		shared.Same(t, "vote without labels", r.Majority[3], -1)
		shared.Same(t, "agreement without labels", r.Agreement[3], 0.)
		shared.Same(t, "shared", r.Annotators[2].Shared, 0)
		shared.Near(t, "quality of who shares none", []float64{r.Annotators[2].Quality}, r.LabelQuality[5:])
	}
	r := crowdlab(t, make1(t, more), Options{Compat: true}, p)
	if !math.IsNaN(r.Annotators[2].Quality) {
		t.Errorf("with compat the quality of who shares none is %v", r.Annotators[2].Quality)
	}
	if rank := r.Rank(); rank[2] != 2 {
		t.Errorf("who has no quality ranks %v", rank)
	}
}

// With one label an image the models alone judge.
func TestCrowdlabAlone(t *testing.T) {
	l := make1(t, Columns{Images: 3, Annotators: 1, Classes: 2, Image: []int{0, 1, 2}, Annotator: []int{0, 0, 0}, Class: []int{0, 1, 1}})
	p := class.Of64(3, 2, []float64{.9, .1, .8, .2, .3, .7})
	r := crowdlab(t, l, Options{Calibrate: true}, p)
	shared.Same(t, "consensus", r.Consensus, []int{0, 1, 1})
	shared.Near(t, "quality", r.Quality, []float64{.9, .2, .7})
	shared.Near(t, "annotator", []float64{r.Annotators[0].Quality}, []float64{.6})
	shared.Near(t, "weights", append(r.ModelWeights, r.AnnotatorWeights...), []float64{1, 1})
	shared.Near(t, "temperature", r.Temperatures, []float64{1})
	if w := r.Weak(WeakOptions{}); w != nil {
		t.Errorf("the only annotator is weak: %v", w)
	}
	// (q·2 + 1/2)/3, as with an annotator and a model of weight 1.
	scores, err := ActiveLearning(l, []class.Probs{p}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	shared.Near(t, "active learning", scores, []float64{2.3 / 3, .9 / 3, 1.9 / 3})
}

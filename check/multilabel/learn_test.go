package multilabel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"

	"github.com/errata-cv/errata/internal/shared"
)

// made are n pictures of k classes and a good model; every 20th label is
// turned over on purpose. wrong holds the pairs picture·k + class.
func made(n, k int) (sets [][]int, probs [][]float64, wrong map[int]bool) {
	r := rand.New(rand.NewPCG(1, uint64(n*k)))
	wrong = map[int]bool{}
	for i := range n {
		var set []int
		row := make([]float64, k)
		for c := range k {
			truth := r.Float64() < .3
			row[c] = .02 + .3*r.Float64()
			if truth {
				row[c] = 1 - row[c]
			}
			if given := truth; r.IntN(20) == 0 {
				wrong[i*k+c] = true
				if !given {
					set = append(set, c)
				}
			} else if given {
				set = append(set, c)
			}
		}
		sets, probs = append(sets, set), append(probs, row)
	}
	return sets, probs, wrong
}

func TestFindsWhatWasTurnedOver(t *testing.T) {
	sets, probs, wrong := made(600, 5)
	l := learn(t, sets, probs)
	for _, f := range class.Filters() {
		byClass := must[[][]int](t)(l.FilterClasses(f, FilterOptions{}))
		found, right := 0, 0
		for c, rows := range byClass {
			for _, i := range rows {
				found++
				if wrong[i*5+c] {
					right++
				}
			}
		}
		if right < found*95/100 || right < len(wrong)*60/100 {
			t.Errorf("%s finds %d labels, %d of them truly wrong, of %d", f, found, right, len(wrong))
		}
		rows := must[[]int](t)(l.Filter(f, FilterOptions{}))
		hit := 0
		for _, i := range rows {
			for c := range 5 {
				if wrong[i*5+c] {
					hit++
					break
				}
			}
		}
		if !slices.IsSorted(rows) || hit < len(rows)*95/100 || len(rows) < 90 {
			t.Errorf("%s finds %d pictures, %d of them truly wrong", f, len(rows), hit)
		}
	}
}

// The adjusted scores of a class, from the formula: P - threshold + the largest
// threshold, divided by the sum.
func TestAdjustedByHand(t *testing.T) {
	l := learn(t, [][]int{{0}, {0}, {}, {}}, [][]float64{{.9}, {.5}, {.2}, {.4}})
	// Thresholds: with (.9+.5)/2 = .7, without (.8+.6)/2 = .7: no shift.
	shared.Near(t, "equal thresholds", must[[]float64](t)(l.ClassScores(class.SelfConfidence, true)), []float64{.9, .5, .8, .6})
	l = learn(t, [][]int{{0}, {0}, {}, {}}, [][]float64{{.9}, {.3}, {.2}, {.4}})
	// With .6, without .7: P gains .1, and rows are divided by 1.1.
	want := []float64{1 / 1.1, .4 / 1.1, .8 / 1.1, .6 / 1.1}
	shared.Near(t, "adjusted", must[[]float64](t)(l.ClassScores(class.SelfConfidence, true)), want)
	for i := range want { // of two classes the margin says the same
		want[i] = (want[i] - (1 - want[i]) + 1) / 2
	}
	shared.Near(t, "adjusted margin", must[[]float64](t)(l.ClassScores(class.NormalizedMargin, true)), want)
	entropy := -(.9*math.Log(.9) + .1*math.Log(.1)) / math.Ln2 / .9
	shared.Near(t, "entropy", must[[]float64](t)(l.ClassScores(class.ConfidenceWeightedEntropy, false))[:1], []float64{math.Log(entropy+1) / entropy})
}

func TestAggregators(t *testing.T) {
	s := []float64{.4, .9, .6}
	w := func(v float64) float64 { return math.Exp((1 - v) / .1) }
	for what, c := range map[string]struct {
		by   Aggregator
		want float64
	}{
		"ema":     {EMA(.8), .8*.4 + .2*(.8*.6+.2*.9)},
		"ema 0":   {EMA(0), .9},
		"ema 1":   {EMA(1), .4},
		"softmin": {Softmin(.1), (w(.4)*.4 + w(.6)*.6 + w(.9)*.9) / (w(.4) + w(.6) + w(.9))},
		"cold":    {Softmin(1e-9), .4},
		"min":     {Min, .4},
		"max":     {Max, .9},
		"mean":    {Mean, 1.9 / 3},
		"median":  {Median, .6},
	} {
		shared.Near(t, what, must[[]float64](t)(Aggregate(slices.Clone(s), 3, c.by)), []float64{c.want})
		shared.Near(t, what+" of one", must[[]float64](t)(Aggregate([]float64{.7}, 1, c.by)), []float64{.7})
	}
	shared.Near(t, "median of four", []float64{Median([]float64{.1, .9, .2, .4})}, []float64{.3})
}

func TestRankClassesByHand(t *testing.T) {
	// Class 1 is sound. Class 0: of 20 labels 4 should go and 2 are missing.
	var sets [][]int
	var probs [][]float64
	for i := range 60 {
		has, p := i < 20, .05
		if i < 16 || i == 30 || i == 31 {
			p = .95
		}
		set, row := []int{}, []float64{p, .05}
		if has {
			set = append(set, 0)
		}
		if i%2 == 0 {
			set, row[1] = append(set, 1), .95
		}
		sets, probs = append(sets, set), append(probs, row)
	}
	l := learn(t, sets, probs)
	ranked := l.RankClasses()
	shared.Same(t, "ranked", ranked, []class.ClassQuality{
		{Class: 0, Issues: 4, InverseIssues: 2, Noise: 4. / 20, InverseNoise: 2. / 18, Quality: 1 - 4./20},
		{Class: 1, Quality: 1},
	})
	shared.Near(t, "health", []float64{l.Health()}, []float64{1 - 6./60})
}

// Float32 columns, several cores and another order of the sets change nothing.
func TestSameOnAnyCores(t *testing.T) {
	sets, probs, _ := made(400, 7)
	l := learn(t, sets, probs)
	want := fmt.Sprint(l.Common(), must[[]float64](t)(l.Scores(ScoreOptions{Adjust: true})))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for i := range sets {
		slices.Reverse(sets[i])
		sets[i] = append(sets[i], sets[i]...)
	}
	l = learn(t, sets, probs)
	shared.Same(t, "answer on one core", fmt.Sprint(l.Common(), must[[]float64](t)(l.Scores(ScoreOptions{Adjust: true}))), want)
}

func TestMultiHotIsTheSameAsSets(t *testing.T) {
	sets, _, _ := made(50, 4)
	m := matrix.New(50, 4)
	for i, set := range sets {
		for _, c := range set {
			m.Row(i)[c] = 1
		}
	}
	shared.Same(t, "labels", must[Labels](t)(MultiHot(m)), must[Labels](t)(Sets(4, sets)))
}

// Classes that nobody or everybody has, one picture, one class: no panic, and
// nothing is found by the prune filters.
func TestPoorInput(t *testing.T) {
	for what, c := range map[string]struct {
		sets  [][]int
		probs [][]float64
	}{
		"a class nobody has":  {[][]int{{0}, {}, {0}}, [][]float64{{.9, .8}, {.2, .7}, {.8, .1}}},
		"a class all have":    {[][]int{{0, 1}, {1}, {0, 1}}, [][]float64{{.9, .2}, {.2, .3}, {.8, .9}}},
		"one picture":         {[][]int{{1}}, [][]float64{{.1, .9}}},
		"no labels":           {[][]int{{}, {}}, [][]float64{{.1}, {.9}}},
		"the same everywhere": {[][]int{{0}, {0}}, [][]float64{{1}, {1}}},
		"more than one":       {[][]int{{0}, {}}, [][]float64{{1.0005}, {0}}},
	} {
		l := learn(t, c.sets, c.probs)
		shared.Same(t, what, must[[]int](t)(l.Filter(class.PruneByNoiseRate, FilterOptions{})), []int(nil))
		shared.Near(t, what, []float64{l.Health()}, []float64{1})
		for _, s := range class.QualityScores() {
			for _, adjust := range []bool{false, s != class.ConfidenceWeightedEntropy} {
				must[[]float64](t)(l.Scores(ScoreOptions{Score: s, Adjust: adjust}))
			}
		}
		for _, f := range class.Filters() {
			must[[]int](t)(l.Filter(f, FilterOptions{}))
		}
	}
}

func TestRefuses(t *testing.T) {
	two := must[Labels](t)(Sets(2, [][]int{{0}, {1}}))
	l := learn(t, [][]int{{0}, {1}}, [][]float64{{.9, .1}, {.2, .8}})
	hot := func(v float32) error {
		_, err := MultiHot(matrix.Wrap(1, 2, []float32{1, v}))
		return err
	}
	with := func(k int, rows ...[]float64) error {
		_, err := Learn(two, class.Of64(len(rows), k, slices.Concat(rows...)))
		return err
	}
	score := func(o ScoreOptions) error { _, err := l.Scores(o); return err }
	filter := func(f class.Filter, o FilterOptions) error { _, err := l.Filter(f, o); return err }
	set := func(k int, set ...int) error { _, err := Sets(k, [][]int{{}, set}); return err }
	good := []float64{.1, .9}
	for _, c := range []struct {
		words string
		err   error
	}{
		{"picture 1 has the class 2, but there are classes 0 to 1", set(2, 0, 2)},
		{"has the class -1", set(2, -1)},
		{"number of classes is 0", set(0)},
		{"is 0.5, but labels are 0 or 1", hot(.5)},
		{"is NaN, but labels", hot(float32(math.NaN()))},
		{"labels of 2 pictures but 1 rows", with(2, good)},
		{"2 classes but 3 columns", with(3, []float64{0, 0, 0}, []float64{0, 0, 0})},
		{"row 1 is not a number", with(2, good, []float64{.1, math.NaN()})},
		{"infinite; these look like logits", with(2, good, []float64{math.Inf(-1), 1})},
		{"apply the sigmoid", with(2, good, []float64{4, 1})},
		{"is -2, but", with(2, good, []float64{-2, 1})},
		{"no score", score(ScoreOptions{Score: "x"})},
		{"cannot be adjusted", score(ScoreOptions{Score: class.ConfidenceWeightedEntropy, Adjust: true})},
		{"alpha must be in [0, 1]", score(ScoreOptions{Aggregate: EMA(1.5)})},
		{"temperature above 0", score(ScoreOptions{Aggregate: Softmin(0)})},
		{"no filter", filter("x", FilterOptions{})},
		{"share of errors", filter(class.Both, FilterOptions{FracNoise: 2})},
		{"1 joints for 2 classes", filter(class.Both, FilterOptions{Joints: []*class.Joint{nil}})},
		{"joint given has 1 classes", filter(class.Both, FilterOptions{Joints: []*class.Joint{nil, class.NewJoint([][]int{{1}})}})},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.words) {
			t.Errorf("the error is %v; expected one with %q", c.err, c.words)
		}
	}
	if _, err := Learn(Labels{}, class.Of64(0, 0, nil)); err == nil || !strings.Contains(err.Error(), "no pictures") {
		t.Errorf("no pictures at all give the error %v", err)
	}
}

package class

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/matrix"

	"github.com/errata-cv/errata/internal/shared"
)

// planted makes n labels of k classes, of which a share is wrong, and the
// probabilities of a model that is mostly right.
func planted(n, k int, share float64, seed uint64) (labels []int, probs *matrix.Matrix, wrong []bool) {
	r := rand.New(rand.NewPCG(seed, 1))
	labels, wrong, probs = make([]int, n), make([]bool, n), matrix.New(n, k)
	for i := range labels {
		truth := r.IntN(k)
		labels[i] = truth
		if k > 1 && r.Float64() < share {
			labels[i], wrong[i] = (truth+1+r.IntN(k-1))%k, true
		}
		row, sum := probs.Row(i), float32(0)
		for c := range row {
			row[c] = r.Float32()
			if c == truth {
				row[c] += 2 * r.Float32() * float32(k) / 4
			}
			sum += row[c]
		}
		for c := range row {
			row[c] /= sum
		}
	}
	return labels, probs, wrong
}

func TestEveryFilterFindsPlantedErrors(t *testing.T) {
	labels, probs, wrong := planted(4000, 8, 0.1, 1)
	l, err := Learn(labels, Of(probs))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Filters() {
		got, err := l.Filter(f, FilterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(got) {
			t.Errorf("%s is not ascending", f)
		}
		hits := 0
		for _, i := range got {
			if wrong[i] {
				hits++
			}
		}
		if precision := float64(hits) / float64(len(got)); precision < 0.35 || hits < 200 {
			t.Errorf("%s flags %d labels of which %d are wrong", f, len(got), hits)
		}
	}
}

func TestSameAnswerOnAnyNumberOfCores(t *testing.T) {
	labels, probs, _ := planted(30000, 11, 0.2, 2)
	double := make([]float64, len(probs.Data))
	for i, v := range probs.Data {
		double[i] = float64(v)
	}
	var want []any
	for _, cores := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(cores)
		for _, p := range []Probs{Of(probs), Of64(probs.Rows, probs.Cols, double)} {
			l, err := Learn(labels, p)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{l.Thresholds, l.Joint.Dense(), l.Guess}
			for _, f := range Filters() {
				rows, _ := l.Filter(f, FilterOptions{})
				got = append(got, rows)
			}
			for _, s := range QualityScores() {
				scores, _ := l.Scores(s, s != ConfidenceWeightedEntropy)
				got = append(got, scores)
			}
			if want == nil {
				want = got
			}
			shared.Same(t, "answer", got, want)
		}
		runtime.GOMAXPROCS(old)
	}
}

func TestBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name   string
		labels []int
		probs  Probs
		says   string
	}{
		{"nothing", nil, Of64(0, 2, nil), "no labels"},
		{"rows missing", []int{0, 1}, Of64(1, 2, []float64{1, 0}), "2 labels but 1 rows"},
		{"no classes", []int{0}, Of64(1, 0, nil), "no columns"},
		{"short", []int{0}, Of64(1, 2, []float64{1}), "hold 1 values"},
		{"label too large", []int{0, 2}, table([][]float64{{1, 0}, {0, 1}}), "label 1 is class 2"},
		{"label negative", []int{-1, 1}, table([][]float64{{1, 0}, {0, 1}}), "label 0 is class -1"},
		{"not a number, given", []int{0, 1}, table([][]float64{{1, 0}, {0, nan}}), "class 1 in row 1 is not a number"},
		{"not a number, other", []int{0, 1}, table([][]float64{{1, nan}, {0, 1}}), "class 1 in row 0 is not a number"},
		{"infinite", []int{0, 1}, table([][]float64{{1, inf}, {0, 1}}), "softmax"},
		{"negative", []int{0, 1}, table([][]float64{{1, -0.5}, {0, 1}}), "class 1 in row 0 is -0.5"},
		{"percent", []int{0, 1}, table([][]float64{{97, 3}, {0, 100}}), "between 0 and 1"},
	} {
		_, err := Learn(c.labels, c.probs)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error is %v, want one with %q", c.name, err, c.says)
		}
	}
	l := learn(t, []int{0, 1}, [][]float64{{1, 0}, {0, 1}})
	for what, call := range map[string]func() error{
		"no filter":    func() error { _, err := l.Filter("prune", FilterOptions{}); return err },
		"share":        func() error { _, err := l.Filter(Both, FilterOptions{FracNoise: 1.5}); return err },
		"keep":         func() error { _, err := l.Filter(Both, FilterOptions{MinExamples: -1}); return err },
		"joint":        func() error { _, err := l.Filter(Both, FilterOptions{Joint: NewJoint([][]int{{1}})}); return err },
		"no score":     func() error { _, err := l.Scores("entropy", false); return err },
		"adjusted":     func() error { _, err := l.Scores(ConfidenceWeightedEntropy, true); return err },
		"no method":    func() error { _, err := l.Latent("guess", false); return err },
		"thresholds":   func() error { _, err := LearnWith([]float64{1}, l.Labels, l.Probs); return err },
		"no models":    func() error { _, _, err := Ensemble(nil, EnsembleOptions{}); return err },
		"weights":      func() error { _, _, err := Ensemble([]*Learning{l}, EnsembleOptions{Weighting: Custom}); return err },
		"no weighting": func() error { _, _, err := Ensemble([]*Learning{l}, EnsembleOptions{Weighting: "x"}); return err },
		"zero weights": func() error {
			_, _, err := Ensemble([]*Learning{l}, EnsembleOptions{Weighting: Custom, Weights: []float64{0}})
			return err
		},
	} {
		if call() == nil {
			t.Errorf("%s: there is no error", what)
		}
	}
}

// Rows that do not sum to one, classes that no label has, a class with one
// label and a single class are all taken.
func TestOddInput(t *testing.T) {
	l := learn(t, []int{0, 0, 1, 1, 3}, [][]float64{
		{0.9, 0, 0, 0}, {0, 0, 0, 0}, {0.7, 0.2, 0.3, 0}, {0, 0.99, 0, 0}, {0, 0, 0, 1.0003},
	})
	shared.Same(t, "threshold of an unseen class", l.Thresholds[2], 2.0)
	shared.Same(t, "guesses", l.Guess, []int32{0, -1, 0, 1, 3})
	shared.Same(t, "calibrated joint", l.Calibrated().At(2, 2), 0)
	for _, f := range Filters() {
		if _, err := l.Filter(f, FilterOptions{MinExamples: 2}); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	for _, m := range []PriorMethod{FromCounts, FromMarginal, FromMarginalShares} {
		e, err := l.Latent(m, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range e.Prior {
			if !(p > 0 && p < 1) {
				t.Errorf("%s gives the prior %v", m, e.Prior)
			}
		}
	}
	if _, err := l.Latent(FromEquation, false); err == nil {
		t.Error("a noise matrix with an unseen class was inverted")
	}
	adjusted, err := l.Scores(NormalizedMargin, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range adjusted {
		if !(s >= 0 && s <= 1) {
			t.Errorf("adjusted scores are %v", adjusted)
		}
	}
	if q := l.RankClasses(); q[len(q)-1].Quality != 1 {
		t.Errorf("class qualities are %v", q)
	}

	one := learn(t, []int{0, 0}, [][]float64{{1}, {0.5}})
	for _, f := range Filters() {
		rows, err := one.Filter(f, FilterOptions{})
		if err != nil || len(rows) != 0 {
			t.Errorf("%s flags %v of a single class (%v)", f, rows, err)
		}
	}
	for _, s := range QualityScores() {
		if _, err := one.Scores(s, false); err != nil {
			t.Error(err)
		}
	}
	shared.Same(t, "health of a single class", one.Health(), 1.0)
	shared.Same(t, "overlaps of a single class", len(one.OverlappingClasses()), 0)
}

// Equal scores are flagged from the smaller index.
func TestTies(t *testing.T) {
	var labels []int
	var rows [][]float64
	for range 10 {
		labels = append(labels, 0)
		rows = append(rows, []float64{0.9, 0.1})
	}
	for range 6 {
		labels = append(labels, 0)
		rows = append(rows, []float64{0.2, 0.8})
	}
	for range 10 {
		labels = append(labels, 1)
		rows = append(rows, []float64{0.1, 0.9})
	}
	l := learn(t, labels, rows)
	half := FilterOptions{Joint: NewJoint([][]int{{13, 3}, {0, 10}})}
	for _, f := range []Filter{PruneByNoiseRate, PruneByClass, Both} {
		got, err := l.Filter(f, half)
		if err != nil {
			t.Fatal(err)
		}
		shared.Same(t, string(f), got, []int{10, 11, 12})
	}
	shared.Same(t, "rank", Rank([]int{15, 3, 12, 11}, l.PGiven), []int{15, 12, 11, 3})
}

// A class keeps MinExamples examples, whatever the joint says.
func TestMinExamples(t *testing.T) {
	l := learn(t, []int{0, 0, 0, 0, 1, 1, 1}, [][]float64{
		{0.1, 0.9}, {0.2, 0.8}, {0.3, 0.7}, {0.4, 0.6}, {0, 1}, {0, 1}, {0, 1},
	})
	all := NewJoint([][]int{{0, 4}, {0, 3}})
	for keep, want := range map[int][]int{1: {0, 1, 2}, 2: {0, 1}, 3: {0}, 4: nil} {
		got, err := l.Filter(PruneByClass, FilterOptions{Joint: all, MinExamples: keep})
		if err != nil {
			t.Fatal(err)
		}
		shared.Same(t, "labels flagged", got, want)
	}
}

// The converged estimates agree: noise times prior gives the label shares.
func TestLatentConverges(t *testing.T) {
	labels, probs, _ := planted(5000, 5, 0.2, 3)
	l, err := Learn(labels, Of(probs))
	if err != nil {
		t.Fatal(err)
	}
	gap := func(e *Latent) float64 {
		worst := 0.0
		for s := range e.Noise {
			share := 0.0
			for y, p := range e.Prior {
				share += e.Noise[s][y] * p
			}
			worst = max(worst, math.Abs(share-float64(l.Counts[s])/float64(len(labels))))
		}
		return worst
	}
	for _, m := range []PriorMethod{FromCounts, FromEquation, FromMarginal, FromMarginalShares} {
		e, err := l.Latent(m, false)
		if err != nil {
			t.Fatal(err)
		}
		if gap(e) > 0.01 {
			t.Errorf("%s is off by %g", m, gap(e))
		}
		c, err := l.Latent(m, true)
		if err != nil {
			t.Fatal(err)
		}
		if gap(c) > 1e-9 {
			t.Errorf("%s, converged, is off by %g", m, gap(c))
		}
	}
}

func TestNthSmallest(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for n := 1; n < 400; n += 7 {
		for _, distinct := range []int{1, 3, 1000} {
			v := make([]float64, n)
			for i := range v {
				v[i] = float64(r.IntN(distinct))
			}
			sorted := slices.Sorted(slices.Values(v))
			for k := 0; k < n; k += 5 {
				shared.Same(t, "element", nthSmallest(slices.Clone(v), k), sorted[k])
			}
		}
	}
}

func TestCustomWeights(t *testing.T) {
	labels, probs, _ := planted(500, 4, 0.1, 5)
	_, other, _ := planted(500, 4, 0.1, 6)
	a, err := Learn(labels, Of(probs))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Learn(labels, Of(other))
	if err != nil {
		t.Fatal(err)
	}
	scores, weights, err := Ensemble([]*Learning{a, b}, EnsembleOptions{Weighting: Custom, Weights: []float64{3, 1}})
	if err != nil {
		t.Fatal(err)
	}
	shared.Same(t, "weights", weights, []float64{0.75, 0.25})
	shared.Near(t, "score", scores[:1], []float64{0.75*a.PGiven[0] + 0.25*b.PGiven[0]})
	_, weights, err = Ensemble([]*Learning{a, b}, EnsembleOptions{Weighting: ByLogLoss})
	if err != nil {
		t.Fatal(err)
	}
	if weights[0] < 0.9 {
		t.Errorf("a model that knows the labels has weight %v beside one that does not", weights)
	}
}

func TestInspectorRefuses(t *testing.T) {
	if _, err := NewInspector(0, ""); err == nil {
		t.Error("no classes were taken")
	}
	if _, err := NewInspector(2, "x"); err == nil {
		t.Error("an unknown score was taken")
	}
	in, err := NewInspector(2, NormalizedMargin)
	if err != nil {
		t.Fatal(err)
	}
	p := table([][]float64{{1, 0}, {0, 1}})
	if in.Judge([]int{0, 1}, p) == nil {
		t.Error("a batch was judged that was not learnt from")
	}
	if err := in.Learn([]int{0, 1}, p); err != nil {
		t.Fatal(err)
	}
	if in.Learn([]int{0}, table([][]float64{{1, 0, 0}})) == nil {
		t.Error("a batch of three classes was taken for one of two")
	}
	if err := in.Judge([]int{0, 1}, p); err != nil {
		t.Fatal(err)
	}
	if in.Learn([]int{0, 1}, p) == nil {
		t.Error("a batch was learnt from after judging began")
	}
	shared.Same(t, "scores", in.Scores(), []float64{1, 1})
}

func BenchmarkFilters(b *testing.B) {
	for _, size := range []struct {
		name string
		n, k int
	}{{"50000x1000", 50_000, 1000}, {"1000000x10", 1_000_000, 10}} {
		labels, probs, _ := planted(size.n, size.k, 0.1, 7)
		for _, f := range Filters() {
			b.Run(size.name+"/"+string(f), func(b *testing.B) {
				for b.Loop() {
					l, err := Learn(labels, Of(probs))
					if err != nil {
						b.Fatal(err)
					}
					if _, err := l.Filter(f, FilterOptions{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

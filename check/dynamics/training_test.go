package dynamics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/errata-cv/errata/matrix"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-9) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// add takes epochs of rows.
func add(t testing.TB, tr *Training, epochs ...[]float32) *Training {
	t.Helper()
	for _, e := range epochs {
		if err := tr.AddPredictions(matrix.Wrap(len(tr.labels), len(e)/len(tr.labels), e)); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

var nan = float32(math.NaN())

// Values are powers of two, so that every figure can be worked out by hand.
func TestByHand(t *testing.T) {
	tr := must[*Training](t)(New([]int{0, 0, 1, 1}, Options{Alpha: .5}))
	add(t, tr,
		[]float32{.5, .25, .25, .5, .25, .25, .25, .5, .25, nan, nan, nan},
		[]float32{.25, .5, .25, .5, .25, .25, .5, .25, .25, nan, nan, nan},
		[]float32{.5, .25, .25, .25, .5, .25, .5, .25, .25, nan, nan, nan},
		[]float32{.25, .25, .5, .25, .25, .5, nan, nan, nan, nan, nan, nan},
	)
	s := must[*Scores](t)(tr.Scores())
	same(t, "epochs", s.Epochs, []int{4, 4, 3, 0})
	no, ln2 := math.NaN(), math.Ln2
	// Losses in units of ln 2: 1 2 1 2, 1 1 2 2, 1 2 2.
	near(t, "ema", s.EMALoss, []float64{(2*.5 + 1*.25 + 2*.125 + 1*.0625) * ln2, (1 + .5 + .125 + .0625) * ln2, (1 + .5 + .125) * ln2, no})
	near(t, "loss", s.Loss, []float64{1.5625 / .9375 * ln2, 1.6875 / .9375 * ln2, 1.625 / .875 * ln2, no})
	near(t, "mean loss", s.MeanLoss, []float64{1.5 * ln2, 1.5 * ln2, 5 * ln2 / 3, no})
	near(t, "last loss", s.LastLoss, []float64{2 * ln2, 2 * ln2, 2 * ln2, no})
	// Margins: 1 -1 1 -1, 1 1 -1 -1, 1 -1 -1.
	near(t, "aum", s.AUM, []float64{0, 0, -ln2 / 3, no})
	same(t, "forgotten", s.Forgotten, []int{2, 1, 1, 0})
	same(t, "learned", s.Learned, []int{0, 0, 0, Never})
	near(t, "confidence", s.Confidence, []float64{.375, .375, 1. / 3, no})
	near(t, "variability", s.Variability, []float64{.125, .125, math.Sqrt(.25*.25/3 - 1./144), no})
	near(t, "correctness", s.Correctness, []float64{.5, .5, 1. / 3, no})

	same(t, "by loss", s.Order(Loss), []int{2, 1, 0, 3})
	same(t, "by aum", s.Order(AUM), []int{2, 1, 0, 3})
	same(t, "by forgetting", s.Order(Forgetting), []int{0, 2, 1, 3})
	same(t, "by confidence", s.Order(Confidence), []int{2, 1, 0, 3})
	near(t, "quality by loss", must[[]float64](t)(s.Quality(Loss))[:1], []float64{math.Exp2(-1.5625 / .9375)})
	near(t, "quality by aum", must[[]float64](t)(s.Quality(AUM)), []float64{.5, .5, 1 / (1 + math.Exp2(1./3)), no})
	near(t, "quality by forgetting", must[[]float64](t)(s.Quality(Forgetting)), []float64{1. / 3, .5, .5, no})
	near(t, "quality by confidence", must[[]float64](t)(s.Quality(Confidence)), s.Confidence)
}

// A label that is never predicted comes before those that are forgotten.
func TestNeverLearned(t *testing.T) {
	s := must[*Scores](t)(add(t, must[*Training](t)(New([]int{0, 0, 0}, Options{})),
		[]float32{.75, .25, .25, .75, .25, .75},
		[]float32{.25, .75, .25, .75, .75, .25},
	).Scores())
	same(t, "learned", s.Learned, []int{0, Never, 1})
	same(t, "forgotten", s.Forgotten, []int{1, 0, 0})
	same(t, "order", s.Order(Forgetting), []int{1, 0, 2})
	near(t, "quality", must[[]float64](t)(s.Quality(Forgetting)), []float64{.5, 0, 1})
}

// Logits and the probabilities that the softmax makes of them say the same.
func TestLogitsAreProbabilities(t *testing.T) {
	labels := []int{2, 0, 1, 1, 0}
	a := must[*Training](t)(New(labels, Options{}))
	b := must[*Training](t)(New(labels, Options{}))
	r := rand.New(rand.NewPCG(1, 2))
	for range 9 {
		logits, probs := matrix.New(5, 3), matrix.New(5, 3)
		for i := range 5 {
			sum := 0.0
			for k := range 3 {
				logits.Row(i)[k] = float32(3 * r.NormFloat64())
				sum += math.Exp(float64(logits.Row(i)[k]))
			}
			for k := range 3 {
				probs.Row(i)[k] = float32(math.Exp(float64(logits.Row(i)[k])) / sum)
			}
		}
		if err := a.AddPredictions(logits); err != nil {
			t.Fatal(err)
		}
		if err := b.AddPredictions(probs); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "values", []Values{a.values, b.values}, []Values{Logits, Probabilities})
	x, y := must[*Scores](t)(a.Scores()), must[*Scores](t)(b.Scores())
	same(t, "forgotten", y.Forgotten, x.Forgotten)
	for i := range labels { // probabilities were rounded to float32
		for _, pair := range [][2]float64{{x.AUM[i], y.AUM[i]}, {x.Loss[i], y.Loss[i]}, {x.Confidence[i], y.Confidence[i]}} {
			if !(math.Abs(pair[0]-pair[1]) < 1e-5) {
				t.Errorf("sample %d: logits give %v, probabilities %v", i, pair[0], pair[1])
			}
		}
	}
}

// Parts of a training that were read apart say the same as all of it.
func TestMerge(t *testing.T) {
	labels, epochs, _ := blobs(90, 3, 12, nil)
	whole := must[*Training](t)(New(labels, Options{Alpha: .1}))
	var parts []*Training
	for e, p := range epochs {
		for i := range labels { // some are not seen
			if (i+e)%5 == 0 || i == 7 && e < 8 || i == 8 && e > 3 {
				for k := range p.Row(i) {
					p.Row(i)[k] = nan
				}
			}
		}
		if e == 0 || e == 4 || e == 5 {
			parts = append(parts, must[*Training](t)(New(labels, Options{Alpha: .1})))
		}
		for _, tr := range []*Training{whole, parts[len(parts)-1]} {
			if err := tr.AddPredictions(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	merged := must[*Training](t)(New(labels, Options{Alpha: .1}))
	for _, p := range parts {
		if err := merged.Merge(p); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "epochs", merged.Epochs(), 12)
	a, b := must[*Scores](t)(whole.Scores()), must[*Scores](t)(merged.Scores())
	same(t, "counts", fmt.Sprint(b.Epochs, b.Forgotten, b.Learned), fmt.Sprint(a.Epochs, a.Forgotten, a.Learned))
	for what, pair := range map[string][2][]float64{
		"ema": {b.EMALoss, a.EMALoss}, "mean": {b.MeanLoss, a.MeanLoss}, "last": {b.LastLoss, a.LastLoss}, "aum": {b.AUM, a.AUM},
		"confidence": {b.Confidence, a.Confidence}, "variability": {b.Variability, a.Variability}, "correctness": {b.Correctness, a.Correctness},
	} {
		near(t, what, pair[0], pair[1])
	}
}

func TestSameOnAnyCores(t *testing.T) {
	labels, epochs, _ := blobs(20000, 4, 2, nil)
	run := func() string {
		tr := must[*Training](t)(New(labels, Options{}))
		for _, p := range epochs {
			if err := tr.AddPredictions(p); err != nil {
				t.Fatal(err)
			}
		}
		s := must[*Scores](t)(tr.Scores())
		return fmt.Sprint(s.Loss, s.AUM, s.Order(Forgetting))
	}
	want := run()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if run() != want {
		t.Error("one core gives another answer")
	}
}

// Losses alone rank as predictions do; a list for each sample gives the same.
func TestLossesAlone(t *testing.T) {
	a := must[*Training](t)(New([]int{0, 0, 0}, Options{}))
	for _, e := range [][]float64{{1, 2, .5}, {.5, 3, math.NaN()}} {
		if err := a.AddLosses(e); err != nil {
			t.Fatal(err)
		}
	}
	b := must[*Training](t)(New([]int{0, 0, 0}, Options{}))
	if err := b.AddSeries([][]float64{{1, .5}, {2, 3}, {.5}}); err != nil {
		t.Fatal(err)
	}
	s := must[*Scores](t)(a.Scores())
	same(t, "scores of lists", must[*Scores](t)(b.Scores()), s)
	same(t, "order", s.Order(Loss), []int{1, 0, 2})
	same(t, "order by what is not there", s.Order(AUM), []int{1, 0, 2})
	same(t, "signals", []bool{s.Has(Loss), s.Has(AUM), s.Has("x")}, []bool{true, false, false})
	near(t, "loss", s.Loss, []float64{(.999*1 + .5) / 1.999, (.999*2 + 3) / 1.999, .5})
	if s.Predicted || s.AUM != nil || s.Learned != nil {
		t.Error("losses give what only predictions can")
	}
}

// blobs trains a linear model by gradient descent on k clouds of points, some
// of which have been given another label on purpose: those of wrong. The labels
// in given replace those of their samples, and one above k makes the model one
// class larger.
func blobs(n, k, epochs int, given map[int]int) (labels []int, logits []*matrix.Matrix, wrong map[int]bool) {
	const dims = 8
	r := rand.New(rand.NewPCG(7, uint64(k)))
	wrong, out := map[int]bool{}, k
	x := make([][dims + 1]float64, n)
	for i := range n {
		y := i % k
		for d := range dims {
			x[i][d] = r.NormFloat64()
		}
		x[i][y%dims] += 4
		x[i][dims] = 1
		if r.IntN(10) == 0 {
			wrong[i] = true
			y = (y + 1 + r.IntN(k-1)) % k
		}
		if g, ok := given[i]; ok {
			y, out = g, max(out, g+1)
		}
		labels = append(labels, y)
	}
	w := make([][dims + 1]float64, out)
	p := make([]float64, out)
	for range epochs {
		m := matrix.New(n, out)
		for _, i := range r.Perm(n) {
			sum := 0.0
			for c := range out {
				z := 0.0
				for d, v := range x[i] {
					z += w[c][d] * v
				}
				m.Row(i)[c] = float32(z)
				p[c] = math.Exp(z)
				sum += p[c]
			}
			for c := range out {
				g := p[c] / sum
				if c == labels[i] {
					g--
				}
				for d, v := range x[i] {
					w[c][d] -= .02 * g * v
				}
			}
		}
		logits = append(logits, m)
	}
	return labels, logits, wrong
}

func TestFlippedLabelsRankFirst(t *testing.T) {
	labels, epochs, wrong := blobs(800, 4, 20, nil)
	tr := must[*Training](t)(New(labels, Options{}))
	for _, p := range epochs {
		if err := tr.AddPredictions(p); err != nil {
			t.Fatal(err)
		}
	}
	s := must[*Scores](t)(tr.Scores())
	for _, by := range Signals() {
		order := s.Order(by)
		hit := 0
		for _, i := range order[:len(wrong)] {
			if wrong[i] {
				hit++
			}
		}
		t.Logf("%s: %d of the first %d are wrong", by, hit, len(wrong))
		if hit < len(wrong)*9/10 {
			t.Errorf("by %s %d of the first %d labels are wrong", by, hit, len(wrong))
		}
		q := must[[]float64](t)(s.Quality(by))
		for at, i := range order {
			if !(q[i] >= 0 && q[i] <= 1) || at > 0 && q[order[at-1]] > q[i]+1e-12 {
				t.Fatalf("the quality by %s of sample %d is %g, behind %g", by, i, q[i], q[order[max(0, at-1)]])
			}
		}
	}
}

// Two trainings with threshold samples find the wrong labels, which are a tenth
// of all, and fewer right ones than wrong ones.
func TestThresholdSamples(t *testing.T) {
	const n, k = 900, 4
	var runs []AUMRun
	var wrong map[int]bool
	for round := range 2 {
		samples := must[[]int](t)(ThresholdSamples(n, k, round, 3))
		same(t, "number", len(samples), n/(k+1))
		given := map[int]int{}
		for _, i := range samples {
			given[i] = k
		}
		labels, epochs, flipped := blobs(n, k, 20, given)
		wrong = flipped
		tr := must[*Training](t)(New(labels, Options{}))
		for _, p := range epochs {
			if err := tr.AddPredictions(p); err != nil {
				t.Fatal(err)
			}
		}
		runs = append(runs, AUMRun{AUM: must[*Scores](t)(tr.Scores()).AUM, Threshold: samples})
	}
	for _, i := range runs[1].Threshold {
		if slices.Contains(runs[0].Threshold, i) {
			t.Fatalf("sample %d is in both rounds", i)
		}
	}
	found := must[[]int](t)(Mislabelled(runs...))
	hit := 0
	for _, i := range found {
		if wrong[i] {
			hit++
		}
	}
	t.Logf("%d found, %d of them of %d wrong", len(found), hit, len(wrong))
	if hit < len(wrong)*95/100 || hit < len(found)/2 || !slices.IsSorted(found) {
		t.Errorf("%d labels were found, %d of them of %d wrong ones", len(found), hit, len(wrong))
	}
}

func TestCutByHand(t *testing.T) {
	run := AUMRun{AUM: []float64{-3, -1, 0, 1, 2, math.NaN()}, Threshold: []int{1, 3, 5}}
	near(t, "cut", []float64{must[float64](t)(run.Cut())}, []float64{-1 + 2*.99})
	run.Percentile = 50
	near(t, "median", []float64{must[float64](t)(run.Cut())}, []float64{0})
	same(t, "found", must[[]int](t)(Mislabelled(run)), []int{0, 2})
	same(t, "found in two", must[[]int](t)(Mislabelled(run, AUMRun{AUM: run.AUM, Threshold: []int{2}})), []int{0, 1, 2})
}

package rank

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// problem makes n labels of which a share of noise is wrong: class c is mostly
// mistaken for c+1, and the probabilities of a model that is blurred by blur.
func problem(n, classes int, noise, blur float64, seed uint64) (given []int, wrong []bool, probs *matrix.Matrix) {
	r := rand.New(rand.NewPCG(seed, 1))
	given, wrong, probs = make([]int, n), make([]bool, n), matrix.New(n, classes)
	for i := range given {
		truth := i % classes
		given[i] = truth
		if r.Float64() < noise {
			given[i] = (truth + 1) % classes
			if r.Float64() < 0.2 {
				given[i] = (truth + 1 + r.IntN(classes-1)) % classes
			}
			wrong[i] = true
		}
		sum := float32(0)
		for c := range classes {
			v := r.NormFloat64()
			if c == truth {
				v += 2 / blur
			}
			probs.Row(i)[c] = float32(math.Exp(v))
			sum += probs.Row(i)[c]
		}
		for c := range classes {
			probs.Row(i)[c] /= sum
		}
	}
	return given, wrong, probs
}

func rankLabels(t testing.TB, y []int, s Signals) *Ranking {
	t.Helper()
	r, err := Labels(y, s)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, p := range r.Probability {
		if !(p >= 0 && p <= 1) || !(r.Score[i] >= 0 && r.Score[i] <= 1) {
			t.Fatalf("label %d has probability %g and score %g", i, p, r.Score[i])
		}
		sum += p
	}
	if math.Abs(sum-r.Estimate.Errors) > 1e-6*float64(len(y)) {
		t.Fatalf("the probabilities sum to %g, the estimate is %g", sum, r.Estimate.Errors)
	}
	if e := r.Estimate; !(0 <= e.Low && e.Low <= e.Errors && e.Errors <= e.High && e.High <= float64(len(y))) {
		t.Fatalf("the estimate is %+v of %d labels", e, len(y))
	}
	return r
}

// averagePrecision of order for finding what is wrong.
func averagePrecision(order []int, wrong []bool) float64 {
	hits, sum := 0, 0.0
	for at, i := range order {
		if wrong[i] {
			hits++
			sum += float64(hits) / float64(at+1)
		}
	}
	return sum / float64(hits)
}

func TestFusionBeatsSelfConfidence(t *testing.T) {
	y, wrong, probs := problem(3000, 6, 0.1, 1, 1)
	r := rankLabels(t, y, Signals{Probs: probs})
	plain := make([]int, len(y))
	for i := range plain {
		plain[i] = i
	}
	slices.SortStableFunc(plain, func(a, b int) int {
		if probs.Row(a)[y[a]] < probs.Row(b)[y[b]] {
			return -1
		}
		return 1
	})
	fused, alone := averagePrecision(r.Order(), wrong), averagePrecision(plain, wrong)
	if fused < alone+0.005 {
		t.Errorf("average precision is %.3f fused and %.3f by self-confidence", fused, alone)
	}
}

func TestWithoutKnownNoiseTheModelAloneDecides(t *testing.T) {
	// Every anchor carries its class; the doubtful labels are no anchors.
	probs := matrix.New(40, 2)
	y := make([]int, 40)
	for i := range y {
		y[i] = i % 2
		probs.Row(i)[y[i]] = 1 - float32(i)/64
		probs.Row(i)[1-y[i]] = float32(i) / 64
	}
	r := rankLabels(t, y, Signals{Probs: probs})
	for i, p := range probs.Data {
		if i%2 == y[i/2] && math.Abs(r.Score[i/2]-float64(p)) > 1e-6 {
			t.Errorf("label %d has score %g, the model says %g", i/2, r.Score[i/2], p)
		}
	}
}

func TestEstimateIsNearTheTruth(t *testing.T) {
	for _, noise := range []float64{0.02, 0.1, 0.3} {
		y, wrong, probs := problem(4000, 5, noise, 0.6, 2)
		truth := 0.0
		for _, w := range wrong {
			if w {
				truth++
			}
		}
		e := rankLabels(t, y, Signals{Probs: probs}).Estimate
		if math.Abs(e.Errors-truth) > 0.35*truth+10 {
			t.Errorf("%g errors are estimated as %+v", truth, e)
		}
	}
}

func TestSuggestionIsTheBestOtherClass(t *testing.T) {
	y, wrong, probs := problem(1000, 5, 0.1, 0.5, 3)
	r := rankLabels(t, y, Signals{Probs: probs})
	right, of := 0, 0
	for i, s := range r.Suggestion {
		if s == y[i] || s < 0 || s >= 5 {
			t.Fatalf("label %d of class %d gets the suggestion %d", i, y[i], s)
		}
		if wrong[i] {
			of++
			if s == i%5 {
				right++
			}
		}
	}
	if right*10 < of*9 {
		t.Errorf("%d of %d wrong labels get the right suggestion", right, of)
	}
}

func TestVotesHelpWhereTheModelIsUndecided(t *testing.T) {
	y := []int{0, 0, 1, 1}
	probs := matrix.New(4, 2)
	for i := range probs.Data {
		probs.Data[i] = 0.5
	}
	votes := matrix.Wrap(4, 2, []float32{1, 0, 0, 1, 0, 1, 0, 1})
	r := rankLabels(t, y, Signals{Probs: probs, Votes: votes})
	if got := r.Order()[0]; got != 1 {
		t.Errorf("label %d is the most suspicious, want 1", got)
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	y, _, probs := problem(20000, 4, 0.1, 1, 4)
	was := runtime.GOMAXPROCS(1)
	a := rankLabels(t, y, Signals{Probs: probs})
	runtime.GOMAXPROCS(3)
	b := rankLabels(t, y, Signals{Probs: probs})
	runtime.GOMAXPROCS(was)
	if !slices.Equal(a.Probability, b.Probability) || !slices.Equal(a.Suggestion, b.Suggestion) {
		t.Error("the ranking differs with the number of cores")
	}
}

func TestOddProblems(t *testing.T) {
	one := matrix.New(3, 1)
	for i := range one.Data {
		one.Data[i] = 1
	}
	if r := rankLabels(t, []int{0, 0, 0}, Signals{Probs: one}); r.Suggestion[0] != dataset.None {
		t.Errorf("with one class the suggestion is %d", r.Suggestion[0])
	}
	rankLabels(t, nil, Signals{Probs: matrix.New(0, 3)})
	rankLabels(t, []int{0, 1}, Signals{Probs: matrix.New(2, 3)}) // rows of zeros
	wide := matrix.New(40, 10000)
	y := make([]int, 40)
	for i := range y {
		y[i] = i * 200
		wide.Row(i)[y[i]] = 1
	}
	rankLabels(t, y, Signals{Probs: wide})

	y, _, probs := problem(50, 3, 0.1, 1, 5)
	all := make([]int, 50)
	for i := range all {
		all[i] = i
	}
	r := rankLabels(t, y, Signals{Probs: probs, Unjudged: all})
	if r.Probability[0] != r.Probability[49] {
		t.Error("labels that nothing is known of have different probabilities")
	}
	r = rankLabels(t, y, Signals{Probs: probs, Unjudged: []int{7}})
	if got, want := r.Probability[7], r.Estimate.Errors/50; math.Abs(got-want) > 1e-9 {
		t.Errorf("an unjudged label has probability %g, the mean is %g", got, want)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	probs := matrix.Wrap(2, 2, []float32{0.5, 0.5, 0.5, 0.5})
	bad := matrix.Wrap(2, 2, []float32{0.5, 0.5, float32(math.NaN()), 0.5})
	for want, try := range map[string]struct {
		y []int
		s Signals
	}{
		"no class probabilities": {[]int{0}, Signals{}},
		"own row":                {[]int{0}, Signals{Probs: probs}},
		"same shape":             {[]int{0, 1}, Signals{Probs: probs, Votes: matrix.New(2, 3)}},
		"label 1 is class 2":     {[]int{0, 2}, Signals{Probs: probs}},
		"unjudged":               {[]int{0, 1}, Signals{Probs: probs, Unjudged: []int{2}}},
		"class 0 in row 1":       {[]int{0, 1}, Signals{Probs: bad}},
	} {
		if _, err := Labels(try.y, try.s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Signals are what is known of n labels of K classes.
type Signals struct {
	// Probs is n×K: out-of-sample class probabilities; needed.
	Probs *matrix.Matrix
	// Votes is n×K: the share of nearest neighbours of each class; may be nil.
	Votes *matrix.Matrix
	// Unjudged lists labels that nothing is known of. They get the mean
	// probability of the others.
	Unjudged []int
}

// Ranking is the judgement of every label.
type Ranking struct {
	// Probability that label i is wrong, in [0,1]. Their sum is
	// Estimate.Errors.
	Probability []float64
	// Score is the quality of label i in [0,1], low is bad: the probability of
	// the given class before calibration. It orders like 1 - Probability.
	Score []float64
	// Suggestion is the most probable class other than the given one, or
	// dataset.None when there is only one class.
	Suggestion []int
	// Estimate is the number of wrong labels in all.
	Estimate Estimate
}

// Estimate is a number of wrong labels with the ends of a range. The range holds
// the sampling error of the anchors only, not the bias of the method: on real
// sets it has missed the truth.
type Estimate struct{ Errors, Low, High float64 }

const (
	// tempering is the power of the noise estimate in the fusion when many
	// anchors have another label, and half of it when someWrong have: it knows
	// which classes are mistaken for each other, but only roughly.
	tempering = 0.5
	someWrong = 30
	// votePower is the power of the neighbours' votes, voteFloor what is added
	// to each of them.
	votePower = 0.25
	voteFloor = 0.02
)

// Labels judges the labels y, classes in [0, K), by
//
//	q(k)    = Probs(k) · (Votes(k) + 0.02)^¼
//	quality = q(y)·N(y|y)^a / Σ_k q(k)·N(y|k)^a,  a = ½·w/(w + 30)
//
// where N(y|k) is the estimated probability that a picture of class k is given
// the label y: a picture that looks like k is more suspicious the more often k
// is called y. It is estimated on the most certain pictures of each class, w of
// which have another label: the fewer, the less is known and the less it counts.
// The probability of an error is 1 - quality, its log-odds shifted
// by one constant so that all sum to the estimated number of errors. That
// number is Σ_k n_k·(1 - N(k|k)).
func Labels(y []int, s Signals) (*Ranking, error) {
	if err := s.check(y); err != nil {
		return nil, err
	}
	n, k := len(y), s.Probs.Cols
	r := &Ranking{Probability: make([]float64, n), Score: make([]float64, n), Suggestion: make([]int, n)}
	model := estimateNoise(y, s.Probs)
	model.temper()
	matrix.Parallel(n, max(1, 1<<14/k), func(from, to int) {
		q := make([]float64, k)
		for i := from; i < to; i++ {
			s.fuse(q, i)
			r.Score[i], r.Suggestion[i] = model.judge(q, y[i])
		}
	})
	r.Estimate = model.estimate(y)
	r.calibrate(s.Unjudged)
	return r, nil
}

func (s Signals) check(y []int) error {
	switch {
	case s.Probs == nil:
		return fmt.Errorf("rank: there are no class probabilities; ranking needs one row of them for each label")
	case s.Probs.Rows != len(y):
		return fmt.Errorf("rank: %d rows of probabilities for %d labels; each label needs its own row", s.Probs.Rows, len(y))
	case s.Votes != nil && (s.Votes.Rows != len(y) || s.Votes.Cols != s.Probs.Cols):
		return fmt.Errorf("rank: votes are %d×%d, but probabilities %d×%d; they must have the same shape", s.Votes.Rows, s.Votes.Cols, s.Probs.Rows, s.Probs.Cols)
	}
	for i, c := range y {
		if c < 0 || c >= s.Probs.Cols {
			return fmt.Errorf("rank: label %d is class %d, but the probabilities have columns for classes 0 to %d", i, c, s.Probs.Cols-1)
		}
	}
	for _, i := range s.Unjudged {
		if i < 0 || i >= len(y) {
			return fmt.Errorf("rank: label %d is said to be unjudged, but there are labels 0 to %d", i, len(y)-1)
		}
	}
	for i, v := range s.Probs.Data {
		if !(v >= 0 && v <= 1.001) {
			return fmt.Errorf("rank: the probability of class %d in row %d is %g, but must lie between 0 and 1", i%s.Probs.Cols, i/s.Probs.Cols, v)
		}
	}
	return nil
}

// fuse sets q to the fused probabilities of row i, up to a common factor.
func (s Signals) fuse(q []float64, i int) {
	for k, p := range s.Probs.Row(i) {
		q[k] = float64(p)
	}
	if s.Votes == nil {
		return
	}
	for k, v := range s.Votes.Row(i) {
		q[k] *= math.Pow(float64(max(v, 0))+voteFloor, votePower)
	}
}

// judge returns the quality of the label y and the best other class. The
// entries of n are tempered.
func (n *noise) judge(q []float64, y int) (quality float64, suggestion int) {
	suggestion = dataset.None
	sum, given := 0.0, 0.0
	for k, p := range q {
		sum += p * n.rest[k]
		if k != y && (suggestion == dataset.None || p > q[suggestion]) {
			suggestion = k
		}
	}
	for _, l := range n.listed[y] {
		sum += q[l.true] * (l.value - n.rest[l.true])
		if l.true == y {
			given = q[y] * l.value
		}
	}
	if !(sum > 0) {
		return 0.5, suggestion
	}
	return min(1, given/sum), suggestion
}

// Order returns the labels from the most to the least suspicious, equal ones in
// order of their number.
func (r *Ranking) Order() []int {
	out := make([]int, len(r.Probability))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(r.Probability[b], r.Probability[a]) })
	return out
}

package dynamics

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Signal names a way to rank labels by their training.
type Signal string

// The signals. All but Loss need predictions.
const (
	// Loss is the moving average of the loss; high is suspicious.
	Loss Signal = "loss"
	// AUM is the mean margin; low is suspicious.
	AUM Signal = "aum"
	// Forgetting counts how often a label that was predicted is so no more;
	// labels that are never predicted come before all others.
	Forgetting Signal = "forgetting"
	// Confidence is the mean probability of the label; low is suspicious.
	Confidence Signal = "confidence"
)

// Signals lists all signals, the default first.
func Signals() []Signal { return []Signal{Loss, AUM, Forgetting, Confidence} }

// Never stands for an epoch that did not come.
const Never = -1

// Scores are what a training says of its labels. Slices have one element for
// each sample. Those below Predicted are nil where there were losses only.
type Scores struct {
	// Epochs is the number of epochs that saw the sample. Where it is 0, other
	// values are NaN, Forgotten is 0 and Learned is Never.
	Epochs []int
	// EMALoss is the moving average of the loss as Datumaro keeps it: it begins
	// at 0, and e ← (1-alpha)·e + alpha·loss. It still rises with the number of
	// epochs.
	EMALoss []float64
	// Loss is EMALoss divided by the weight that losses have in it,
	// 1-(1-alpha)^Epochs: a weighted mean of the losses, the last weighing most.
	Loss []float64
	// MeanLoss and LastLoss are the plain mean and that of the last epoch.
	MeanLoss, LastLoss []float64

	// Predicted tells that the training had predictions.
	Predicted bool
	// AUM is the mean over the epochs of the label's logit minus the largest
	// other one.
	AUM []float64
	// Forgotten counts the epochs that got the label wrong after one that got
	// it right.
	Forgotten []int
	// Learned is the first epoch that got the label right, from 0, or Never.
	Learned []int
	// Confidence is the mean over the epochs of the probability of the label,
	// Variability its standard deviation (the square root of the variance, of
	// all epochs), Correctness the share of epochs that got the label right;
	// all in [0, 1].
	Confidence, Variability, Correctness []float64
}

// Scores returns the signals of the epochs so far. Without any it is an error.
func (t *Training) Scores() (*Scores, error) {
	if t.epochs == 0 {
		return nil, fmt.Errorf("there are no epochs; a training needs at least one")
	}
	n := len(t.states)
	s := &Scores{
		Epochs: make([]int, n), EMALoss: make([]float64, n), Loss: make([]float64, n),
		MeanLoss: make([]float64, n), LastLoss: make([]float64, n), Predicted: !t.losses,
	}
	if s.Predicted {
		s.AUM, s.Forgotten, s.Learned = make([]float64, n), make([]int, n), make([]int, n)
		s.Confidence, s.Variability, s.Correctness = make([]float64, n), make([]float64, n), make([]float64, n)
	}
	for i := range t.states {
		a := &t.states[i]
		seen := float64(a.seen)
		s.Epochs[i], s.EMALoss[i], s.LastLoss[i] = int(a.seen), a.ema, a.lastLoss
		if a.seen == 0 {
			s.EMALoss[i], s.LastLoss[i] = math.NaN(), math.NaN()
		}
		s.MeanLoss[i] = a.sumLoss / seen
		// -expm1(n·log1p(-alpha)) is 1-(1-alpha)^n without cancellation.
		s.Loss[i] = s.EMALoss[i] / -math.Expm1(seen*math.Log1p(-t.alpha))
		if !s.Predicted {
			continue
		}
		s.AUM[i] = a.sumMargin / seen
		s.Forgotten[i], s.Learned[i] = int(a.forgotten), int(a.learned)
		s.Confidence[i] = a.meanP
		if a.seen == 0 {
			s.Confidence[i] = math.NaN()
		}
		s.Variability[i] = math.Sqrt(a.squaresP / seen)
		s.Correctness[i] = float64(a.correct) / seen
	}
	return s, nil
}

// Has tells whether a signal is there.
func (s *Scores) Has(by Signal) bool {
	return by == Loss || s.Predicted && slices.Contains(Signals(), by)
}

// Quality returns a signal as the quality of each label in [0, 1], low is
// suspicious: exp(-Loss), the logistic function of AUM, 1/(1+Forgotten) or 0
// where the label was never predicted, and Confidence. Samples that no epoch
// saw have NaN. It is an error where the signal is not there.
func (s *Scores) Quality(by Signal) ([]float64, error) {
	if !s.Has(by) {
		if slices.Contains(Signals(), by) {
			return nil, fmt.Errorf("the signal %s needs predictions, but the training has losses only; use %s", by, Loss)
		}
		return nil, fmt.Errorf("there is no signal %q; the signals are %v", by, Signals())
	}
	out := make([]float64, len(s.Epochs))
	for i := range out {
		switch {
		case s.Epochs[i] == 0:
			out[i] = math.NaN()
		case by == Loss:
			out[i] = min(1, math.Exp(-s.Loss[i]))
		case by == AUM:
			out[i] = 1 / (1 + math.Exp(-s.AUM[i]))
		case by == Confidence:
			out[i] = min(1, s.Confidence[i])
		case s.Learned[i] != Never:
			out[i] = 1 / float64(1+s.Forgotten[i])
		}
	}
	return out, nil
}

// Order returns all samples, the most suspicious by a signal first: sorted by
// Loss from the highest, by AUM or Confidence from the lowest, by Forgotten from
// those never predicted, then from the most often forgotten. Equal ones come
// from the highest Loss, then by index; samples that no epoch saw come last. A
// signal that is not there counts as equal for all.
func (s *Scores) Order(by Signal) []int {
	key := func(int) float64 { return 0 }
	switch {
	case !s.Has(by):
	case by == AUM:
		key = func(i int) float64 { return s.AUM[i] }
	case by == Confidence:
		key = func(i int) float64 { return s.Confidence[i] }
	case by == Forgetting:
		key = func(i int) float64 {
			if s.Learned[i] == Never {
				return math.Inf(-1)
			}
			return -float64(s.Forgotten[i])
		}
	}
	out := make([]int, len(s.Epochs))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int {
		if seenA, seenB := s.Epochs[a] > 0, s.Epochs[b] > 0; seenA != seenB {
			if seenA {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(s.Loss[b], s.Loss[a]), cmp.Compare(a, b))
	})
	return out
}

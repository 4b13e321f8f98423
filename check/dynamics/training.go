package dynamics

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Values says what predictions are.
type Values string

// The values.
const (
	// Auto decides by the first epoch: probabilities where all values lie
	// between 0 and 1 and every row sums to one (±0.02), otherwise logits.
	Auto Values = ""
	// Logits are scores before the softmax.
	Logits Values = "logits"
	// Probabilities lie between 0 and 1; those below 1e-12 count as 1e-12.
	Probabilities Values = "probabilities"
)

// DefaultAlpha is the weight of a new loss in the moving average, Datumaro's.
const DefaultAlpha = 0.001

// Options say how epochs are read.
type Options struct {
	// Alpha is the weight of a new loss in the moving average, in (0, 1];
	// 0 stands for DefaultAlpha.
	Alpha float64
	// Values say what predictions are.
	Values Values
}

// Training gathers the epochs of one training run. The zero value is not
// usable; see [New].
type Training struct {
	labels  []int
	alpha   float64
	values  Values
	epochs  int
	classes int // 0 until there are predictions
	losses  bool
	states  []state
}

// state is what the epochs so far say of one label.
type state struct {
	seen                   int32
	correct                int32 // epochs in which the label was predicted
	forgotten              int32 // from right to wrong
	learned                int32 // the first epoch that was right, or -1
	firstRight, lastRight  bool
	ema, sumLoss, lastLoss float64
	sumMargin              float64
	meanP, squaresP        float64 // Welford
}

// New begins a training of samples with the given labels, class indices of 0
// and up. With losses alone they are only counted.
func New(labels []int, o Options) (*Training, error) {
	if o.Alpha == 0 {
		o.Alpha = DefaultAlpha
	}
	switch {
	case len(labels) == 0:
		return nil, fmt.Errorf("there are no labels; a training needs at least one")
	case !(o.Alpha > 0 && o.Alpha <= 1):
		return nil, fmt.Errorf("the weight of a new loss is %g, but it must be above 0 and at most 1", o.Alpha)
	case o.Values != Auto && o.Values != Logits && o.Values != Probabilities:
		return nil, fmt.Errorf("there are no values %q; predictions are %q or %q", o.Values, Logits, Probabilities)
	}
	for i, y := range labels {
		if y < 0 {
			return nil, fmt.Errorf("label %d is class %d, but classes count from 0", i, y)
		}
	}
	t := &Training{labels: slices.Clone(labels), alpha: o.Alpha, values: o.Values, states: make([]state, len(labels))}
	for i := range t.states {
		t.states[i].learned = -1
	}
	return t, nil
}

// Epochs returns the number of epochs taken so far.
func (t *Training) Epochs() int { return t.epochs }

// AddLosses takes the losses of one epoch, one for each sample. NaN stands for
// a sample that the epoch did not see.
func (t *Training) AddLosses(losses []float64) error {
	if len(losses) != len(t.labels) {
		return fmt.Errorf("epoch %d has %d losses for %d labels; each needs one, NaN where it was not seen", t.epochs, len(losses), len(t.labels))
	}
	if err := t.wantLosses(); err != nil {
		return err
	}
	seen := false
	for i, v := range losses {
		if math.IsInf(v, 0) {
			return fmt.Errorf("the loss of sample %d in epoch %d is infinite; the training diverged or the loss was not clipped", i, t.epochs)
		}
		seen = seen || !math.IsNaN(v)
	}
	if !seen {
		return fmt.Errorf("epoch %d has no loss that is a number; the training diverged, or leave the epoch out", t.epochs)
	}
	t.losses = true
	for i, v := range losses {
		if !math.IsNaN(v) {
			t.states[i].lose(v, t.alpha)
		}
	}
	t.epochs++
	return nil
}

func (t *Training) wantLosses() error {
	if t.classes > 0 {
		return fmt.Errorf("epoch %d has losses, but the epochs before it have predictions; a training has one or the other", t.epochs)
	}
	return nil
}

// AddSeries takes a list of losses for each sample, in the order of the
// training and of any length, as Datumaro stores them. The longest counts as
// the number of epochs.
func (t *Training) AddSeries(series [][]float64) error {
	if len(series) != len(t.labels) {
		return fmt.Errorf("there are %d lists of losses for %d labels; each needs one", len(series), len(t.labels))
	}
	if err := t.wantLosses(); err != nil {
		return err
	}
	longest := 0
	for i, list := range series {
		for e, v := range list {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("loss %d of sample %d is %g, which is no finite number", e, i, v)
			}
		}
		longest = max(longest, len(list))
	}
	if longest == 0 {
		return fmt.Errorf("all lists of losses are empty")
	}
	t.losses = true
	for i, list := range series {
		for _, v := range list {
			t.states[i].lose(v, t.alpha)
		}
	}
	t.epochs += longest
	return nil
}

// lose takes one loss.
func (s *state) lose(v, alpha float64) {
	s.seen++
	s.ema = (1-alpha)*s.ema + alpha*v
	s.sumLoss += v
	s.lastLoss = v
}

// predict takes one prediction: its loss, the log-odds of the label against the
// best other class, the probability of the label, and whether it is the most
// probable class.
func (s *state) predict(loss, margin, p float64, right bool, epoch int, alpha float64) {
	s.lose(loss, alpha)
	s.sumMargin += margin
	d := p - s.meanP
	s.meanP += d / float64(s.seen)
	s.squaresP += d * (p - s.meanP)
	if s.seen == 1 {
		s.firstRight = right
	} else if s.lastRight && !right {
		s.forgotten++
	}
	if right {
		s.correct++
		if s.learned < 0 {
			s.learned = int32(epoch)
		}
	}
	s.lastRight = right
}

// Merge appends the epochs of a later part of the same training, read apart.
// The result is that of reading all epochs in turn, save for the rounding of
// sums. later is not changed.
func (t *Training) Merge(later *Training) error {
	switch {
	case !slices.Equal(t.labels, later.labels):
		return fmt.Errorf("the later part has other labels; only parts of one training can be merged")
	case t.alpha != later.alpha:
		return fmt.Errorf("the later part weighs new losses by %g, this one by %g", later.alpha, t.alpha)
	case later.epochs == 0:
		return nil
	case t.epochs > 0 && (t.losses != later.losses || t.classes != later.classes || t.values != later.values):
		return fmt.Errorf("the later part has %s, this one %s; a training has one kind of values", later.what(), t.what())
	}
	for i := range t.states {
		t.states[i].merge(later.states[i], t.epochs, t.alpha)
	}
	t.epochs += later.epochs
	t.losses, t.classes, t.values = later.losses, later.classes, later.values
	return nil
}

func (t *Training) what() string {
	if t.losses {
		return "losses"
	}
	return fmt.Sprintf("%s of %d classes", t.values, t.classes)
}

func (s *state) merge(b state, epochs int, alpha float64) {
	if b.seen == 0 {
		return
	}
	if s.seen == 0 {
		*s = b
		if b.learned >= 0 {
			s.learned = b.learned + int32(epochs)
		}
		return
	}
	n, m := float64(s.seen), float64(b.seen)
	d := b.meanP - s.meanP
	s.squaresP += b.squaresP + d*d*n*m/(n+m) // Chan, Golub and LeVeque 1979
	s.meanP += d * m / (n + m)
	s.ema = s.ema*math.Pow(1-alpha, m) + b.ema
	s.sumLoss += b.sumLoss
	s.sumMargin += b.sumMargin
	s.lastLoss = b.lastLoss
	s.forgotten += b.forgotten
	if s.lastRight && !b.firstRight {
		s.forgotten++
	}
	s.correct += b.correct
	if s.learned < 0 && b.learned >= 0 {
		s.learned = b.learned + int32(epochs)
	}
	s.lastRight = b.lastRight
	s.seen += b.seen
}

// eachRow calls f for every row of k values on all cores and returns the first
// error by row.
func eachRow(m *matrix.Matrix, f func(i int, row []float32) error) error {
	grain := grain(m.Cols)
	errs := make([]error, (m.Rows+grain-1)/grain)
	matrix.Parallel(m.Rows, grain, func(from, to int) {
		for i := from; i < to; i++ {
			if err := f(i, m.Row(i)); err != nil {
				errs[from/grain] = err
				return
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// grain is how many rows of k values make a block worth handing to a core.
func grain(k int) int { return max(1, 1<<14/max(1, k)) }

package dynamics

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// DefaultPercentile is that of Pleiss et al.
const DefaultPercentile = 99

// ThresholdSamples chooses the samples that a training with AUM gives a label
// of their own: n/(classes+1) of n, ascending. Before training they get the
// label classes, one past the last, which no picture truly has, and the model
// one output more; the margins that they reach are those of wrong labels. Rounds
// of the same seed, counted from 0, choose different samples, so that a second
// training can judge those that the first had to give up; after classes+1
// rounds none are left, and it is an error.
func ThresholdSamples(n, classes, round int, seed uint64) ([]int, error) {
	if n < 1 || classes < 1 || round < 0 {
		return nil, fmt.Errorf("threshold samples were asked for of %d samples, %d classes and round %d", n, classes, round)
	}
	size := n / (classes + 1)
	switch {
	case size == 0:
		return nil, fmt.Errorf("%d samples of %d classes are too few for threshold samples; at least %d are needed", n, classes, classes+1)
	case (round+1)*size > n:
		return nil, fmt.Errorf("round %d finds no threshold samples left; there are rounds 0 to %d", round, n/size-1)
	}
	all := rand.New(rand.NewPCG(seed, 0)).Perm(n)
	out := all[round*size : (round+1)*size]
	slices.Sort(out)
	return out, nil
}

// AUMRun is one training with threshold samples.
type AUMRun struct {
	// AUM is Scores.AUM.
	AUM []float64
	// Threshold are the samples that had the label of their own.
	Threshold []int
	// Percentile of their AUM is where wrong labels end, in [0, 100]; 0 stands
	// for DefaultPercentile.
	Percentile float64
}

// Cut returns the AUM at or below which a label counts as wrong: the percentile
// of the threshold samples, linear between two of them.
func (r AUMRun) Cut() (float64, error) {
	p := r.Percentile
	if p == 0 {
		p = DefaultPercentile
	}
	if !(p >= 0 && p <= 100) {
		return 0, fmt.Errorf("the percentile is %g, but it must be between 0 and 100", p)
	}
	var values []float64
	for _, i := range r.Threshold {
		if i < 0 || i >= len(r.AUM) {
			return 0, fmt.Errorf("there is a threshold sample %d, but the training has samples 0 to %d", i, len(r.AUM)-1)
		}
		if v := r.AUM[i]; v == v {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return 0, fmt.Errorf("no threshold sample has an AUM; choose them with ThresholdSamples and train with predictions")
	}
	slices.Sort(values)
	at := p / 100 * float64(len(values)-1)
	low := int(at)
	high := min(low+1, len(values)-1)
	return values[low] + (values[high]-values[low])*(at-float64(low)), nil
}

// Mislabelled returns the samples whose AUM is at or below the cut of a run in
// which they were no threshold samples, ascending. Two runs with different
// threshold samples judge every sample.
func Mislabelled(runs ...AUMRun) ([]int, error) {
	var out []int
	for r, run := range runs {
		if len(run.AUM) != len(runs[0].AUM) {
			return nil, fmt.Errorf("run %d has %d samples, but run 0 has %d", r, len(run.AUM), len(runs[0].AUM))
		}
		cut, err := run.Cut()
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", r, err)
		}
		skip := make([]bool, len(run.AUM))
		for _, i := range run.Threshold {
			skip[i] = true
		}
		for i, v := range run.AUM {
			if v <= cut && !skip[i] {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
